#include "gui/charts/step_columns.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

TEST(StepColumns, never_lose_a_peak) {
  std::vector<std::int64_t> times, bytes;
  for (int i = 0; i < 10'000; ++i) {
    times.push_back(i);
    bytes.push_back(i == 7777 ? 1000 : i % 10);
  }
  const auto highest = highestPerColumn(times, bytes, 0, 10'000, 100);
  ASSERT_EQ(highest.size(), 100U);
  EXPECT_EQ(highest[77], 7777U);
}

TEST(StepColumns, hold_values_until_the_next_event) {
  const auto highest = highestPerColumn({0, 50}, {5, 9}, 10, 90, 4);
  EXPECT_EQ(highest, (std::vector<std::size_t>{0, 0, 1, 1}));
  EXPECT_TRUE(highestPerColumn({}, {}, 0, 10, 4).empty());
  EXPECT_TRUE(highestPerColumn({0}, {1}, 5, 5, 4).empty());
}

}  // namespace
}  // namespace remat
