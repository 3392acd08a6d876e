#include "gui/models/frontier_view.h"

#include <gtest/gtest.h>

#include "tests/support/sample_run.h"

namespace remat {
namespace {

constexpr std::int64_t kMiB = 1024 * 1024;

Run sampleRun() { return parseRun(fileText(sampleRecords()), "sample"); }

FrontierView view(const Run& run, std::size_t group, std::optional<std::int64_t> line = {},
                  SpeedUnit unit = SpeedUnit::step_time) {
  return frontierView(run, groupPoints(run)[group], unit, line);
}

const FrontierMark& markOf(const FrontierView& view, std::string_view policy) {
  for (const FrontierMark& mark : view.marks) {
    if (mark.policy == policy) return mark;
  }
  throw std::out_of_range("no such policy");
}

TEST(FrontierView, has_a_mark_for_every_point_and_dims_the_dominated) {
  const FrontierView shown = view(sampleRun(), 0);
  ASSERT_EQ(shown.marks.size(), 5U);
  EXPECT_EQ(markOf(shown, "store_all").state, FrontierMark::State::measured);
  EXPECT_EQ(markOf(shown, "every_n:2").state, FrontierMark::State::dominated);
  EXPECT_EQ(markOf(shown, "store_all").peak_bytes, 900 * kMiB);
  EXPECT_DOUBLE_EQ(markOf(shown, "store_all").speed, 400e6);
  ASSERT_EQ(shown.frontier.size(), 4U);
  EXPECT_EQ(shown.marks[shown.frontier.front()].policy, "store_all");
  EXPECT_EQ(shown.marks[shown.frontier.back()].policy, "offload_input");
}

TEST(FrontierView, says_what_the_smallest_costs_without_a_memory_line) {
  const FrontierView shown = view(sampleRun(), 0);
  EXPECT_FALSE(shown.memory_line_bytes);
  EXPECT_EQ(shown.finding, "offload_input needs 61.1% less memory than store_all and 27.5% more time.");
}

TEST(FrontierView, names_the_winner_under_a_memory_line) {
  const auto run = sampleRun();
  const FrontierView shown = view(run, 0, 700 * kMiB);
  ASSERT_TRUE(shown.winner);
  EXPECT_EQ(shown.marks[*shown.winner].policy, "cheap");
  EXPECT_EQ(shown.finding, "Under 700.0 MiB cheap is the fastest: 18.8% less time than full checkpointing.");
  EXPECT_EQ(view(run, 0, 300 * kMiB).finding,
            "Under 300.0 MiB no policy that was tried fits; offload_input comes closest with 350.0 MiB.");
}

TEST(FrontierView, claims_nothing_about_times_of_too_few_samples) {
  auto records = samplePoint(sampleSpec("gpt2", "store_all"), 100'000'000, 900 * kMiB, 1);
  const auto full = samplePoint(sampleSpec("gpt2", "full"), 170'000'000, 400 * kMiB, 1, 2);
  records.insert(records.end(), full.begin(), full.end());
  const auto run = parseRun(fileText(records), "run");
  EXPECT_EQ(view(run, 0).finding,
            "full needs 55.6% less memory than store_all and has too few samples to compare times.");
  EXPECT_EQ(view(run, 0, 950 * kMiB).finding,
            "Under 950.0 MiB store_all is the fastest, by too few samples to be sure.");
}

/// Points of one setup: policy, step time in ms with half a percent to either side, peak in MiB.
struct Measured {
  const char* policy;
  std::int64_t ms, peak_mib;
  int samples = 8;
};
Run runOf(const std::vector<Measured>& points) {
  std::vector<Record> records;
  for (const Measured& m : points) {
    const auto point = samplePoint(sampleSpec("gpt2", m.policy), m.ms * 1'000'000, m.peak_mib * kMiB, 1, m.samples);
    records.insert(records.end(), point.begin(), point.end());
  }
  return parseRun(fileText(records), "run");
}

TEST(FrontierView, names_no_winner_that_cannot_be_told_from_the_next_ones) {
  const auto two = runOf({{"store_all", 1003, 900}, {"cheap", 1000, 700}, {"every_n:2", 1200, 600}});
  EXPECT_EQ(view(two, 0, 950 * kMiB).finding,
            "Under 950.0 MiB cheap and store_all are the fastest; their times cannot be told apart.");
  EXPECT_EQ(view(two, 0, 800 * kMiB).finding, "Under 800.0 MiB cheap is the fastest.") << "store_all does not fit";
  const auto four = runOf({{"a", 1000, 4}, {"b", 1001, 4}, {"c", 1002, 4}, {"d", 1003, 4}});
  EXPECT_EQ(view(four, 0, 5 * kMiB).finding,
            "Under 5.00 MiB a, b and 2 others are the fastest; their times cannot be told apart.");
  const auto few = runOf({{"store_all", 1300, 900, 3}, {"cheap", 1000, 700}});
  EXPECT_EQ(view(few, 0, 950 * kMiB).finding, "Under 950.0 MiB cheap is the fastest, by too few samples to be sure.");
}

TEST(FrontierView, claims_no_time_that_cannot_be_told_without_a_memory_line) {
  EXPECT_EQ(view(runOf({{"store_all", 1003, 900}, {"cheap", 1000, 450}}), 0).finding,
            "cheap is the smallest; the times of cheap and store_all cannot be told apart.");
  EXPECT_EQ(view(runOf({{"store_all", 1000, 900}, {"cheap", 1003, 450}}), 0).finding,
            "cheap needs 50.0% less memory than store_all; their times cannot be told apart.");
  EXPECT_EQ(view(runOf({{"store_all", 1200, 900}, {"cheap", 1000, 450}}), 0).finding,
            "cheap is both the fastest and the smallest.");
}

TEST(FrontierView, calls_the_extremes_of_few_samples_no_interval_of_95_percent) {
  const QString few = view(runOf({{"full", 1000, 900, 4}}), 0).marks[0].tip;
  EXPECT_TRUE(few.contains("Too few samples for a 95% interval; they lie between 995.0 ms and ")) << few.toStdString();
  const QString enough = view(runOf({{"full", 1000, 900}}), 0).marks[0].tip;
  EXPECT_TRUE(enough.contains("\n95% interval 995.0 ms to ")) << enough.toStdString();
}

TEST(FrontierView, turns_time_into_tokens_per_second_with_the_interval_the_right_way_round) {
  const FrontierView shown = view(sampleRun(), 0, {}, SpeedUnit::tokens_per_second);
  const FrontierMark& mark = markOf(shown, "store_all");
  EXPECT_NEAR(mark.speed, 8 * 128 / 0.4, 1e-6);
  EXPECT_LT(*mark.speed_low, mark.speed);
  EXPECT_GT(*mark.speed_high, mark.speed);
}

TEST(FrontierView, puts_out_of_memory_at_the_cap_and_takes_the_cap_as_memory_line) {
  const FrontierView shown = view(sampleRun(), 2);
  EXPECT_EQ(shown.memory_line_bytes, 4096 * kMiB);
  const FrontierMark& mark = markOf(shown, "store_all");
  EXPECT_EQ(mark.state, FrontierMark::State::out_of_memory);
  EXPECT_EQ(mark.peak_bytes, 4096 * kMiB);
  EXPECT_TRUE(mark.tip.contains("asked for 96.0 MiB")) << mark.tip.toStdString();
}

TEST(FrontierView, survives_runs_without_anything_to_show) {
  EXPECT_EQ(frontierView({}, {}, SpeedUnit::step_time, {}).finding, "No point was measured yet.");
  PointSpec spec = sampleSpec("gpt2", "full");
  auto records = samplePoint(spec, 1, 1, 1);
  records.back() = PointFinished{.point = pointKey(spec), .outcome = Outcome::out_of_memory, .reason = "Too large."};
  EXPECT_TRUE(view(parseRun(fileText(records), "run"), 0).finding.startsWith("Every policy that was tried ran out"));
  records.pop_back();
  const FrontierView unfinished = view(parseRun(fileText(records), "run"), 0);
  EXPECT_EQ(unfinished.marks[0].state, FrontierMark::State::unknown);
  EXPECT_EQ(unfinished.table().rows.size(), 1U);
}

TEST(FrontierView, has_a_table_twin_in_plain_numbers) {
  const std::string csv = csvText(view(sampleRun(), 0).table());
  EXPECT_NE(csv.find("store_all,measured,943718400,,400000000,398000000,402000000,yes"), std::string::npos) << csv;
}

}  // namespace
}  // namespace remat
