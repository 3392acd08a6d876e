// Every chart, offscreen: draws, is the same each time, signals what the user does, survives bad sizes and empty
// values.
#include <QAccessible>
#include <QImage>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

#include "gui/charts/batch_grid_chart.h"
#include "gui/charts/blocks_chart.h"
#include "gui/charts/comparison_chart.h"
#include "gui/charts/depth_chart.h"
#include "gui/charts/frontier_chart.h"
#include "gui/charts/step_memory_chart.h"
#include "gui/charts/throughput_chart.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

constexpr std::int64_t kMiB = 1024 * 1024;
constexpr QSize kSize(900, 420);

const Run& sampleRun() {
  static const Run run = parseRun(fileText(sampleRecords()), "sample");
  return run;
}
PointGroup group(std::size_t index = 0) { return groupPoints(sampleRun())[index]; }
QString key(std::size_t point) { return QString::fromStdString(sampleRun().points[point].key()); }

/// The widget inside a chart that the mouse is over.
QWidget* canvas(Chart& chart) { return chart.findChild<QWidget*>(); }

void showWindow(Chart& chart) {
  chart.resize(kSize);
  chart.QWidget::show();
  QTest::qWait(30);
}

void click(Chart& chart, QPoint place) {
  QTest::mouseMove(canvas(chart), place);
  QTest::mouseClick(canvas(chart), Qt::LeftButton, {}, place);
}

std::unique_ptr<Chart> frontier() {
  auto chart = std::make_unique<FrontierChart>();
  chart->show(frontierView(sampleRun(), group(), SpeedUnit::step_time, 700 * kMiB));
  return chart;
}
std::unique_ptr<Chart> blocks() {
  auto chart = std::make_unique<BlocksChart>();
  chart->show(blocksView(sampleRun(), group(), key(3), 700 * kMiB));
  return chart;
}
std::unique_ptr<Chart> step() {
  auto chart = std::make_unique<StepMemoryChart>();
  chart->show(stepMemoryView(&sampleRun().points[3], StepBands::by_kind, {}));
  return chart;
}
std::unique_ptr<Chart> grid() {
  auto chart = std::make_unique<BatchGridChart>();
  chart->show(batchGridView(sampleRun(), group(), SweepAxis::batch, GridMetric::step_time, {}));
  return chart;
}
std::unique_ptr<Chart> throughput() {
  auto chart = std::make_unique<ThroughputChart>();
  chart->show(throughputView(sampleRun(), group(), SweepAxis::batch, {}));
  return chart;
}
std::unique_ptr<Chart> depth() {
  auto chart = std::make_unique<DepthChart>();
  chart->show(depthView(sampleRun(), group(), SweepAxis::layers, {}));
  return chart;
}
std::unique_ptr<Chart> comparison() {
  auto chart = std::make_unique<ComparisonChart>();
  chart->setStyles(policyStyles(sampleRun()));
  chart->show(comparePoints(sampleRun(), key(0), sampleRun(), key(3)));
  return chart;
}

struct Case {
  const char* name;
  std::unique_ptr<Chart> (*filled)();
  std::unique_ptr<Chart> (*empty)();
};

template <typename ChartType>
std::unique_ptr<Chart> emptyChart() {
  return std::make_unique<ChartType>();
}

class EveryChart : public testing::TestWithParam<Case> {};

TEST_P(EveryChart, draws_the_same_pixels_and_the_same_vectors_each_time) {
  const auto first = GetParam().filled();
  const auto second = GetParam().filled();
  const QImage image = first->image(kSize, 2.0, "footer");
  EXPECT_EQ(image.size(), kSize * 2);
  EXPECT_EQ(image, second->image(kSize, 2.0, "footer"));
  EXPECT_EQ(image, first->image(kSize, 2.0, "footer"));
  EXPECT_EQ(first->svg(kSize, "footer"), second->svg(kSize, "footer"));
  EXPECT_TRUE(first->svg(kSize, "footer").contains("<text"));
}

TEST_P(EveryChart, looks_different_in_the_dark) {
  const auto chart = GetParam().filled();
  chart->setTheme(lightTheme());
  const QImage light = chart->image(kSize, 1.0, {});
  chart->setTheme(darkTheme());
  EXPECT_NE(light, chart->image(kSize, 1.0, {}));
  EXPECT_EQ(chart->image(kSize, 1.0, {}).pixelColor(2, 2), darkTheme().surface);
}

