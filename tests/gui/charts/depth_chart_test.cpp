#include <gtest/gtest.h>

#include "tests/gui/charts/sample_charts.h"

namespace remat {
namespace {

using namespace sample_charts;

TEST(DepthChart, has_a_picture_for_every_policy) {
  const auto chart = depth();
  const QByteArray svg = chart->svg(kSize, {});
  EXPECT_TRUE(svg.contains("store_all"));
  EXPECT_TRUE(svg.contains("full"));
  EXPECT_TRUE(svg.contains("grey: the other policies"));
}

}  // namespace
}  // namespace remat
