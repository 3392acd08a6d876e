#include "profiler/core/intervals.h"

#include <gmock/gmock.h>

namespace remat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Intervals, merge_where_they_touch_or_overlap) {
  EXPECT_THAT(merged({{30, 40}, {0, 10}, {5, 20}, {20, 25}, {31, 32}}), ElementsAre(Interval{0, 25}, Interval{30, 40}));
  EXPECT_THAT(merged({{5, 5}, {9, 3}}), IsEmpty());
  EXPECT_THAT(merged({}), IsEmpty());
}

TEST(Intervals, have_the_length_of_what_they_cover) {
  EXPECT_EQ(lengthOf({{0, 10}, {20, 25}}), 15);
  EXPECT_EQ(lengthOf({}), 0);
}

TEST(Intervals, overlap_where_both_cover) {
  EXPECT_EQ(overlapOf({{0, 10}, {20, 30}, {40, 50}}, {{5, 25}, {28, 45}}), 5 + 5 + 2 + 5);
  EXPECT_EQ(overlapOf({{0, 10}}, {{10, 20}}), 0);
  EXPECT_EQ(overlapOf({}, {{10, 20}}), 0);
}

}  // namespace
}  // namespace remat
