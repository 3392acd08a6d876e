#include "gui/charts/comparison_layout.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

constexpr ComparisonParts kPoints{.rows = 9, .causes = 5, .blocks = true, .steps = true};

TEST(ComparisonLayout, gives_rows_alone_all_of_the_room) {
  const ComparisonLayout layout = comparisonLayout({900, 400}, 1.0, {.rows = 20});
  EXPECT_EQ(layout.rows, QRectF(0, 0, 900, 400));
  EXPECT_TRUE(layout.causes.isEmpty());
  EXPECT_TRUE(layout.blocks.isEmpty());
  EXPECT_TRUE(layout.steps.isEmpty());
}

TEST(ComparisonLayout, puts_causes_beside_the_rows_where_it_is_wide_and_below_them_where_it_is_narrow) {
  const ComparisonLayout wide = comparisonLayout({1200, 600}, 1.0, kPoints);
  EXPECT_GT(wide.causes.left(), wide.rows.right());
  EXPECT_EQ(wide.causes.top(), wide.rows.top());
  const ComparisonLayout narrow = comparisonLayout({600, 700}, 1.0, kPoints);
  ASSERT_FALSE(narrow.causes.isEmpty());
  EXPECT_GE(narrow.causes.top(), narrow.rows.bottom());
}

TEST(ComparisonLayout, keeps_its_parts_apart_and_inside_at_any_size) {
  for (const double scale : {1.0, 2.0}) {
    for (double width = 40; width < 2500; width += 170) {
      for (double height = 30; height < 1400; height += 90) {
        const ComparisonLayout layout = comparisonLayout({width, height}, scale, kPoints);
        std::vector<QRectF> parts;
        for (const QRectF& part : {layout.rows, layout.causes, layout.blocks, layout.steps}) {
          if (part.isEmpty()) continue;
          EXPECT_LE(part.bottom(), height + 0.01) << width << " x " << height;
          EXPECT_LE(part.right(), width + 0.01);
          for (const QRectF& other : parts) EXPECT_FALSE(other.intersects(part)) << width << " x " << height;
          parts.push_back(part);
        }
      }
    }
  }
}

TEST(ComparisonLayout, leaves_out_the_steps_first_and_then_the_blocks) {
  const auto at = [](double height) { return comparisonLayout({1000, height}, 1.0, kPoints); };
  EXPECT_FALSE(at(520).steps.isEmpty());
  EXPECT_FALSE(at(520).blocks.isEmpty());
  EXPECT_TRUE(at(360).steps.isEmpty());
  EXPECT_FALSE(at(360).blocks.isEmpty());
  EXPECT_TRUE(at(220).blocks.isEmpty());
  EXPECT_DOUBLE_EQ(at(220).rows.height(), 220);
}

TEST(ComparisonLayout, needs_more_room_for_larger_text) {
  EXPECT_FALSE(comparisonLayout({1800, 520}, 1.0, kPoints).steps.isEmpty());
  EXPECT_TRUE(comparisonLayout({1800, 520}, 2.0, kPoints).steps.isEmpty());
}

}  // namespace
}  // namespace remat
