// Whether marks can be told apart by people who see fewer colours, and on a grey print: simulated, pair by pair.

#include "tests/gui/models/color_vision.h"

#include <string>
#include <vector>

#include <QPainter>
#include <gtest/gtest.h>

#include "gui/models/mark.h"
#include "gui/models/theme.h"

namespace remat {
namespace {

/// Two marks must be this unlike on the mean over all pixels that they cover. A mark that differs from another by a
/// hole alone reaches about 10.
constexpr double kLeastDistance = 7.0;

const std::vector<std::string>& policies() {
  static const std::vector<std::string> all = {
      "store_all",          "full",           "cheap",        "act_discard",     "norm_discard",
      "save_attention_out", "core_attention", "ffn_block",    "attention_block", "every_n:2",
      "every_n:4",          "first_n:6",      "last_n:6",     "op_sac",          "save:mlp",
      "recompute:mlp",      "dots",           "segment:4",    "offload_input",   "offload_all",
      "offload_selected",   "budget:40GiB",   "budget:24GiB", "mine.json",       "full+head_chunks"};
  return all;
}

/// As on screen, at two pixels per unit.
QImage markOn(const QColor& surface, const PolicyStyle& style, bool dark) {
  QImage image(32, 32, QImage::Format_RGB32);
  image.fill(surface);
  QPainter painter(&image);
  painter.drawPixmap(QRect(0, 0, 32, 32), markPixmap(style, dark, 16, 2.0));
  return image;
}

TEST(ColorVision, simulates_what_is_published) {
  // Red and green of equal luminance meet for those who lack the cones of one of them; blue stays blue.
  EXPECT_GT(distance(seen("#D55E00", Vision::full), seen("#009E73", Vision::full)), 90);
  EXPECT_LT(distance(seen("#8A8A00", Vision::deuteranopia), seen("#B87300", Vision::deuteranopia)),
            distance(seen("#8A8A00", Vision::full), seen("#B87300", Vision::full)) / 2);
  EXPECT_GT(distance(seen("#0072B2", Vision::deuteranopia), seen("#E69F00", Vision::deuteranopia)), 60);
  const Lab grey = seen("#0072B2", Vision::greyscale);
  EXPECT_NEAR(grey.a, 0, 0.1);
  EXPECT_NEAR(grey.b, 0, 0.1);
  EXPECT_NEAR(contrast(Qt::black, Qt::white), 21.0, 0.01);
}

TEST(ColorVision, tells_all_pairs_of_policies_apart_by_shape_and_colour) {
  const PolicyStyles styles = policyStyles(policies());
  ASSERT_EQ(styles.size(), policies().size());
  for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
    std::vector<QImage> marks;
    for (const std::string& policy : policies())
      marks.push_back(markOn(theme->surface, styles.at(policy), theme->dark));
    for (const Vision vision : kVisions) {
      double least = 1e9;
      std::string closest;
      for (std::size_t i = 0; i < marks.size(); ++i) {
        for (std::size_t j = i + 1; j < marks.size(); ++j) {
          const double apart = pictureDistance(marks[i], marks[j], theme->surface, vision);
          if (apart < least) closest = policies()[i] + " and " + policies()[j];
          least = std::min(least, apart);
          EXPECT_GE(apart, kLeastDistance) << policies()[i] << " and " << policies()[j] << ", " << nameOf(vision)
                                           << (theme->dark ? ", dark" : ", light");
        }
      }
      RecordProperty(std::string("least_") + (theme->dark ? "dark_" : "light_") + nameOf(vision),
                     std::to_string(least));
      std::printf("%s, %s: least %.1f (%s)\n", theme->dark ? "dark" : "light", nameOf(vision), least, closest.c_str());
    }
  }
}

TEST(ColorVision, no_two_policies_of_a_run_differ_in_colour_alone) {
  const PolicyStyles styles = policyStyles(policies());
  for (const auto& [a, of_a] : styles) {
    for (const auto& [b, of_b] : styles) {
      if (a == b) continue;
      EXPECT_FALSE(of_a.shape == of_b.shape && of_a.detail == of_b.detail) << a << " and " << b;
    }
  }
}

TEST(ColorVision, every_mark_stands_out_from_both_surfaces) {
  const PolicyStyles styles = policyStyles(policies());
  for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
    for (const auto& [policy, style] : styles) {
      const bool has_rim = !theme->dark && style.light_rim.isValid();
      const QColor edge = has_rim ? style.light_rim : style.fill(theme->dark);
      EXPECT_GE(contrast(edge, theme->surface), 3.0) << policy << (theme->dark ? ", dark" : ", light");
    }
  }
}

TEST(ColorVision, words_of_health_and_verdicts_can_be_read_on_both_surfaces) {
  for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
    for (const QColor& color : {theme->ink, theme->secondary, theme->good, theme->warning, theme->bad}) {
      for (const QColor& surface : {theme->surface, theme->panel})
        EXPECT_GE(contrast(color, surface), 4.5) << color.name().toStdString() << (theme->dark ? ", dark" : ", light");
    }
  }
}

TEST(ColorVision, increase_and_decrease_are_told_apart_by_everyone_with_two_kinds_of_cones) {
  for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
    for (const Vision vision : {Vision::full, Vision::deuteranopia, Vision::protanopia, Vision::tritanopia})
      EXPECT_GE(distance(seen(theme->increase, vision), seen(theme->decrease, vision)), 20) << nameOf(vision);
  }
}

}  // namespace
}  // namespace remat
