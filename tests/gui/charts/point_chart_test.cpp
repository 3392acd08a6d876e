#include "gui/charts/point_chart.h"

#include <gtest/gtest.h>

#include "tests/gui/charts/sample_charts.h"

namespace remat {
namespace {

using namespace sample_charts;

TEST(PointChart, picks_the_point_that_is_clicked_after_it_was_hovered) {
  const auto chart = depth();
  showWindow(*chart);
  QSignalSpy picked(chart.get(), &PointChart::pointPicked);
  QSignalSpy hovered(chart.get(), &PointChart::pointHovered);
  ASSERT_TRUE(clickUntil(*chart, picked));
  ASSERT_FALSE(hovered.isEmpty());
  EXPECT_EQ(picked[0][0].toString(), hovered.back()[0].toString());
  EXPECT_NE(batchRun().find(picked[0][0].toString().toStdString()), nullptr);
}

TEST(PointChart, says_when_nothing_is_hovered_any_more) {
  const auto chart = depth();
  showWindow(*chart);
  QSignalSpy picked(chart.get(), &PointChart::pointPicked);
  QSignalSpy hovered(chart.get(), &PointChart::pointHovered);
  ASSERT_TRUE(clickUntil(*chart, picked));
  QTest::mouseMove(canvas(*chart), {1, 1});
  EXPECT_TRUE(hovered.back()[0].toString().isEmpty());
}

TEST(PointChart, leaves_other_buttons_alone) {
  const auto chart = grid();
  showWindow(*chart);
  QSignalSpy picked(chart.get(), &PointChart::pointPicked);
  const auto clickAll = [&](Qt::MouseButton button) {
    for (int y = 10; y < kSize.height(); y += 20) {
      for (int x = 10; x < kSize.width(); x += 20) QTest::mouseClick(canvas(*chart), button, {}, {x, y});
    }
    return picked.size();
  };
  EXPECT_EQ(clickAll(Qt::RightButton), 0);
  EXPECT_GT(clickAll(Qt::LeftButton), 0);
}

TEST(PointChart, is_walked_by_keys_from_the_selected_point) {
  const auto chart = throughput();
  QSignalSpy picked(chart.get(), &PointChart::pointPicked);
  QTest::keyClick(chart.get(), Qt::Key_Right);
  ASSERT_EQ(picked.size(), 1);
  const QString first = picked[0][0].toString();
  chart->setSelected(first);
  QTest::keyClick(chart.get(), Qt::Key_Right);
  ASSERT_EQ(picked.size(), 2);
  EXPECT_NE(picked[1][0].toString(), first);
  chart->setSelected(picked[1][0].toString());
  QTest::keyClick(chart.get(), Qt::Key_Left);
  EXPECT_EQ(picked[2][0].toString(), first);
}

TEST(PointChart, draws_a_ring_around_the_selected_point_and_the_hovered_one_only_on_screen) {
  const auto chart = depth();
  const QString key = QString::fromStdString(batchRun().points.front().key());
  const QImage plain = chart->image(kSize, 1.0, {});
  chart->setHovered(key);
  EXPECT_EQ(chart->image(kSize, 1.0, {}), plain);
  chart->setSelected(key);
  EXPECT_NE(chart->image(kSize, 1.0, {}), plain);
}

}  // namespace
}  // namespace remat
