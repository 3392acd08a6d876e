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

/// Colours of the bars of the waterfall from the second line on are those of filled rectangles in the SVG.
TEST(ComparisonChart, colours_only_causes_that_can_be_told) {
  ComparisonView view = comparePoints(sampleRun(), key(0), sampleRun(), key(3));
  view.rows.resize(1);  // no other row has the colour
  view.rows.front().verdict = Verdict::same;
  view.blocks.clear();
  view.a_memory = view.b_memory = {};
  for (TimeCause& cause : view.causes) cause.verdict = Verdict::cannot_tell;
  const auto svgOf = [](const ComparisonView& shown) {
    ComparisonChart chart;
    chart.show(shown);
    return chart.svg({1200, 640}, {});
  };
  const QByteArray increase = lightTheme().increase.name().toLatin1();
  EXPECT_FALSE(svgOf(view).contains(increase));
  view.causes.front().verdict = Verdict::worse;
  EXPECT_TRUE(svgOf(view).contains(increase));
}

TEST(ComparisonChart, says_where_blocks_were_not_timed) {
  ComparisonView view = comparePoints(sampleRun(), key(0), sampleRun(), key(3));
  for (ComparedBlock& block : view.blocks) block.b.forward_ns = block.b.recompute_ns = block.b.backward_ns = {};
  ComparisonChart chart;
  chart.show(view);
  EXPECT_TRUE(chart.svg({1200, 640}, {}).contains("times not measured"));
  EXPECT_FALSE(comparison()->svg({1200, 640}, {}).contains("times not measured"));
}

TEST(ComparisonChart, cuts_long_names_of_runs) {
  ComparisonView view = comparePoints(sampleRun(), key(0), sampleRun(), key(3));
  view.a_title = QString(300, u'a');
  view.b_title = QString(300, u'b');
  ComparisonChart chart;
  chart.show(view);
  const QByteArray svg = chart.svg({1200, 640}, {});
  EXPECT_FALSE(svg.contains(QByteArray(150, 'a')));
  EXPECT_FALSE(svg.contains(QByteArray(150, 'b')));
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
