#include "gui/models/why_view.h"

#include <map>

#include <gmock/gmock.h>

#include "gui/models/local_text.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::HasSubstr;

Run sampleRun() { return parseRun(fileText(sampleRecords()), "sample.remat.jsonl"); }

/// Key of the first point with this policy in the group of this index.
QString keyOf(const Run& run, const std::string& policy, std::size_t group = 0) {
  const PointGroup chosen = groupPoints(run).at(group);
  for (const std::size_t index : chosen.points) {
    if (run.points[index].spec().policy == policy) return QString::fromStdString(run.points[index].key());
  }
  return {};
}

/// The pair of a baseline and `full`, after `change` was applied to the records of `full`.
template <typename Change>
Run pairOf(Change change) {
  auto records = samplePoint(sampleSpec("gpt2", "store_all"), 100'000'000, 4'000'000'000, 1'000'000);
  auto full = samplePoint(sampleSpec("gpt2", "full"), 125'000'000, 2'000'000'000, 100'000);
  change(full);
  records.insert(records.end(), full.begin(), full.end());
  return parseRun(fileText(records), "pair");
}

template <typename Change>
Run pairWithFinish(Change change) {
  return pairOf([&](std::vector<Record>& full) { change(std::get<PointFinished>(full.back())); });
}

const WhyCheck* checkWith(const WhyView& view, const QString& part) {
  for (const WhyCheck& check : view.checks) {
    if (check.title.contains(part)) return &check;
  }
  return nullptr;
}

TEST(WhyView, of_no_point_says_what_to_do) {
  EXPECT_THAT(whyView(sampleRun(), {}).sentence.toStdString(), HasSubstr("Choose a point"));
  EXPECT_THAT(whyView(remat::Run{}, "key").sentence.toStdString(), HasSubstr("no points yet"));
  EXPECT_EQ(whyView(sampleRun(), "not a key").state, WhyView::State::nothing);
}

TEST(WhyView, says_where_the_peak_is_and_what_it_stands_on) {
  const auto run = sampleRun();
  const WhyView view = whyView(run, keyOf(run, "full"));
  EXPECT_EQ(view.state, WhyView::State::measured);
  EXPECT_EQ(view.peak_bytes, 400 * 1024 * 1024);
  const std::string text = view.sentence.toStdString();
  EXPECT_THAT(text, HasSubstr("The peak is reached in backward of <b>layer 5</b> (op <b>down_proj</b>)."));
  EXPECT_THAT(text, HasSubstr("110.0 MiB (27.5%) are retained activations, the part that a policy decides about"));
}

TEST(WhyView, says_that_a_policy_has_no_effect_and_what_would_have_one) {
  const auto run = sampleRun();
  const WhyView view = whyView(run, keyOf(run, "full", 1));
  EXPECT_THAT(view.sentence.toStdString(), HasSubstr("only 3.00 MiB (0.1%) are retained activations"));
  EXPECT_THAT(view.sentence.toStdString(), HasSubstr("retains 60.0 MiB instead of 303.0 MiB, yet the peak is that of"));
  ASSERT_FALSE(view.remedies.isEmpty());
  EXPECT_THAT(view.remedies.join('\n').toStdString(), HasSubstr("a head that computes the loss in chunks"));
}

TEST(WhyView, prices_the_way_to_each_neighbour_of_the_frontier_in_time_per_gib) {
  const auto run = sampleRun();
  const WhyView view = whyView(run, keyOf(run, "cheap"));
  ASSERT_EQ(view.moves.size(), 2U);
  EXPECT_EQ(view.moves[0].policy, "full");
  EXPECT_EQ(view.moves[0].text.toStdString(), "-260.0 MiB for +94.0 ms (+89.5 to +98.5 ms)");
  EXPECT_EQ(view.moves[0].price.toStdString(), "370.2 ms per GiB");
  EXPECT_EQ(view.moves[1].policy, "store_all");
  EXPECT_THAT(view.moves[1].price.toStdString(), HasSubstr("25.6 ms per GiB"));
}

TEST(WhyView, leads_a_dominated_point_to_the_one_that_dominates_it) {
  const auto run = sampleRun();
  const WhyView view = whyView(run, keyOf(run, "every_n:2"));
  ASSERT_FALSE(view.moves.empty());
  EXPECT_EQ(view.moves[0].policy, "cheap");
  EXPECT_EQ(view.moves[0].price.toStdString(), "smaller and faster");
}

TEST(WhyView, names_no_price_where_the_times_cannot_be_told_apart) {
  const auto run = pairWithFinish([](PointFinished& finished) {
    finished.step_time_ns = 100'100'000;
    finished.step_time_low_ns = 99'000'000;
    finished.step_time_high_ns = 102'000'000;
  });
  const WhyView view = whyView(run, keyOf(run, "full"));
  ASSERT_EQ(view.moves.size(), 1U);
  EXPECT_EQ(view.moves[0].ns_per_gib, std::nullopt);
  EXPECT_EQ(view.moves[0].price.toStdString(), "times cannot be told apart");
}

TEST(WhyView, names_no_price_for_a_single_sample) {
  const auto run = pairWithFinish([](PointFinished& finished) {
    finished.samples = 1;
    finished.step_time_low_ns = finished.step_time_high_ns = finished.step_time_ns;
  });
  const WhyView view = whyView(run, keyOf(run, "full"));
  ASSERT_EQ(view.moves.size(), 1U);
  EXPECT_EQ(view.moves[0].ns_per_gib, std::nullopt);
  EXPECT_EQ(view.moves[0].price.toStdString(), "too few samples to tell");
  ASSERT_NE(checkWith(view, "single sample"), nullptr);
  EXPECT_EQ(checkWith(view, "single sample")->health, Health::caution);
}

TEST(WhyView, of_a_point_out_of_memory_says_what_fits) {
  const auto run = sampleRun();
  const WhyView view = whyView(run, keyOf(run, "store_all", 2));
  EXPECT_EQ(view.state, WhyView::State::not_completed);
  EXPECT_EQ(view.state_text.toStdString(), "out of memory");
  EXPECT_THAT(view.sentence.toStdString(), HasSubstr("Forward of layer 7 asked for 96.0 MiB"));
  EXPECT_THAT(view.sentence.toStdString(), HasSubstr("What fits here: <b>full</b> (3.81 GiB)."));
  EXPECT_TRUE(view.moves.empty());
}

TEST(WhyView, of_an_unfinished_point_says_that_measuring_again_helps) {
  const auto run = pairOf([](std::vector<Record>& full) { full.pop_back(); });
  const WhyView view = whyView(run, keyOf(run, "full"));
  EXPECT_EQ(view.state_text.toStdString(), "not finished");
  EXPECT_THAT(view.sentence.toStdString(), HasSubstr("Measure again"));
}

TEST(WhyView, of_a_point_that_is_being_measured_does_not_say_that_the_sweep_ended) {
  const auto run = pairOf([](std::vector<Record>& full) { full.pop_back(); });
  const WhyView view = whyView(run, keyOf(run, "full"), true);
  EXPECT_EQ(view.state_text.toStdString(), "being measured");
  EXPECT_THAT(view.sentence.toStdString(), HasSubstr("is being measured"));
  EXPECT_EQ(view.sentence.indexOf("ended"), -1) << view.sentence.toStdString();
  EXPECT_EQ(whyView(run, keyOf(run, "store_all"), true), whyView(run, keyOf(run, "store_all"))) << "it has its outcome";
}

TEST(WhyView, escapes_what_a_file_says) {
  const auto run = pairWithFinish([](PointFinished& finished) {
    finished.outcome = Outcome::failed;
    finished.reason = "<script>&";
  });
  EXPECT_THAT(whyView(run, keyOf(run, "full")).sentence.toStdString(), HasSubstr("&lt;script&gt;&amp;"));
}

TEST(WhyView, has_a_table_of_what_is_alive) {
  const auto run = sampleRun();
  const ResultTable table = whyView(run, keyOf(run, "store_all")).table();
  ASSERT_FALSE(table.rows.empty());
  EXPECT_THAT(csvText(table), HasSubstr("name,category,block,bytes,share_ratio,tensors\r\n"));
}

TEST(LiveRows, of_equal_blocks_are_one_row_with_its_blocks) {
  Memory memory{.peak_requested_bytes = 1000, .peak_allocated_bytes = 1024};
  for (const int layer : {0, 1, 2, 5}) {
    const std::string block = "layer " + std::to_string(layer);
    memory.live_at_peak.push_back({block + " gate", Category::activations, block, 100});
    memory.live_at_peak.push_back(
        {"model.layers." + std::to_string(layer) + ".mlp.weight", Category::parameters, "", 50});
  }
  memory.live_at_peak.push_back({"12 other activations", Category::activations, "", 400, 12});
  PointResult point;
  point.memory = memory;
  point.blocks = {{.block = 1, .name = "layer 0"}, {.block = 6, .name = "layer 5"}};
  const auto rows = liveRows(point);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].name.toStdString(), "gate");
  EXPECT_EQ(rows[0].where.toStdString(), "layers 0 to 2 and 5");
  EXPECT_EQ(rows[0].bytes, 400);
  EXPECT_EQ(rows[0].tensors.size(), 4);
  EXPECT_EQ(rows[0].blocks, (std::vector<int>{1, 6}));
  EXPECT_EQ(rows[1].name.toStdString(), "12 other activations");
  EXPECT_EQ(rows[2].name.toStdString(), "model.layers.*.mlp.weight");
  EXPECT_EQ(rows[3].name.toStdString(), "rounding of the allocator");
  std::int64_t sum = 0;
  for (const LiveRow& row : rows) sum += row.bytes;
  EXPECT_EQ(sum, 1024) << "the rows must add up to the peak";
}

