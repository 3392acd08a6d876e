#include "gui/models/compared_parts.h"

#include <algorithm>

#include <QStringList>
#include <gmock/gmock.h>

#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kMiB = 1024 * 1024;

const Run& sampleRun() {
  static const Run run = parseRun(fileText(sampleRecords()), "sample");
  return run;
}
/// store_all, cheap, every_n:2, full, offload_input of the first group.
const PointResult& point(std::size_t index) { return sampleRun().points[index]; }

ComparisonView compared(std::size_t a, std::size_t b) {
  return comparePoints(sampleRun(), QString::fromStdString(point(a).key()), sampleRun(),
                       QString::fromStdString(point(b).key()));
}

ComparisonView firstTwoOf(const Run& run) {
  const auto keyOf = [&](std::size_t index) { return QString::fromStdString(run.points[index].key()); };
  return comparePoints(run, keyOf(0), run, keyOf(1));
}

const TimeCause* find(const std::vector<TimeCause>& causes, const QString& title) {
  const auto found =
      std::find_if(causes.begin(), causes.end(), [&](const TimeCause& cause) { return cause.title == title; });
  return found == causes.end() ? nullptr : &*found;
}

TEST(TimeCauses, add_up_to_both_step_times) {
  for (const std::size_t b : {1, 3, 4}) {
    const auto causes = timeCauses(point(0), point(b));
    std::int64_t of_a = 0, of_b = 0;
    for (const TimeCause& cause : causes) {
      of_a += cause.a_ns;
      of_b += cause.b_ns;
    }
    EXPECT_EQ(of_a, point(0).finished->step_time_ns) << b;
    EXPECT_EQ(of_b, point(b).finished->step_time_ns) << b;
  }
}

TEST(TimeCauses, take_replays_out_of_backward) {
  const auto causes = timeCauses(point(0), point(3));
  ASSERT_NE(find(causes, "recompute"), nullptr);
  EXPECT_EQ(find(causes, "recompute")->difference_ns(), 98 * kMs);
  EXPECT_EQ(find(causes, "backward")->b_ns, *point(3).finished->backward_ns - 98 * kMs);
}

TEST(TimeCauses, take_waiting_for_copies_out_of_forward_and_backward) {
  const PointResult& offloads = point(4);
  const std::int64_t waited = *offloads.transfers->exposed_ns;
  const auto causes = timeCauses(point(0), offloads);
  ASSERT_NE(find(causes, "transfer"), nullptr);
  EXPECT_EQ(find(causes, "transfer")->a_ns, 0);
  EXPECT_EQ(find(causes, "transfer")->b_ns, waited);
  // As long there as back, so half of it is forward's.
  EXPECT_EQ(find(causes, "forward")->b_ns, *offloads.finished->forward_ns - waited / 2);
}

TEST(TimeCauses, leave_out_what_neither_has) {
  EXPECT_EQ(find(timeCauses(point(0), point(3)), "transfer"), nullptr);
  PointResult untimed = point(0);
  untimed.finished->forward_ns.reset();
  EXPECT_TRUE(timeCauses(untimed, point(3)).empty());
}

/// The titles of the main causes.
QStringList mainOf(const std::vector<TimeCause>& causes) {
  QStringList titles;
  for (const TimeCause& cause : mainCauses(causes)) titles << cause.title;
  return titles;
}

TEST(MainCauses, begin_with_the_one_that_makes_at_least_half_of_the_difference) {
  EXPECT_EQ(mainOf({{"forward", 10, 12}, {"recompute", 0, 20}, {"backward", 20, 21}}), QStringList("recompute"));
  EXPECT_EQ(mainOf({{"forward", 10, 14}, {"recompute", 0, 4}, {"backward", 20, 24}}), QStringList());
  EXPECT_EQ(mainOf({}), QStringList());
}

TEST(MainCauses, hold_what_cancels_one_that_is_more_than_the_difference) {
  EXPECT_EQ(mainOf({{"recompute", 0, 100}, {"backward", 90, 0}}), QStringList({"recompute", "backward"}));
  EXPECT_EQ(mainOf({{"recompute", 100, 0}, {"backward", 0, 90}}), QStringList({"recompute", "backward"}));
  EXPECT_EQ(mainOf({{"recompute", 0, 100}, {"backward", 9, 0}}), QStringList("recompute")) << "hardly any";
}

TEST(MainCauses, never_are_what_is_not_known) {
  EXPECT_EQ(mainOf({{"forward", 0, 3}, {"other", 0, 20}}), QStringList());
  EXPECT_EQ(mainOf({{"forward", 0, 30}, {"backward", 40, 0}, {"other", 0, 20}}), QStringList())
      << "the others say less than what is not known";
}

