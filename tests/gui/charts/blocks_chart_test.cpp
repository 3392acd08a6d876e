#include <gtest/gtest.h>

#include "tests/gui/charts/sample_charts.h"

namespace remat {
namespace {

using namespace sample_charts;

TEST(BlocksChart, signals_the_block_below_the_mouse) {
  const auto chart = blocks();
  auto& shown = *chart;
  showWindow(shown);
  QSignalSpy hovered(&shown, &BlocksChart::blockHovered);
  QSignalSpy picked(&shown, &BlocksChart::blockPicked);
  QSignalSpy point(&shown, &BlocksChart::pointPicked);
  click(shown, {kSize.width() / 2, 40});
  ASSERT_EQ(hovered.size(), 1);
  ASSERT_EQ(picked.size(), 1);
  EXPECT_EQ(picked[0][0].toInt(), hovered[0][0].toInt());
  EXPECT_EQ(point.size(), 1) << "another row than the selected one";
  shown.setSelectedBlock(2);
  QTest::keyClick(&shown, Qt::Key_Right);
  EXPECT_EQ(picked.back()[0].toInt(), 3);
}

TEST(BlocksChart, marks_the_row_of_the_point_that_is_hovered_elsewhere) {
  const auto chart = blocks();
  showWindow(*chart);
  const QImage before = chart->grab().toImage();
  chart->setHoveredPoint("another run's");
  EXPECT_EQ(chart->grab().toImage(), before);
  chart->setHoveredPoint(key(1));
  EXPECT_NE(chart->grab().toImage(), before);
  chart->setHoveredPoint({});
  EXPECT_EQ(chart->grab().toImage(), before);
}

}  // namespace
}  // namespace remat
