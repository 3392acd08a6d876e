#include "gui/charts/hatch.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

TEST(Hatch, stays_inside_and_continues_over_neighbours) {
  QPainterPath lines;
  addHatch(lines, QRectF(10, 10, 30, 20));
  EXPECT_GT(lines.elementCount(), 4);
  EXPECT_TRUE(QRectF(9.9, 9.9, 30.2, 20.2).contains(lines.boundingRect()));
  QPainterPath area;
  addHatch(area, 0, 1.0, std::vector<double>(50, 10), std::vector<double>(50, 30));
  EXPECT_TRUE(QRectF(-0.1, 9.9, 50.2, 20.2).contains(area.boundingRect()));
  QPainterPath nothing;
  addHatch(nothing, 0, 1.0, {}, {});
  addHatch(nothing, QRectF());
  EXPECT_TRUE(nothing.isEmpty());
}

}  // namespace
}  // namespace remat