TEST(LiveRows, of_a_list_that_was_cut_in_the_midst_of_a_name_do_not_say_where_it_ends) {
  PointResult point;
  point.memory = Memory{.peak_requested_bytes = 1000, .peak_allocated_bytes = 1000};
  auto& live = point.memory->live_at_peak;
  live = {{"head logits", Category::activations, "head", 300},
          {"layer 7 scores", Category::temporaries, "layer 7", 150}};
  for (const char* block : {"layer 0", "layer 1"})
    live.push_back({std::string(block) + " gate", Category::activations, block, 100});
  live.push_back({"5 smaller activations", Category::activations, "", 350, 5});
  const auto rows = liveRows(point);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].name.toStdString(), "5 other activations") << "some of them are as large as those listed";
  EXPECT_EQ(rows[1].where.toStdString(), "head");
  EXPECT_EQ(rows[2].name.toStdString(), "gate");
  EXPECT_EQ(rows[2].where.toStdString(), "at least 2 blocks");
  EXPECT_EQ(rows[3].where.toStdString(), "layer 7");
}

TEST(LiveRows, tell_what_the_list_leaves_out_by_category) {
  PointResult point;
  point.memory = Memory{.peak_requested_bytes = 100,
                        .peak_allocated_bytes = 100,
                        .peak_split = {{Category::parameters, 30}, {Category::activations, 70}},
                        .live_at_peak = {{"layer 0 gate", Category::activations, "layer 0", 60}}};
  const auto rows = liveRows(point);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].name.toStdString(), "other parameters");
  EXPECT_EQ(rows[1].bytes, 30);
  EXPECT_EQ(rows[2].name.toStdString(), "other activations");
}