TEST(MainCauses, that_cancel_are_both_told) {
  std::vector<Record> records;
  const auto add = [&](const char* policy, std::int64_t step_ms, std::int64_t backward_ms, std::int64_t recompute_ms) {
    auto point = samplePoint(sampleSpec("gpt2", policy), step_ms * kMs, kMiB, 1);
    auto& finished = std::get<PointFinished>(point.back());
    finished.forward_ns = 100 * kMs;
    finished.backward_ns = backward_ms * kMs;
    finished.recompute_ns = recompute_ms * kMs;
    finished.optimizer_ns = step_ms * kMs - (100 + backward_ms) * kMs;
    records.insert(records.end(), point.begin(), point.end());
  };
  add("store_all", 300, 190, 0);
  add("full", 310, 200, 100);
  const ComparisonView view = firstTwoOf(parseRun(fileText(records), "run"));
  EXPECT_THAT(view.finding.toStdString(),
              HasSubstr("Of the time, +100.0 ms is recompute, and -90.0 ms of backward is against it."));
}

TEST(TimeCauses, are_told_as_far_as_the_quantity_of_the_same_name) {
  auto records = samplePoint(sampleSpec("gpt2", "store_all"), 1000 * kMs, kMiB, 1);
  const auto longer = samplePoint(sampleSpec("gpt2", "full"), 1011 * kMs, kMiB, 1);
  records.insert(records.end(), longer.begin(), longer.end());
  const ComparisonView view = firstTwoOf(parseRun(fileText(records), "run"));
  const auto rowOf = [&](const QString& title) {
    return *std::find_if(view.rows.begin(), view.rows.end(), [&](const auto& row) { return row.title == title; });
  };
  ASSERT_EQ(view.rows.front().verdict, Verdict::worse);
  ASSERT_EQ(rowOf("forward").verdict, Verdict::cannot_tell) << "the intervals of its samples overlap";
  EXPECT_EQ(find(view.causes, "forward")->verdict, Verdict::cannot_tell);
  EXPECT_EQ(find(compared(0, 3).causes, "forward")->verdict, Verdict::worse);
}

TEST(TimeCauses, that_lose_a_guessed_part_of_the_waiting_are_marked_as_estimated) {
  const ComparisonView view = compared(0, 4);
  EXPECT_TRUE(find(view.causes, "forward")->is_estimated);
  EXPECT_TRUE(find(view.causes, "backward")->is_estimated);
  EXPECT_FALSE(find(view.causes, "recompute")->is_estimated);
  EXPECT_FALSE(find(compared(0, 3).causes, "forward")->is_estimated) << "nobody waited";
  EXPECT_THAT(causeTip(view, *find(view.causes, "forward")).toStdString(), HasSubstr("estimated"));
  EXPECT_THAT(csvText(view.table()), HasSubstr(",\"estimated, without waiting for copies\","));
  EXPECT_THAT(csvText(compared(0, 3).table()), Not(HasSubstr("estimated")));
}

TEST(TimeCauses, are_never_less_than_nothing_and_still_add_up) {
  PointResult offloads = point(4);
  offloads.transfers->prefetch_ns = 0;
  offloads.transfers->exposed_ns = *offloads.finished->forward_ns + 50 * kMs;
  std::int64_t sum = 0;
  for (const TimeCause& cause : timeCauses(point(0), offloads)) {
    sum += cause.b_ns;
    EXPECT_TRUE(cause.b_ns >= 0 || cause.title == "other") << cause.title.toStdString();
  }
  EXPECT_EQ(sum, *offloads.finished->step_time_ns);
}

TEST(MainCauses, are_told_in_the_finding_where_times_can_be_told_apart) {
  EXPECT_THAT(compared(0, 3).finding.toStdString(), HasSubstr("Of the time, +98.0 ms is recompute."));
}

TEST(ComparedBlocks, hold_what_both_measured_block_by_block) {
  const auto blocks = comparedBlocks(point(0), point(3));
  ASSERT_EQ(blocks.size(), 8U);
  EXPECT_EQ(blocks[0].short_name, "emb.");
  EXPECT_EQ(blocks[2].short_name, "1");
  EXPECT_EQ(blocks[2].a.recompute_ns, 0);
  EXPECT_EQ(blocks[2].b.recompute_ns, 98 * kMs / 6);
  EXPECT_EQ(blocks[2].b.retained_bytes - blocks[2].a.retained_bytes, 110 * kMiB / 6 - 700 * kMiB / 6);
  EXPECT_EQ(blocks[2].b.peak_bytes - blocks[2].a.peak_bytes, -500 * kMiB);
  EXPECT_TRUE(blocks[2].timed());
}

