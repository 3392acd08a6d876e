#include <gtest/gtest.h>

#include "tests/gui/charts/sample_charts.h"

namespace remat {
namespace {

using namespace sample_charts;

const PointResult& pointOf(const QString& key) { return *batchRun().find(key.toStdString()); }

TEST(BatchGridChart, is_walked_cell_by_cell_along_batches_and_policies) {
  const auto chart = grid();
  QSignalSpy picked(chart.get(), &BatchGridChart::pointPicked);
  const auto press = [&](Qt::Key arrow) -> const PointSpec& {
    QTest::keyClick(chart.get(), arrow);
    const QString key = picked.back()[0].toString();
    chart->setSelected(key);
    return pointOf(key).spec();
  };
  EXPECT_EQ(press(Qt::Key_Right).training.batch_size, 1) << "it begins in the corner";
  EXPECT_EQ(press(Qt::Key_Right).training.batch_size, 2);
  EXPECT_EQ(press(Qt::Key_Down).policy, "full");
  EXPECT_EQ(press(Qt::Key_Left).training.batch_size, 1);
}

TEST(BatchGridChart, stays_where_it_is_at_the_edge) {
  const auto chart = grid();
  chart->setSelected(QString::fromStdString(batchRun().points.front().key()));
  QSignalSpy picked(chart.get(), &BatchGridChart::pointPicked);
  QTest::keyClick(chart.get(), Qt::Key_Up);
  QTest::keyClick(chart.get(), Qt::Key_Left);
  EXPECT_TRUE(picked.isEmpty());
}

TEST(BatchGridChart, says_that_the_largest_fits_only_where_another_does_not) {
  EXPECT_TRUE(grid()->svg(kSize, {}).contains("largest that fits"));
  auto all_fit = batchRun();
  std::erase_if(all_fit.points, [](const PointResult& point) { return !point.completed(); });
  BatchGridChart chart;
  chart.show(batchGridView(all_fit, groupPoints(all_fit)[0], SweepAxis::batch, GridMetric::peak, {}));
  const QByteArray svg = chart.svg(kSize, {});
  EXPECT_TRUE(svg.contains("largest measured"));
  EXPECT_FALSE(svg.contains("largest that fits"));
}

TEST(BatchGridChart, is_called_after_its_axis) {
  BatchGridChart chart;
  chart.show(batchGridView(batchRun(), groupPoints(batchRun())[0], SweepAxis::batch, GridMetric::peak, {}));
  EXPECT_EQ(chart.title(), "Batch");
  chart.show(batchGridView(batchRun(), groupPoints(batchRun())[0], SweepAxis::layers, GridMetric::peak, {}));
  EXPECT_EQ(chart.title(), "Layers");
}

}  // namespace
}  // namespace remat
