#include "profiler/core/statistics.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace remat {
namespace {

/// 1, 2, ..., count: an order statistic's value is its rank.
std::vector<std::int64_t> ranks(std::int64_t count) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 1);
  std::shuffle(values.begin(), values.end(), std::mt19937(1));
  return values;
}

TEST(MedianOf, takes_one_number_from_each_sample) {
  struct Pair {
    std::int64_t first, second;
  };
  const std::vector<Pair> pairs = {{3, 10}, {1, 30}, {2, 20}};
  EXPECT_EQ(medianOf(pairs, [](const Pair& pair) { return pair.second; }), 20);
  EXPECT_EQ(medianOf(std::vector<Pair>{}, [](const Pair& pair) { return pair.first; }), 0);
}

TEST(Median, is_the_middle_value_or_the_mean_of_the_middle_two) {
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(median({7}), 7);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({1, 9, 4, 6}), 5);
  EXPECT_EQ(median({INT64_MAX, INT64_MAX}), INT64_MAX);
}

TEST(MedianInterval, has_the_ranks_of_published_tables) {
  // Ranks and coverage of the 95% interval for the median by the sign test (Conover, table A3 of the binomial).
  struct Row {
    std::int64_t count, low, high;
    double coverage;
  };
  for (const Row& row : {Row{6, 1, 6, 0.96875}, Row{8, 1, 8, 0.9922}, Row{9, 2, 8, 0.9609}, Row{10, 2, 9, 0.9785},
                         Row{15, 4, 12, 0.9648}, Row{20, 6, 15, 0.9586}, Row{25, 8, 18, 0.9567},
                         Row{50, 18, 33, 0.9672}, Row{100, 40, 61, 0.9648}}) {
    const MedianInterval interval = medianInterval(ranks(row.count));
    EXPECT_EQ(interval.low, row.low) << row.count;
    EXPECT_EQ(interval.high, row.high) << row.count;
    EXPECT_NEAR(interval.confidence_ratio, row.coverage, 5e-5) << row.count;
    EXPECT_EQ(interval.count, row.count);
  }
}

TEST(MedianInterval, of_too_few_values_are_the_extremes_with_what_these_achieve) {
  const MedianInterval five = medianInterval(ranks(5));
  EXPECT_EQ(five.low, 1);
  EXPECT_EQ(five.high, 5);
  EXPECT_DOUBLE_EQ(five.confidence_ratio, 0.9375);
  EXPECT_DOUBLE_EQ(medianInterval({3}).confidence_ratio, 0.0);
  EXPECT_EQ(medianInterval({}), MedianInterval{});
}

TEST(MedianInterval, holds_the_true_median_as_often_as_it_says) {
  std::mt19937 random(7);
  std::lognormal_distribution<double> skewed(10.0, 0.5);
  const auto true_median = static_cast<std::int64_t>(std::exp(10.0));
  int held = 0;
  constexpr int runs = 4000;
  for (int run = 0; run < runs; ++run) {
    std::vector<std::int64_t> values(12);
    for (auto& value : values) value = static_cast<std::int64_t>(skewed(random));
    const MedianInterval interval = medianInterval(values);
    held += interval.low <= true_median && true_median <= interval.high;
  }
  const double expected = medianInterval(ranks(12)).confidence_ratio;
  EXPECT_NEAR(static_cast<double>(held) / runs, expected, 0.012);
}

TEST(MedianInterval, width_is_told_as_part_of_the_median) {
  EXPECT_DOUBLE_EQ(relativeHalfWidth({.median = 100, .low = 97, .high = 101}), 0.02);
  EXPECT_DOUBLE_EQ(relativeHalfWidth({}), 0.0);
}

}  // namespace
}  // namespace remat