TEST(ComparedBlocks, of_models_with_other_blocks_are_none) { EXPECT_TRUE(comparedBlocks(point(0), point(5)).empty()); }

TEST(LiveBytesLine, has_the_peak_and_when_each_block_ran) {
  const LiveBytesLine line = liveBytesLine(point(0));
  ASSERT_TRUE(line.peak);
  EXPECT_EQ(line.bytes[*line.peak], *std::max_element(line.bytes.begin(), line.bytes.end()));
  ASSERT_FALSE(line.blocks.empty());
  EXPECT_EQ(line.blocks.front().block, 1) << "layer 0";
}

TEST(LiveBytesLine, holds_its_bytes_until_the_next_event) {
  const LiveBytesLine line{{0, 10, 20}, {5, 7, 6}, {}, {}};
  EXPECT_EQ(line.bytesAt(0), 5);
  EXPECT_EQ(line.bytesAt(19.5), 7);
  EXPECT_EQ(line.bytesAt(20), 6);
  EXPECT_FALSE(line.bytesAt(20.5)) << "the step has ended";
  EXPECT_TRUE(line.endedBefore(20.5));
  EXPECT_FALSE(line.bytesAt(-1));
  EXPECT_FALSE(line.endedBefore(-1));
  EXPECT_FALSE(LiveBytesLine().bytesAt(3));
}

TEST(ComparisonTips, tell_both_sides_and_the_difference) {
  const ComparisonView view = compared(0, 3);
  EXPECT_THAT(comparedBlockTip(view, 2).toStdString(), HasSubstr("layer 1\n"));
  EXPECT_THAT(comparedBlockTip(view, 2).toStdString(), HasSubstr("recompute: +16.3 ms (A 0 ns, B 16.3 ms)"));
  EXPECT_TRUE(comparedBlockTip(view, 99).isEmpty());
  EXPECT_THAT(comparedRowTip(view.rows.front()).toStdString(), HasSubstr("A: 400.0 ms (398.0 ms to 402.0 ms)"));
  EXPECT_THAT(comparedRowTip(view.rows.front()).toStdString(), HasSubstr("worse"));
  EXPECT_THAT(momentTip(view, 15).toStdString(), HasSubstr("A, store_all: 90.0 MiB"));
  EXPECT_THAT(causeTip(compared(0, 4), *find(compared(0, 4).causes, "transfer")).toStdString(),
              HasSubstr("waiting for copies"));
}

TEST(ComparisonTips, say_no_difference_where_one_of_the_steps_has_ended) {
  ComparisonView view = compared(0, 3);
  view.a_memory = {{0, 10, 20}, {5, 7, 6}, {}, {}};
  view.b_memory = {{0, 10, 30}, {5, 9, 6}, {}, {}};
  EXPECT_THAT(momentTip(view, 15).toStdString(), HasSubstr("B beyond A"));
  EXPECT_THAT(momentTip(view, 25).toStdString(), AllOf(HasSubstr("A's step has ended"), HasSubstr("B, full: 9 B")));
  EXPECT_THAT(momentTip(view, 25).toStdString(), Not(HasSubstr("B beyond A")));
}

TEST(ComparisonTips, of_a_block_without_times_say_so) {
  ComparisonView view = compared(0, 3);
  BlockSide& b = view.blocks[2].b;
  b.forward_ns = b.recompute_ns = b.backward_ns = std::nullopt;
  const std::string tip = comparedBlockTip(view, 2).toStdString();
  EXPECT_THAT(tip, HasSubstr("times not measured"));
  EXPECT_THAT(tip, Not(HasSubstr("forward"))) << "which would be A's alone";
}

TEST(ComparisonTable, has_the_causes_and_every_block_with_exact_differences) {
  const std::string csv = csvText(compared(0, 3).table());
  EXPECT_THAT(csv, HasSubstr("step time,recompute,ns,0,,,98000000,,,98000000,,"));
  EXPECT_THAT(csv, HasSubstr("layer 1,peak while it runs,bytes,"));
  EXPECT_THAT(csv, HasSubstr(",-524288000,"));
}

TEST(ComparisonTable, says_no_verdict_of_parts_that_have_no_interval) {
  for (const auto& row : compared(0, 3).table().rows) {
    const bool is_part = !std::get<std::string>(row.front()).empty();
    EXPECT_EQ(std::holds_alternative<std::string>(row[13]), !is_part);
  }
}

}  // namespace
}  // namespace remat
