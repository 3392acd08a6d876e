#include "gui/charts/arrow_keys.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

const std::vector<QString> kOrder = {"a", "b", "c"};

TEST(ArrowStep, of_a_key_is_one_step_that_way_and_none_of_others) {
  EXPECT_EQ(arrowStep(Qt::Key_Right), (ArrowStep{1, 0}));
  EXPECT_EQ(arrowStep(Qt::Key_Left), (ArrowStep{-1, 0}));
  EXPECT_EQ(arrowStep(Qt::Key_Down), (ArrowStep{0, 1}));
  EXPECT_EQ(arrowStep(Qt::Key_Up), (ArrowStep{0, -1}));
  EXPECT_TRUE(arrowStep(Qt::Key_A).isNone());
}

TEST(ArrowStep, goes_onwards_to_the_right_and_down) {
  EXPECT_EQ(arrowStep(Qt::Key_Right).onwards(), 1);
  EXPECT_EQ(arrowStep(Qt::Key_Down).onwards(), 1);
  EXPECT_EQ(arrowStep(Qt::Key_Up).onwards(), -1);
}

TEST(NeighbourIn, goes_on_and_stops_at_the_ends) {
  EXPECT_EQ(neighbourIn(kOrder, "a", 1), "b");
  EXPECT_EQ(neighbourIn(kOrder, "b", -1), "a");
  EXPECT_EQ(neighbourIn(kOrder, "c", 1), "c");
  EXPECT_EQ(neighbourIn(kOrder, "a", -1), "a");
}

TEST(NeighbourIn, enters_at_the_end_that_the_step_comes_from) {
  EXPECT_EQ(neighbourIn(kOrder, "elsewhere", 1), "a");
  EXPECT_EQ(neighbourIn(kOrder, {}, -1), "c");
  EXPECT_TRUE(neighbourIn({}, "a", 1).isEmpty());
}

}  // namespace
}  // namespace remat
