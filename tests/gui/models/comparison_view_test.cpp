#include "gui/models/comparison_view.h"

#include <gmock/gmock.h>

#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr std::int64_t kMs = 1'000'000;

Run sampleRun() { return parseRun(fileText(sampleRecords()), "/tmp/sample.remat.jsonl"); }

/// A run of one gpt2 point per policy with these step times, and intervals of half a percent to either side.
Run runOf(const std::vector<std::pair<std::string, std::int64_t>>& points, const std::string& name = "a.remat.jsonl",
          int samples = 8, const std::string& machine = "Sample CPU") {
  std::vector<Record> records = {RunStarted{.program_version = "1", .created = "c"}, Hello{.device_name = machine}};
  for (const auto& [policy, ms] : points) {
    auto point = samplePoint(sampleSpec("gpt2", policy), ms * kMs, 2'000'000'000, 1'000'000, samples);
    records.insert(records.end(), point.begin(), point.end());
  }
  return parseRun(fileText(records), name);
}

QString key(const std::string& policy) { return QString::fromStdString(pointKey(sampleSpec("gpt2", policy))); }

const ComparisonRow& rowOf(const ComparisonView& view, const QString& title) {
  for (const ComparisonRow& row : view.rows) {
    if (row.title == title) return row;
  }
  throw std::runtime_error("no row " + title.toStdString());
}

ComparisonView compared(std::int64_t ms_a, std::int64_t ms_b, int samples = 8) {
  const auto run = runOf({{"store_all", ms_a}, {"full", ms_b}}, "a", samples);
  return comparePoints(run, key("store_all"), run, key("full"));
}

TEST(ComparisonOfPoints, says_worse_and_better_where_intervals_are_apart) {
  EXPECT_EQ(rowOf(compared(400, 500), "step time").verdict, Verdict::worse);
  EXPECT_EQ(rowOf(compared(500, 400), "step time").verdict, Verdict::better);
  EXPECT_EQ(rowOf(compared(500, 400), "tokens per second").verdict, Verdict::better);
}

TEST(ComparisonOfPoints, cannot_tell_where_intervals_overlap) {
  const ComparisonView view = compared(1000, 1008);
  EXPECT_EQ(rowOf(view, "step time").verdict, Verdict::cannot_tell);
  EXPECT_EQ(rowOf(view, "step time").reason.toStdString(), "the intervals overlap");
  EXPECT_THAT(view.finding.toStdString(), HasSubstr("step time cannot tell (+0.8%)"));
}

TEST(ComparisonOfPoints, cannot_tell_from_too_few_samples_however_far_apart) {
  const ComparisonRow row = rowOf(compared(400, 800, 3), "step time");
  EXPECT_EQ(row.verdict, Verdict::cannot_tell);
  EXPECT_EQ(row.reason.toStdString(), "too few samples");
}

TEST(ComparisonOfPoints, says_same_where_the_whole_range_is_small) {
  auto records = samplePoint(sampleSpec("gpt2", "store_all"), 1000 * kMs, 2'000'000, 1'000'000);
  auto full = samplePoint(sampleSpec("gpt2", "full"), 1001 * kMs, 2'000'100, 100'000);
  for (Record* record : {&records.back(), &full.back()}) {
    auto& finished = std::get<PointFinished>(*record);
    finished.step_time_low_ns = *finished.step_time_ns - 2 * kMs;
    finished.step_time_high_ns = *finished.step_time_ns + 2 * kMs;
  }
  records.insert(records.end(), full.begin(), full.end());
  const auto run = parseRun(fileText(records), "a");
  const ComparisonView view = comparePoints(run, key("store_all"), run, key("full"));
  EXPECT_EQ(rowOf(view, "step time").verdict, Verdict::same);
  EXPECT_EQ(rowOf(view, "peak").verdict, Verdict::same);
  EXPECT_EQ(rowOf(view, "retained").verdict, Verdict::better);
}

/// A point with these times of recompute, one for each of its samples but the warm-up.
Run withRecompute(const char* policy, const std::vector<std::int64_t>& ms) {
  auto records = samplePoint(sampleSpec("gpt2", policy), 400 * kMs, 1'000'000, 1000, static_cast<int>(ms.size()) + 1);
  std::size_t sample = 0;
  for (Record& record : records) {
    auto* timed = std::get_if<Sample>(&record);
    if (timed != nullptr && !timed->warm_up) timed->recompute_ns = ms[sample++] * kMs;
  }
  return parseRun(fileText(records), policy);
}

ComparisonRow recomputeRow(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  const auto run_a = withRecompute("cheap", a);
  const auto run_b = withRecompute("full", b);
  return rowOf(comparePoints(run_a, key("cheap"), run_b, key("full")), "recompute");
}

TEST(ComparisonOfPoints, compares_with_a_time_of_zero_by_whether_the_intervals_are_apart) {
  const std::vector<std::int64_t> none(8, 0), some = {0, 0, 0, 0, 9, 9, 9, 9}, much(8, 20);
  EXPECT_EQ(recomputeRow(none, much).verdict, Verdict::worse);
  EXPECT_EQ(recomputeRow(none, much).reason.toStdString(), "A has none");
  EXPECT_EQ(recomputeRow(some, much).verdict, Verdict::worse);
  EXPECT_EQ(recomputeRow(some, much).reason.toStdString(), "") << "A has some";
  EXPECT_EQ(recomputeRow(none, some).verdict, Verdict::cannot_tell) << "B may have none either";
  EXPECT_EQ(recomputeRow(none, some).reason.toStdString(), "the intervals overlap");
  EXPECT_EQ(recomputeRow({0, 0, 0}, {20, 20, 20}).reason.toStdString(), "too few samples");
  EXPECT_FALSE(recomputeRow(none, much).ratio);
}

TEST(ComparisonOfPoints, takes_a_point_that_does_not_fit_as_worse_than_one_that_does) {
  const auto run = sampleRun();
  const auto group = groupPoints(run).at(2);
  const auto keyAt = [&](std::size_t i) { return QString::fromStdString(run.points[group.points[i]].key()); };
  const ComparisonView view = comparePoints(run, keyAt(1), run, keyAt(0));
  EXPECT_EQ(rowOf(view, "peak").verdict, Verdict::worse);
  EXPECT_EQ(rowOf(view, "peak").reason.toStdString(), "B ran out of memory");
}

TEST(ComparisonOfPoints, shows_blocks_causes_and_memory_of_both) {
  const auto run = sampleRun();
  const auto group = groupPoints(run).at(0);
  const auto keyAt = [&](std::size_t i) { return QString::fromStdString(run.points[group.points[i]].key()); };
  const ComparisonView view = comparePoints(run, keyAt(0), run, keyAt(3));
  EXPECT_EQ(view.a_title.toStdString(), "store_all");
  EXPECT_EQ(view.b_title.toStdString(), "full");
  ASSERT_EQ(view.blocks.size(), 8U);
  EXPECT_EQ(view.blocks[1].name.toStdString(), "layer 0");
  ASSERT_FALSE(view.causes.empty());
  std::int64_t difference = 0;
  for (const TimeCause& cause : view.causes) difference += cause.b_ns - cause.a_ns;
  EXPECT_EQ(difference, 100 * kMs) << "the causes must add up to the difference";
  EXPECT_EQ(view.a_memory.bytes.size(), 4U);
}

TEST(ComparisonOfPoints, warns_of_other_work_and_of_other_machines) {
  const auto run = sampleRun();
  const auto groups = groupPoints(run);
  const auto keyOf = [&](std::size_t group) {
    return QString::fromStdString(run.points[groups[group].points[0]].key());
  };
  const ComparisonView view = comparePoints(run, keyOf(0), run, keyOf(1));
  ASSERT_FALSE(view.cautions.empty());
  EXPECT_THAT(view.cautions[0].toStdString(), HasSubstr("different work"));

  auto capped = runOf({{"full", 100}});
  capped.points[0].started.spec.memory_cap_bytes = std::int64_t{110} << 20;
  const auto free = runOf({{"full", 100}});
  const ComparisonView caps = comparePoints(capped, QString::fromStdString(capped.points[0].key()), free, key("full"));
  EXPECT_THAT(caps.cautions, Contains(QString("Measured under different memory caps, 110.0 MiB in A and no cap in B: "
                                              "what ran out of memory in one of them may have done so for that reason "
                                              "alone.")));

  const auto here = runOf({{"full", 100}}, "here.remat.jsonl", 8, "CPU one");
  const auto there = runOf({{"full", 100}}, "there.remat.jsonl", 8, "CPU two");
  const ComparisonView machines = comparePoints(here, key("full"), there, key("full"));
  EXPECT_EQ(machines.a_title.toStdString(), "full, here.remat.jsonl");
  ASSERT_FALSE(machines.cautions.empty());
  EXPECT_THAT(machines.cautions[0].toStdString(), HasSubstr("CPU one and CPU two"));
}

TEST(ComparisonOfPoints, of_one_point_or_none_says_what_to_do) {
  const auto run = sampleRun();
  const QString first = QString::fromStdString(run.points[0].key());
  EXPECT_TRUE(comparePoints(run, first, run, "").empty());
  EXPECT_THAT(comparePoints(run, first, run, "").finding.toStdString(), HasSubstr("Choose two points"));
  EXPECT_THAT(comparePoints(run, first, run, first).finding.toStdString(), HasSubstr("same point"));
}

TEST(ComparisonOfRuns, pairs_points_and_counts_verdicts) {
  const auto before = runOf({{"cheap", 450}, {"store_all", 400}, {"full", 500}}, "before.remat.jsonl");
  const auto after = runOf({{"full", 450}, {"store_all", 401}, {"every_n:2", 470}}, "after.remat.jsonl");
  const ComparisonView view = compareRuns(before, after);
  EXPECT_EQ(view.a_title.toStdString(), "before.remat.jsonl");
  EXPECT_THAT(view.finding.toStdString(),
              HasSubstr("2 points in both. B against A: step time: better in 1, cannot tell in 1"));
  ASSERT_EQ(view.rows.size(), 8U);
  EXPECT_EQ(view.rows[2].heading.toStdString(), "full");
  EXPECT_EQ(view.rows[2].verdict, Verdict::better);
  EXPECT_EQ(view.rows[4].reason.toStdString(), "only in A") << "what can be compared comes first";
  EXPECT_EQ(view.rows[6].reason.toStdString(), "only in B");
}

/// Ran out of memory, or trained otherwise, after `change`.
Run changed(Run run, const std::string& policy, void (*change)(PointFinished&)) {
  for (PointResult& point : run.points) {
    if (point.spec().policy == policy) change(*point.finished);
  }
  return run;
}

TEST(ComparisonOfRuns, counts_points_that_only_one_of_them_could_run) {
  const auto before = runOf({{"store_all", 400}, {"full", 500}, {"cheap", 450}});
  auto after = changed(before, "store_all", [](PointFinished& finished) { finished.outcome = Outcome::out_of_memory; });
  EXPECT_THAT(compareRuns(before, after).finding.toStdString(),
              HasSubstr("step time: cannot tell in 2, worse in 1 (B ran out of memory); peak: same in 2, worse in 1 (B "
                        "ran out of memory)."));
}

TEST(ComparisonOfRuns, warns_of_other_training_and_of_too_few_samples_as_for_two_points) {
  const auto before = runOf({{"store_all", 400}, {"full", 500}}, "a", 3);
  const auto after = changed(runOf({{"store_all", 400}, {"full", 500}}), "full",
                             [](PointFinished& finished) { finished.gradient_check = GradientVerdict::different; });
  const ComparisonView view = compareRuns(before, after);
  EXPECT_THAT(view.cautions, Contains(QString("Too few samples to tell times apart: store_all and full in A.")));
  EXPECT_THAT(view.cautions, Contains(QString("Gradients of full in B differ from those of store_all: it is not the "
                                              "same training.")));
}

TEST(ComparisonOfRuns, pairs_points_of_different_devices) {
  auto records = samplePoint(sampleSpec("gpt2", "full"), 100 * kMs, 1'000'000, 1000);
  PointSpec on_gpu = sampleSpec("gpt2", "full");
  on_gpu.device = "cuda:0";
  const auto cpu = parseRun(fileText(records), "cpu");
  const auto gpu = parseRun(fileText(samplePoint(on_gpu, 10 * kMs, 1'000'000, 1000)), "gpu");
  const ComparisonView view = compareRuns(cpu, gpu);
  ASSERT_EQ(view.rows.size(), 2U);
  EXPECT_EQ(view.rows[0].verdict, Verdict::better);
}

TEST(ComparisonOfRuns, warn_of_different_memory_caps) {
  PointSpec free = sampleSpec("gpt2", "full"), capped = free;
  capped.memory_cap_bytes = 110 * 1024 * 1024;
  const auto a = parseRun(fileText(samplePoint(capped, 100 * kMs, 1'000'000, 1000)), "a");
  const auto b = parseRun(fileText(samplePoint(free, 100 * kMs, 1'000'000, 1000)), "b");
  ASSERT_EQ(compareRuns(a, b).cautions.size(), 1U);
  EXPECT_THAT(compareRuns(a, b).cautions[0].toStdString(),
              HasSubstr("different memory caps, 110.0 MiB in A and no cap in B"));
  EXPECT_TRUE(compareRuns(a, a).cautions.empty());
}

TEST(ComparisonOfRuns, names_of_the_setup_what_differs_and_takes_two_that_do_not_fit_as_the_same) {
  const auto run = sampleRun();
  const ComparisonView view = compareRuns(run, run);
  EXPECT_EQ(view.rows[0].heading.toStdString(), "store_all, smollm2-135m, 6 layers, batch 8 x 128 tokens, cpu");
  const auto out = std::find_if(view.rows.begin(), view.rows.end(), [](const auto& row) { return !row.a && !row.b; });
  ASSERT_NE(out, view.rows.end());
  EXPECT_EQ(out->reason.toStdString(), "both ran out of memory");
  EXPECT_EQ(out->verdict, Verdict::same);
}

TEST(ComparisonOfRuns, of_empty_runs_is_a_sentence) {
  EXPECT_TRUE(compareRuns(remat::Run{}, remat::Run{}).empty());
  EXPECT_FALSE(compareRuns(remat::Run{}, remat::Run{}).finding.isEmpty());
  EXPECT_THAT(compareRuns(runOf({{"full", 1}}), remat::Run{}).finding.toStdString(), HasSubstr("no point in common"));
}

TEST(ComparisonTable, keeps_exact_numbers_with_their_unit) {
  const std::string csv = csvText(compared(400, 500).table());
  EXPECT_THAT(csv,
              HasSubstr(",step time,ns,400000000,398000000,402000000,500000000,497500000,502500000,100000000,0.25,"));
  EXPECT_THAT(csv, HasSubstr(",worse,,"));
}

TEST(Verdict, words_and_marks_say_the_same_without_colour) {
  ComparisonRow row;
  row.verdict = Verdict::worse;
  EXPECT_EQ(differenceMark(row).toStdString(), "✕");
  row.a = ComparedValue{100, 100, 100};
  row.b = ComparedValue{90, 90, 90};
  row.verdict = Verdict::better;
  EXPECT_EQ(differenceMark(row).toStdString(), "▼");
  row.b = ComparedValue{110, 110, 110};
  row.verdict = Verdict::worse;
  EXPECT_EQ(differenceMark(row).toStdString(), "▲");
  row.verdict = Verdict::same;
  EXPECT_EQ(differenceMark(row).toStdString(), "=");
  row.verdict = Verdict::cannot_tell;
  EXPECT_EQ(differenceMark(row).toStdString(), "?");
  EXPECT_EQ(verdictText(Verdict::cannot_tell).toStdString(), "cannot tell");
}

}  // namespace
}  // namespace remat
