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

}  // namespace
}  // namespace remat
