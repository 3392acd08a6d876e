// What is true of every chart, offscreen: it draws, is the same each time, survives bad sizes and empty values.
#include "gui/charts/chart.h"

#include <QAccessible>
#include <QApplication>
#include <QImage>
#include <QScrollArea>
#include <QScrollBar>
#include <gtest/gtest.h>

#include "tests/gui/charts/sample_charts.h"
#include "tests/gui/support/wheel.h"

namespace remat {
namespace {

using namespace sample_charts;

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

TEST_P(EveryChart, is_hovered_no_more_when_the_pointer_has_left) {
  const auto chart = GetParam().filled();
  showWindow(*chart);
  QSignalSpy points(chart.get(), SIGNAL(pointHovered(QString)));
  QSignalSpy blocks(chart.get(), SIGNAL(blockHovered(int)));
  const auto isHovered = [&] {
    return (!points.isEmpty() && !points.back()[0].toString().isEmpty()) ||
           (!blocks.isEmpty() && blocks.back()[0].toInt() >= 0);
  };
  for (int y = 10; y < kSize.height() && !isHovered(); y += 12) {
    for (int x = 10; x < kSize.width() && !isHovered(); x += 12) QTest::mouseMove(canvas(*chart), {x, y});
  }
  ASSERT_TRUE(isHovered());
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(chart.get(), &leave);
  EXPECT_FALSE(isHovered());
}

TEST_P(EveryChart, leaves_the_wheel_to_a_page_that_scrolls_unless_it_zooms_with_ctrl) {
  auto chart = GetParam().filled();
  const QString name = chart->title();
  const bool can_zoom = name == "Frontier" || name == "Step memory";
  Chart* shown = chart.get();
  shown->setMinimumHeight(500);
  QScrollArea page;
  page.setWidgetResizable(true);
  page.setWidget(chart.release());
  page.resize(600, 200);
  page.show();
  QTest::qWait(30);
  const auto scrolledBy = [&](Qt::KeyboardModifiers keys) {
    const int before = page.verticalScrollBar()->value();
    turnWheel(*canvas(*shown), {300, 50}, -1, keys);
    return page.verticalScrollBar()->value() - before;
  };
  EXPECT_GT(scrolledBy(Qt::NoModifier), 0);
  EXPECT_EQ(scrolledBy(Qt::ControlModifier) == 0, can_zoom);
}

INSTANTIATE_TEST_SUITE_P(
    Charts, EveryChart,
    testing::Values(
        Case{"frontier", []() -> std::unique_ptr<Chart> { return frontier(); }, &emptyChart<FrontierChart>},
        Case{"blocks", []() -> std::unique_ptr<Chart> { return blocks(); }, &emptyChart<BlocksChart>},
        Case{"step", []() -> std::unique_ptr<Chart> { return step(); }, &emptyChart<StepMemoryChart>},
        Case{"grid", []() -> std::unique_ptr<Chart> { return grid(); }, &emptyChart<BatchGridChart>},
        Case{"throughput", []() -> std::unique_ptr<Chart> { return throughput(); }, &emptyChart<ThroughputChart>},
        Case{"depth", []() -> std::unique_ptr<Chart> { return depth(); }, &emptyChart<DepthChart>},
        Case{"comparison", []() -> std::unique_ptr<Chart> { return comparison(); }, &emptyChart<ComparisonChart>}),
    [](const auto& test) { return test.param.name; });

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
