#include <gtest/gtest.h>

#include "tests/gui/charts/sample_charts.h"

namespace remat {
namespace {

using namespace sample_charts;

TEST(StepMemoryChart, remembers_its_zooms) {
  const auto chart = step();
  auto& shown = *chart;
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

TEST(StepMemoryChart, writes_the_names_of_its_bands_out_where_there_is_room) {
  const QByteArray roomy = step()->svg({1000, 600}, {});
  EXPECT_TRUE(roomy.contains("activations<"));
  EXPECT_FALSE(roomy.contains("\xE2\x80\xA6")) << "nothing is cut";
}

}  // namespace
}  // namespace remat