TEST_P(EveryChart, has_words_and_a_table_for_people_who_do_not_see_it) {
  const auto chart = GetParam().filled();
  EXPECT_FALSE(chart->title().isEmpty());
  EXPECT_FALSE(chart->finding().isEmpty());
  EXPECT_EQ(chart->accessibleDescription(), chart->finding());
  EXPECT_FALSE(chart->table().rows.empty());
  EXPECT_FALSE(chart->isEmpty());
}

TEST_P(EveryChart, survives_any_size_and_no_value) {
  for (const auto make : {GetParam().filled, GetParam().empty}) {
    const auto chart = make();
    for (const QSize size : {QSize(1, 1), QSize(40, 30), QSize(200, 2000), QSize(3000, 90)}) {
      EXPECT_EQ(chart->image(size, 1.0, "x").size(), size);
    }
    EXPECT_FALSE(chart->svg({300, 200}, {}).isEmpty());
  }
  EXPECT_TRUE(GetParam().empty()->isEmpty());
}

TEST_P(EveryChart, survives_keys_and_a_mouse_that_goes_everywhere) {
  for (const auto make : {GetParam().filled, GetParam().empty}) {
    const auto chart = make();
    showWindow(*chart);
    for (int x = 0; x < kSize.width(); x += 90) {
      for (int y = 0; y < kSize.height(); y += 60) click(*chart, {x, y});
    }
    for (const int k : {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_Plus, Qt::Key_Minus, Qt::Key_0,
                        Qt::Key_Backspace, Qt::Key_Escape}) {
      QTest::keyClick(chart.get(), static_cast<Qt::Key>(k));
    }
    QTest::qWait(10);
  }
}

INSTANTIATE_TEST_SUITE_P(Charts, EveryChart,
                         testing::Values(Case{"frontier", &frontier, &emptyChart<FrontierChart>},
                                         Case{"blocks", &blocks, &emptyChart<BlocksChart>},
                                         Case{"step", &step, &emptyChart<StepMemoryChart>},
                                         Case{"grid", &grid, &emptyChart<BatchGridChart>},
                                         Case{"throughput", &throughput, &emptyChart<ThroughputChart>},
                                         Case{"depth", &depth, &emptyChart<DepthChart>},
                                         Case{"comparison", &comparison, &emptyChart<ComparisonChart>}),
                         [](const auto& test) { return test.param.name; });

TEST(FrontierChart, steps_through_its_points_with_the_arrow_keys) {
  const auto chart = frontier();
  auto& shown = static_cast<FrontierChart&>(*chart);
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
  auto& shown = static_cast<FrontierChart&>(*chart);
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

TEST(BlocksChart, signals_the_block_below_the_mouse) {
  const auto chart = blocks();
  auto& shown = static_cast<BlocksChart&>(*chart);
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

TEST(StepMemoryChart, remembers_its_zooms) {
  const auto chart = step();
  auto& shown = static_cast<StepMemoryChart&>(*chart);
  QSignalSpy zoomed(&shown, &StepMemoryChart::zoomChanged);
  const auto range = [&] { return std::pair(zoomed.back()[0].toLongLong(), zoomed.back()[1].toLongLong()); };
  shown.zoomTo(0, 20);
  QTest::qWait(750);  // another movement
  shown.zoomTo(5, 15);
  ASSERT_FALSE(zoomed.isEmpty());
  const auto last = range();
  shown.zoomBack();
  const auto before = range();
  EXPECT_NE(before, last);
  shown.zoomForward();
  EXPECT_EQ(range(), last);
  shown.zoomOut();
  EXPECT_EQ(range().first, 0);
}

TEST(Chart, is_a_chart_with_a_value_for_assistive_technology) {
  const auto chart = frontier();
  QAccessibleInterface* seen = QAccessible::queryAccessibleInterface(chart.get());
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(seen->role(), QAccessible::Chart);
  EXPECT_EQ(seen->text(QAccessible::Name), "Frontier");
  EXPECT_EQ(seen->text(QAccessible::Value), chart->finding());
}

TEST(Chart, follows_a_change_of_the_palette_until_a_theme_is_set) {
  const auto chart = frontier();
  chart->setPalette(paletteOf(darkTheme()));
  EXPECT_TRUE(chart->theme().dark);
  chart->setPalette(paletteOf(lightTheme()));
  EXPECT_FALSE(chart->theme().dark);
  chart->setTheme(darkTheme());
  chart->setPalette(paletteOf(lightTheme()));
  EXPECT_TRUE(chart->theme().dark);
}

}  // namespace
}  // namespace remat
