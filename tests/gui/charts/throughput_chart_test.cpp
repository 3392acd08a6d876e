#include <QRegularExpression>
#include <gtest/gtest.h>

#include "tests/gui/charts/sample_charts.h"

namespace remat {
namespace {

using namespace sample_charts;

TEST(ThroughputChart, is_walked_along_one_curve_and_on_to_the_next) {
  const auto chart = throughput();
  QSignalSpy picked(chart.get(), &ThroughputChart::pointPicked);
  std::vector<std::pair<std::string, std::int64_t>> walked;
  for (int i = 0; i < 5; ++i) {
    QTest::keyClick(chart.get(), Qt::Key_Right);
    const QString key = picked.back()[0].toString();
    chart->setSelected(key);
    const PointSpec& spec = batchRun().find(key.toStdString())->spec();
    walked.emplace_back(spec.policy, spec.training.batch_size);
  }
  const decltype(walked) expected = {{"store_all", 1}, {"store_all", 2}, {"full", 1}, {"full", 2}, {"full", 4}};
  EXPECT_EQ(walked, expected) << "what ran out of memory has no throughput";
}

TEST(ThroughputChart, ends_a_curve_with_a_stub_and_not_at_a_value_that_nobody_measured) {
  const QString svg = QString::fromUtf8(throughput()->svg({1000, 600}, {}));
  static const QRegularExpression dotted(
      R"re(stroke-dasharray[^>]*>\s*<polyline[^>]*points="([\d.]+),([\d.]+) ([\d.]+),([\d.]+) ")re");
  int stubs = 0;
  for (auto all = dotted.globalMatch(svg); all.hasNext(); ++stubs) {
    const auto line = all.next();
    EXPECT_LE(line.captured(3).toDouble() - line.captured(1).toDouble(), 25) << line.captured().toStdString();
  }
  EXPECT_EQ(stubs, 1) << "store_all ran out of memory";
}

}  // namespace
}  // namespace remat