TEST(LiveRows, fall_back_to_categories_without_a_list_of_tensors) {
  PointResult point;
  EXPECT_TRUE(liveRows(point).empty());
  point.memory = Memory{.peak_requested_bytes = 30,
                        .peak_allocated_bytes = 30,
                        .peak_split = {{Category::parameters, 10}, {Category::optimizer_state, 20}}};
  const auto rows = liveRows(point);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name.toStdString(), "optimizer state");
}

TEST(MeasurementHealth, warns_of_gradients_that_differ) {
  const auto run = pairWithFinish([](PointFinished& finished) {
    finished.gradient_check = GradientVerdict::different;
    finished.gradient_max_relative_difference = 0.25;
  });
  const WhyView view = whyView(run, keyOf(run, "full"));
  const WhyCheck* check = checkWith(view, "differ from store_all");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->health, Health::bad);
  EXPECT_THAT(check->detail.toStdString(), HasSubstr("0.25"));
}

TEST(MeasurementHealth, tells_samples_interval_and_warm_up) {
  const auto run = sampleRun();
  const WhyView view = whyView(run, keyOf(run, "full"));
  const WhyCheck* check = checkWith(view, "7 samples");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->health, Health::good);
  EXPECT_EQ(check->title.toStdString(), "Steady: 7 samples, ±0.5%");
  EXPECT_EQ(check->detail.toStdString(), "95% interval 497.5 ms to 502.5 ms. One warm-up step left out.");
}

