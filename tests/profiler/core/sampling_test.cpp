#include "profiler/core/sampling.h"

#include <gmock/gmock.h>

namespace remat {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMs = 1'000'000;

/// Feeds step times in turn until the rule is satisfied; how many steps that took.
int feed(SamplingRule& rule, const std::vector<std::int64_t>& step_times_ns) {
  int steps = 0;
  while (!rule.finished()) rule.add(step_times_ns[static_cast<std::size_t>(steps++) % step_times_ns.size()]);
  return steps;
}

TEST(SamplingRule, warms_up_until_two_steps_agree) {
  SamplingRule rule{TimingLimits{}};
  for (const std::int64_t step : {900, 300, 110, 104}) {
    EXPECT_TRUE(rule.warmingUp());
    rule.add(step * kMs);
  }
  EXPECT_TRUE(rule.warmingUp());
  rule.add(102 * kMs);
  EXPECT_FALSE(rule.warmingUp());
  EXPECT_EQ(rule.warmUpSteps(), 5);
  EXPECT_EQ(rule.interval().count, 0) << "warm-up steps are no samples";
}

TEST(SamplingRule, gives_up_warming_up_after_ten_steps) {
  SamplingRule rule{TimingLimits{}};
  for (int i = 0; i < 10; ++i) rule.add((i % 2 + 1) * kMs);
  EXPECT_FALSE(rule.warmingUp());
}

TEST(SamplingRule, stops_after_the_fewest_samples_when_steps_are_steady) {
  SamplingRule rule{TimingLimits{}};
  EXPECT_EQ(feed(rule, {100 * kMs}), 2 + 6);
  EXPECT_EQ(rule.note(), "");
  EXPECT_EQ(rule.interval().median, 100 * kMs);
}

TEST(SamplingRule, goes_on_until_the_interval_is_narrow) {
  SamplingRule rule{TimingLimits{}};
  rule.add(100 * kMs);
  rule.add(100 * kMs);
  for (int i = 0; i < 5; ++i) rule.add((100 + 3 * i) * kMs);
  EXPECT_FALSE(rule.finished());
  for (int i = 0; i < 30 && !rule.finished(); ++i) rule.add(106 * kMs);
  EXPECT_TRUE(rule.finished());
  EXPECT_LE(relativeHalfWidth(rule.interval()), 0.02);
  EXPECT_EQ(rule.note(), "");
}

TEST(SamplingRule, says_so_when_the_time_limit_ends_it) {
  SamplingRule rule{TimingLimits{.time_limit_ns = 1000 * kMs}};
  feed(rule, {300 * kMs, 300 * kMs, 300 * kMs, 330 * kMs});
  EXPECT_EQ(
      rule.note(),
      "the time limit of 1.00 s, most of it spent by the warm-up, ended the timing after 2 samples of at least 6; the interval that they allow, of 50.0%, is 4.8% of the "
      "median to either side, wanted 2.0%");
}

TEST(SamplingRule, does_not_blame_a_short_warm_up) {
  SamplingRule rule{TimingLimits{.time_limit_ns = 1000 * kMs}};
  feed(rule, {200 * kMs});
  EXPECT_THAT(rule.note(), HasSubstr("the time limit of 1.00 s ended the timing after 3 samples of at least 6"));
}

TEST(SamplingRule, takes_one_sample_even_of_a_step_longer_than_the_limit) {
  SamplingRule rule{TimingLimits{.time_limit_ns = kMs}};
  feed(rule, {60'000 * kMs});
  EXPECT_EQ(rule.interval().count, 1);
  EXPECT_THAT(rule.note(), HasSubstr("after 1 sample of at least 6"));
}

TEST(SamplingRule, says_so_when_fewer_samples_were_asked_for_than_an_interval_needs) {
  SamplingRule rule{TimingLimits{.min_samples = 1}};
  EXPECT_EQ(feed(rule, {100 * kMs}), 2 + 1);
  EXPECT_EQ(rule.note(), "1 sample was asked for: a 95% interval needs 6");
}

TEST(SamplingRule, says_so_when_the_most_samples_end_it) {
  SamplingRule rule{TimingLimits{.max_samples = 20}};
  feed(rule, {100 * kMs, 100 * kMs, 200 * kMs});
  EXPECT_EQ(rule.interval().count, 20);
  EXPECT_THAT(rule.note(), HasSubstr("the timing ended after 20 samples; the interval that they allow, of 95.9%"));
}

}  // namespace
}  // namespace remat
