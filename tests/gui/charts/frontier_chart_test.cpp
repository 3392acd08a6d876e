#include <gtest/gtest.h>

#include "tests/gui/charts/sample_charts.h"
#include "tests/gui/support/wheel.h"

namespace remat {
namespace {

using namespace sample_charts;

TEST(FrontierChart, steps_through_its_points_with_the_arrow_keys) {
  const auto chart = frontier();
  auto& shown = *chart;
  QSignalSpy picked(&shown, &FrontierChart::pointPicked);
  QTest::keyClick(&shown, Qt::Key_Right);
  ASSERT_EQ(picked.size(), 1);
  EXPECT_EQ(picked[0][0].toString(), key(4)) << "the smallest comes first";
  shown.setSelected(key(4));
  QTest::keyClick(&shown, Qt::Key_Right);
  EXPECT_EQ(picked.back()[0].toString(), key(3));
}

TEST(FrontierChart, lets_the_memory_line_be_dragged_and_moved_by_keys) {
  const auto chart = frontier();
  auto& shown = *chart;
  showWindow(shown);
  QSignalSpy moved(&shown, &FrontierChart::memoryLineMoved);
  QTest::keyClick(&shown, Qt::Key_Right, Qt::ControlModifier);
  ASSERT_EQ(moved.size(), 1);
  EXPECT_EQ(moved[0][0].toLongLong(), 707 * kMiB);
  moved.clear();
  // The handle is somewhere above the plot, where a drag that misses it does nothing.
  for (int x = 100; x < kSize.width() - 30 && moved.isEmpty(); x += 10) {
    QTest::mousePress(canvas(shown), Qt::LeftButton, {}, {x, 16});
    QTest::mouseMove(canvas(shown), {x - 100, 16});
    QTest::mouseRelease(canvas(shown), Qt::LeftButton, {}, {x - 100, 16});
  }
  ASSERT_FALSE(moved.isEmpty());
  EXPECT_LT(moved.back()[0].toLongLong(), 700 * kMiB);
}

TEST(FrontierChart, has_no_unit_of_time_while_nothing_is_complete) {
  const auto unfinished = parseRun(
      fileText({PointStarted{.point = pointKey(sampleSpec("gpt2", "full")), .spec = sampleSpec("gpt2", "full")}}),
      "growing");
  FrontierChart chart;
  chart.show(frontierView(unfinished, groupPoints(unfinished)[0], SpeedUnit::step_time, {}));
  EXPECT_TRUE(chart.svg(kSize, {}).contains(">Step time<"));
  EXPECT_TRUE(frontier()->svg(kSize, {}).contains("Step time, ms"));
}

TEST(FrontierChart, is_zoomed_by_the_wheel_where_nothing_scrolls) {
  const auto chart = frontier();
  showWindow(*chart);
  const QImage before = chart->image(kSize, 1.0, {});
  turnWheel(*canvas(*chart), {450, 200}, 1);
  EXPECT_NE(chart->image(kSize, 1.0, {}), before);
}

}  // namespace
}  // namespace remat
