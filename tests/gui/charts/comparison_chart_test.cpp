#include <gtest/gtest.h>

#include "tests/gui/charts/sample_charts.h"

namespace remat {
namespace {

using namespace sample_charts;

std::unique_ptr<ComparisonChart> runs() {
  auto chart = std::make_unique<ComparisonChart>();
  chart->show(compareRuns(sampleRun(), sampleRun()));
  return chart;
}

TEST(ComparisonChart, shows_where_time_and_bytes_of_two_points_differ) {
  const QByteArray svg = comparison()->svg({1200, 640}, {});
  for (const char* words : {"Step time by cause", "recompute", "Block by block", "kept for backward", "Through a step",
                            "A: store_all", "B: full"}) {
    EXPECT_TRUE(svg.contains(words)) << words;
  }
}

TEST(ComparisonChart, signals_the_block_below_the_mouse_and_picks_it) {
  const auto chart = comparison();
  showWindow(*chart);
  QSignalSpy hovered(chart.get(), &ComparisonChart::blockHovered);
  QSignalSpy picked(chart.get(), &ComparisonChart::blockPicked);
  ASSERT_TRUE(clickUntil(*chart, picked));
  ASSERT_FALSE(hovered.isEmpty());
  EXPECT_EQ(picked[0][0].toInt(), hovered.back()[0].toInt());
  QTest::mouseMove(canvas(*chart), {1, 1});
  EXPECT_EQ(hovered.back()[0].toInt(), -1);
}

TEST(ComparisonChart, walks_the_blocks_of_two_points_by_keys) {
  const auto chart = comparison();
  QSignalSpy picked(chart.get(), &ComparisonChart::blockPicked);
  QTest::keyClick(chart.get(), Qt::Key_Right);
  EXPECT_EQ(picked.back()[0].toInt(), 0);
  chart->setSelectedBlock(7);
  QTest::keyClick(chart.get(), Qt::Key_Right);
  EXPECT_EQ(picked.back()[0].toInt(), 7) << "the last one";
  QTest::keyClick(chart.get(), Qt::Key_Left);
  EXPECT_EQ(picked.back()[0].toInt(), 6);
  QTest::keyClick(chart.get(), Qt::Key_Escape);
  EXPECT_EQ(picked.back()[0].toInt(), -1);
}

TEST(ComparisonChart, walks_the_points_of_two_runs_by_keys) {
  const auto chart = runs();
  QSignalSpy picked(chart.get(), &ComparisonChart::pointPicked);
  QTest::keyClick(chart.get(), Qt::Key_Down);
  ASSERT_EQ(picked.size(), 1);
  EXPECT_EQ(picked[0][0].toString(), key(0));
  chart->setSelected(key(0));
  QTest::keyClick(chart.get(), Qt::Key_Down);
  EXPECT_EQ(picked.back()[0].toString(), key(1)) << "a point has more than one row";
}

TEST(ComparisonChart, picks_no_point_that_only_the_other_run_has) {
  ComparisonChart chart;
  chart.show(compareRuns(sampleRun(), remat::Run{}));
  showWindow(chart);
  QSignalSpy picked(&chart, &ComparisonChart::pointPicked);
  EXPECT_FALSE(clickUntil(chart, picked));
}

TEST(ComparisonChart, marks_the_selected_block_in_all_of_its_parts) {
  const auto chart = comparison();
  const QImage plain = chart->image(kSize, 1.0, {});
  chart->setHoveredBlock(2);
  EXPECT_EQ(chart->image(kSize, 1.0, {}), plain) << "the pointer is of the moment";
  chart->setSelectedBlock(2);
  EXPECT_NE(chart->image(kSize, 1.0, {}), plain);
}

}  // namespace
}  // namespace remat
