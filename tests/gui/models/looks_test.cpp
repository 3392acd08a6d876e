// Colours, marks and looks of policies.
#include <set>

#include <QPalette>
#include <gtest/gtest.h>

#include "gui/models/mark.h"
#include "gui/models/policy_style.h"
#include "gui/models/theme.h"

namespace remat {
namespace {

TEST(PolicyStyles, look_the_same_in_every_run_whatever_the_order) {
  const PolicyStyles some = policyStyles(std::vector<std::string>{"full", "store_all"});
  const PolicyStyles more = policyStyles(std::vector<std::string>{"cheap", "store_all", "every_n:3", "full"});
  EXPECT_EQ(some.at("full"), more.at("full"));
  EXPECT_EQ(some.at("store_all"), more.at("store_all"));
}

TEST(PolicyStyles, differ_within_a_run) {
  std::vector<std::string> policies = {"store_all", "full", "full+head_chunked:8"};
  for (int n = 2; n < 12; ++n) policies.push_back("every_n:" + std::to_string(n));
  for (int n = 0; n < 20; ++n) policies.push_back("file" + std::to_string(n) + ".json");
  const PolicyStyles styles = policyStyles(policies);
  std::vector<PolicyStyle> seen;
  for (const auto& [policy, style] : styles) {
    EXPECT_EQ(std::find(seen.begin(), seen.end(), style), seen.end()) << policy;
    seen.push_back(style);
  }
}

TEST(PolicyStyles, of_more_policies_leave_those_of_the_run_as_its_charts_show_them) {
  const std::vector<std::string> run = {"every_n:4", "full"};
  const PolicyStyles charts = policyStyles(run);
  const PolicyStyles list = policyStyles(run, {"every_n:2", "every_n:4", "store_all"});
  EXPECT_EQ(list.size(), 4U);
  EXPECT_EQ(list.at("every_n:4"), charts.at("every_n:4"));
  EXPECT_NE(list.at("every_n:2"), list.at("every_n:4"));
}

TEST(PolicyStyles, are_found_for_any_number_of_policies) {
  std::vector<std::string> policies;
  for (int n = 0; n < 1000; ++n) policies.push_back("save:" + std::to_string(n));
  EXPECT_EQ(policyStyles(policies).size(), 1000U);
}

TEST(Theme, follows_the_palette) {
  EXPECT_FALSE(themeOf(paletteOf(lightTheme())).dark);
  EXPECT_TRUE(themeOf(paletteOf(darkTheme())).dark);
}

TEST(Theme, has_a_sequence_that_gets_lighter_from_end_to_end) {
  for (int i = 1; i <= 20; ++i) {
    const auto light = [](const QColor& c) { return 0.30 * c.red() + 0.59 * c.green() + 0.11 * c.blue(); };
    EXPECT_GT(light(sequentialColor(i / 20.0)), light(sequentialColor((i - 1) / 20.0))) << i;
  }
  EXPECT_EQ(sequentialColor(-3), sequentialColor(0));
  EXPECT_EQ(sequentialColor(7), sequentialColor(1));
}

TEST(Marks, stay_inside_their_pixmaps_and_are_about_equally_large) {
  for (int shape = 0; shape <= static_cast<int>(MarkShape::cross_box); ++shape) {
    const QRectF box = markPath(static_cast<MarkShape>(shape), 10).boundingRect();
    EXPECT_LT(std::max(box.width(), box.height()), 27) << shape;
    EXPECT_GT(std::min(box.width(), box.height()), 14) << shape;
  }
  const PolicyStyle style{MarkShape::star, Qt::black, Qt::white, {}};
  EXPECT_EQ(markPixmap(style, false, 16, 2.0).size(), QSize(32, 32));
  EXPECT_NE(markPixmap(style, false, 16).toImage(), markPixmap(style, false, 16, 1.0, MarkLook::hollow).toImage());
}

}  // namespace
}  // namespace remat
