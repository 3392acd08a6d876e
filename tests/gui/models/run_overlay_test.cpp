#include "gui/models/run_overlay.h"

#include <gmock/gmock.h>

#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kMiB = 1024 * 1024;

struct Measured {
  const char* policy;
  std::int64_t ms, peak_mib;
  std::int64_t batch = 8;
};

GroupedRun runOf(const std::vector<Measured>& points, const std::string& name, const std::string& device = "cpu") {
  std::vector<Record> records;
  for (const Measured& m : points) {
    PointSpec spec = sampleSpec("gpt2", m.policy);
    spec.training.batch_size = m.batch;
    spec.device = device;
    const auto point = samplePoint(spec, m.ms * 1'000'000, m.peak_mib * kMiB, 1);
    records.insert(records.end(), point.begin(), point.end());
  }
  return grouped(std::make_shared<const Run>(parseRun(fileText(records), name)));
}

QString keyOf(const GroupedRun& run, std::size_t point) { return QString::fromStdString(run.run->points[point].key()); }

FrontierView overlay(const GroupedRun& a, const GroupedRun& b, const QString& key = {}) {
  return overlaidFrontiers(a, b, key, SpeedUnit::step_time, {});
}

TEST(OverlaidFrontiers, put_each_point_beside_where_it_was_in_the_other_run) {
  const auto a = runOf({{"store_all", 400, 900}, {"cheap", 450, 700}, {"full", 500, 400}}, "before.remat.jsonl");
  const auto b = runOf({{"full", 450, 400}, {"store_all", 400, 800}, {"every_n:2", 470, 600}}, "after.remat.jsonl");
  const FrontierView view = overlay(a, b);
  ASSERT_TRUE(view.other);
  EXPECT_EQ(view.other->title_here.toStdString(), "B: after.remat.jsonl");
  EXPECT_EQ(view.other->title.toStdString(), "A: before.remat.jsonl");
  ASSERT_EQ(view.other->points.size(), 3U);
  EXPECT_EQ(view.other->points[0].here, 1U) << "store_all";
  EXPECT_EQ(view.other->points[1].here, std::nullopt) << "cheap is in A only";
  EXPECT_EQ(view.other->points[2].here, 0U) << "full";
  EXPECT_THAT(view.other->frontier, ElementsAre(0, 1, 2));
  EXPECT_EQ(view.other->points[0].mark.peak_bytes, 900 * kMiB);
  EXPECT_EQ(view.finding.toStdString(),
            "B against A: step time: better in 1, cannot tell in 1; peak: same in 1, better in 1.");
}

TEST(OverlaidFrontiers, say_of_every_mark_both_numbers_and_what_they_allow_to_say) {
  const auto a = runOf({{"store_all", 400, 900}, {"cheap", 450, 700}}, "a");
  const FrontierView view = overlay(a, runOf({{"store_all", 500, 900}, {"full", 600, 400}}, "b"));
  EXPECT_THAT(view.marks[0].tip.toStdString(),
              HasSubstr("store_all\nstep time: A 400.0 ms (398.0 ms to 402.0 ms), B "));
  EXPECT_THAT(view.marks[0].tip.toStdString(), HasSubstr("worse\npeak: A 900.0 MiB, B 900.0 MiB, = same"));
  EXPECT_EQ(view.other->points[0].mark.tip, view.marks[0].tip);
  EXPECT_THAT(view.marks[1].tip.toStdString(), HasSubstr("(only in B)"));
  EXPECT_THAT(view.other->points[1].mark.tip.toStdString(), HasSubstr("(only in A)"));
}

TEST(OverlaidFrontiers, are_of_the_setup_of_the_chosen_point) {
  const auto a = runOf({{"full", 100, 100, 1}, {"full", 200, 200, 2}}, "a");
  const auto b = runOf({{"full", 90, 100, 1}, {"full", 190, 200, 2}, {"full", 300, 300, 4}}, "b");
  const FrontierView view = overlay(a, b, keyOf(b, 1));
  ASSERT_EQ(view.marks.size(), 1U);
  EXPECT_EQ(view.marks[0].peak_bytes, 200 * kMiB);
  EXPECT_EQ(view.other->points[0].mark.peak_bytes, 200 * kMiB);
  EXPECT_THAT(view.finding.toStdString(), HasSubstr("B against A, batch 2 x 128 tokens: step time: better in 1"));
  const FrontierView alone = overlay(a, b, keyOf(b, 2));
  EXPECT_FALSE(alone.other);
  EXPECT_THAT(alone.finding.toStdString(), HasSubstr("A has no point of this setup"));
}

TEST(OverlaidFrontiers, pair_points_of_different_devices) {
  const FrontierView view = overlay(runOf({{"full", 400, 900}}, "a"), runOf({{"full", 40, 900}}, "b", "cuda:0"));
  ASSERT_TRUE(view.other);
  EXPECT_EQ(view.other->points[0].here, 0U);
}

TEST(OverlaidFrontiers, draw_a_policy_alike_in_both) {
  const auto a = runOf({{"first_n:3", 400, 900}, {"last_n:3", 410, 900}, {"full", 500, 400}}, "a");
  const auto b = runOf({{"last_n:3", 410, 900}, {"first_n:5", 400, 900}}, "b");
  const FrontierView view = overlay(a, b);
  ASSERT_TRUE(view.other);
  EXPECT_EQ(view.other->points[1].mark.style, view.marks[0].style);
  EXPECT_NE(view.other->points[0].mark.style, view.marks[1].style) << "another policy";
}

TEST(OverlaidFrontiers, of_a_run_without_points_are_a_sentence) {
  const auto nothing = grouped(std::make_shared<const remat::Run>());
  EXPECT_TRUE(overlay(nothing, nothing).empty());
  EXPECT_FALSE(overlay(nothing, nothing).finding.isEmpty());
  const FrontierView view = overlay(nothing, runOf({{"full", 1, 1}}, "b"));
  EXPECT_FALSE(view.other);
  EXPECT_EQ(view.marks.size(), 1U);
}

TEST(OverlaidFrontiers, name_the_run_of_every_row_in_the_table) {
  const FrontierView view =
      overlay(runOf({{"full", 400, 900}}, "a.remat.jsonl"), runOf({{"full", 40, 900}}, "b.remat.jsonl"));
  const std::string csv = csvText(view.table());
  EXPECT_THAT(csv, HasSubstr(",B: b.remat.jsonl"));
  EXPECT_THAT(csv, HasSubstr(",A: a.remat.jsonl"));
}

}  // namespace
}  // namespace remat
