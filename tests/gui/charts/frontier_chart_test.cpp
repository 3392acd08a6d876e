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
  EXPECT_FALSE(chart.svg(kSize, {}).contains("Step time"));
  EXPECT_TRUE(frontier()->svg(kSize, {}).contains("Step time, ms"));
}

TEST(FrontierChart, is_zoomed_by_the_wheel_where_nothing_scrolls) {
  const auto chart = frontier();
  showWindow(*chart);
  const QImage before = chart->image(kSize, 1.0, {});
  turnWheel(*canvas(*chart), {450, 200}, 1);
  EXPECT_NE(chart->image(kSize, 1.0, {}), before);
}

/// The sample run, and the same a tenth slower and larger behind it, in which store_all ran out of memory.
FrontierView twoRuns() {
  FrontierView view = frontierView(sampleRun(), firstGroup(), SpeedUnit::step_time, {});
  OtherRun& other = view.other.emplace();
  other.title_here = "B: now";
  other.title = "A: before";
  for (std::size_t i = 0; i < view.marks.size(); ++i) {
    FrontierMark mark = view.marks[i];
    mark.speed *= 1.1;
    mark.peak_bytes = mark.peak_bytes * 11 / 10;
    mark.tip = "as it was";
    if (i == 0) mark.state = FrontierMark::State::out_of_memory;
    other.points.push_back({mark, i});
  }
  other.frontier = {1};
  return view;
}

TEST(FrontierChart, draws_another_run_behind_its_own) {
  FrontierChart chart;
  FrontierView view = twoRuns();
  chart.show(view);
  const QByteArray both = chart.svg(kSize, {});
  EXPECT_TRUE(both.contains("A: before") && both.contains("B: now"));
  const auto changesPicture = [&](const auto& change) {
    FrontierView changed = view;
    change(*changed.other);
    chart.show(view);
    const QImage before = chart.image(kSize, 1.0, {});
    chart.show(changed);
    return chart.image(kSize, 1.0, {}) != before;
  };
  EXPECT_TRUE(changesPicture([](OtherRun& other) { other.frontier.clear(); }));
  EXPECT_TRUE(changesPicture([](OtherRun& other) { other.points.pop_back(); })) << "a mark";
  EXPECT_TRUE(changesPicture([](OtherRun& other) { other.points.back().here.reset(); })) << "a link";
  EXPECT_TRUE(changesPicture([](OtherRun& other) { other.points.front().here.reset(); })) << "that of a cross";
  view.other.reset();
  chart.show(view);
  EXPECT_FALSE(chart.svg(kSize, {}).contains("B: now")) << "one run needs no name";
}

TEST(FrontierChart, has_room_for_the_marks_of_both_runs) {
  FrontierView view = twoRuns();
  view.other->points[1].mark.peak_bytes *= 4;
  FrontierChart chart;
  chart.show(view);
  EXPECT_TRUE(chart.svg(kSize, {}).contains("Peak memory, GiB")) << "the own marks end below one";
}

TEST(FrontierChart, has_no_axes_while_nothing_has_a_place) {
  FrontierView view = frontierView(sampleRun(), firstGroup(), SpeedUnit::step_time, {});
  for (FrontierMark& mark : view.marks) mark.state = FrontierMark::State::unknown;
  view.frontier.clear();
  FrontierChart chart;
  chart.show(view);
  EXPECT_FALSE(chart.svg(kSize, {}).contains("Peak memory"));
  view.marks.front().state = FrontierMark::State::out_of_memory;
  chart.show(view);
  EXPECT_TRUE(chart.svg(kSize, {}).contains("Peak memory"));
}

TEST(FrontierChart, forgets_its_zoom_with_another_run_behind_it) {
  FrontierChart chart;
  FrontierView view = twoRuns();
  chart.show(view);
  const QImage whole = chart.image(kSize, 1.0, {});
  QTest::keyClick(&chart, Qt::Key_Plus);
  ASSERT_NE(chart.image(kSize, 1.0, {}), whole);
  view.other->title = "A: another";
  chart.show(view);
  view.other->title = "A: before";
  chart.show(view);
  EXPECT_EQ(chart.image(kSize, 1.0, {}), whole);
}

TEST(FrontierChart, picks_the_own_point_where_the_other_run_had_it) {
  FrontierView view = twoRuns();
  for (FrontierMark& mark : view.marks) mark.state = FrontierMark::State::unknown;
  view.frontier.clear();
  FrontierChart chart;
  chart.show(view);
  showWindow(chart);
  QSignalSpy picked(&chart, &FrontierChart::pointPicked);
  ASSERT_TRUE(clickUntil(chart, picked));
}

}  // namespace
}  // namespace remat
