#include "gui/charts/zoom_history.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

TEST(ZoomHistory, goes_back_and_forth_and_forgets_what_lay_ahead) {
  ZoomHistory history({0, 100});
  EXPECT_FALSE(history.back());
  history.add({10, 50}, false);
  history.add({20, 40}, false);
  EXPECT_TRUE(history.back());
  EXPECT_EQ(history.current(), (TimeRange{10, 50}));
  EXPECT_TRUE(history.forward());
  EXPECT_FALSE(history.forward());
  history.back();
  history.add({30, 35}, false);
  EXPECT_FALSE(history.forward());
  history.add({31, 34}, true);  // the same movement goes on
  history.back();
  EXPECT_EQ(history.current(), (TimeRange{10, 50}));
  history.back();
  EXPECT_EQ(history.current(), history.whole());
}

}  // namespace
}  // namespace remat