TEST(MeasurementHealth, tells_the_clocks_that_a_device_had_while_steps_ran) {
  const auto run = pairOf([](std::vector<Record>& full) {
    const std::string key = std::get<PointFinished>(full.back()).point;
    full.insert(full.end() - 1, DeviceState{.point = key,
                                            .sm_clock_hz = 1'755'000'000,
                                            .sm_clock_low_hz = 1'200'000'000,
                                            .sm_clock_high_hz = 1'980'000'000,
                                            .temperature_celsius = 61});
  });
  const WhyView view = whyView(run, keyOf(run, "full"));
  ASSERT_NE(checkWith(view, "Not slowed down"), nullptr);
  EXPECT_EQ(checkWith(view, "Not slowed down")->detail.toStdString(),
            ("While steps ran: " + localCount(1200) + " to " + localCount(1980) + " MHz, 61 °C.").toStdString());
}

TEST(MeasurementHealth, tells_what_slowed_a_device_down_and_what_tracing_lost) {
  const auto run = pairOf([](std::vector<Record>& full) {
    const std::string key = std::get<PointFinished>(full.back()).point;
    for (Record& record : full) {
      if (auto* sample = std::get_if<Sample>(&record)) sample->throttled = true;
    }
    full.insert(full.end() - 1, DeviceState{.point = key, .temperature_celsius = 88, .throttle_reasons = {"heat"}});
    full.insert(full.end() - 1,
                Attribution{.point = key, .unavailable_reason = "records were dropped", .dropped_records = 3});
  });
  const WhyView view = whyView(run, keyOf(run, "full"));
  ASSERT_NE(checkWith(view, "Slowed down in 7 steps"), nullptr);
  EXPECT_THAT(checkWith(view, "Slowed down")->detail.toStdString(), HasSubstr("heat. At the end: 88 °C."));
  ASSERT_NE(checkWith(view, "3 records"), nullptr);
  EXPECT_EQ(checkWith(view, "3 records")->health, Health::bad);
  EXPECT_EQ(checkWith(view, "not traced")->health, Health::unknown);
}

/// With retries in the first `count` samples, the first of which is the warm-up.
remat::Run retriedRun(int count) {
  return pairOf([&](std::vector<Record>& full) {
    int seen = 0;
    for (Record& record : full)
      if (auto* sample = std::get_if<Sample>(&record)) sample->allocation_retries = seen++ < count ? 1 : 0;
  });
}

TEST(MeasurementHealth, tells_in_how_many_timed_steps_the_allocator_emptied_its_cache) {
  const std::map<int, std::string> cases = {{3, "Those steps are longer"}, {7, "The step time is that of such a step"}};
  for (const auto& [count, meaning] : cases) {
    const auto run = retriedRun(count);
    const WhyCheck* check = checkWith(whyView(run, keyOf(run, "full")), "emptied its cache");
    ASSERT_NE(check, nullptr);
    EXPECT_THAT(check->title.toStdString(), HasSubstr("in " + std::to_string(count - 1) + " timed steps"));
    EXPECT_THAT(check->detail.toStdString(), HasSubstr(meaning));
  }
  const auto run = retriedRun(1);
  EXPECT_EQ(checkWith(whyView(run, keyOf(run, "full")), "emptied its cache"), nullptr) << "a warm-up is left out";
}

TEST(MeasurementHealth, tells_the_own_cost_of_tracing) {
  const auto run = pairOf([](std::vector<Record>& full) {
    const std::string key = std::get<PointFinished>(full.back()).point;
    full.insert(
        full.end() - 1,
        Attribution{
            .point = key, .overhead_ratio = 0.05, .kernel_ns = 1000, .unattributed_ns = 1, .dropped_records = 0});
  });
  const WhyView view = whyView(run, keyOf(run, "full"));
  const WhyCheck* check = checkWith(view, "Own cost");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->title.toStdString(), "Own cost of tracing: +5.0%");
  EXPECT_EQ(check->health, Health::caution);
  EXPECT_THAT(check->detail.toStdString(), HasSubstr("No record was lost."));
}

TEST(MeasurementHealth, has_a_word_for_every_state) {
  for (const Health health : {Health::good, Health::caution, Health::bad, Health::unknown}) {
    EXPECT_FALSE(healthText(health).isEmpty());
  }
}

}  // namespace
}  // namespace remat
