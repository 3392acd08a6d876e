#include "gui/charts/label_placer.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

const QRectF kBounds(0, 0, 400, 300);

TEST(LabelPlacer, puts_a_label_beside_its_mark_if_there_is_room) {
  const auto places = placeLabels({{{100, 100}, {60, 14}}}, {}, kBounds);
  ASSERT_TRUE(places[0]);
  EXPECT_NEAR(places[0]->box.center().y(), 100, 0.1);
  EXPECT_GT(places[0]->box.left(), 100);
  EXPECT_FALSE(places[0]->leader);
}

TEST(LabelPlacer, keeps_labels_apart_from_each_other_and_from_obstacles) {
  std::vector<LabelRequest> requests;
  std::vector<QRectF> obstacles;
  for (int i = 0; i < 12; ++i) {
    requests.push_back({{60.0 + 25 * i, 150.0 + 3 * (i % 4)}, {70, 14}});
    obstacles.emplace_back(requests.back().anchor - QPointF(7, 7), QSizeF(14, 14));
  }
  const auto places = placeLabels(requests, obstacles, kBounds);
  std::size_t placed = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!places[i]) continue;
    ++placed;
    EXPECT_TRUE(kBounds.contains(places[i]->box));
    for (const QRectF& obstacle : obstacles) EXPECT_FALSE(places[i]->box.intersects(obstacle)) << i;
    for (std::size_t j = 0; j < i; ++j) {
      if (!places[j]) continue;
      EXPECT_FALSE(places[i]->box.intersects(places[j]->box)) << i << " and " << j;
    }
  }
  EXPECT_GE(placed, 10U);
}

TEST(LabelPlacer, joins_far_labels_with_their_marks) {
  const std::vector<QRectF> walls = {{80, 80, 40, 40}};
  const auto places = placeLabels({{{100, 100}, {60, 14}, 9.0, false}}, walls, kBounds);
  ASSERT_TRUE(places[0]);
  EXPECT_TRUE(places[0]->leader);
}

TEST(LabelPlacer, leaves_out_what_has_no_room_but_not_what_must_show) {
  const std::vector<QRectF> wall = {kBounds};
  EXPECT_FALSE(placeLabels({{{100, 100}, {60, 14}}}, wall, kBounds)[0]);
  EXPECT_TRUE(placeLabels({{{100, 100}, {60, 14}, 9.0, true}}, wall, kBounds)[0]);
  EXPECT_TRUE(placeLabels({{{100, 100}, {600, 14}, 9.0, true}}, {}, kBounds)[0]) << "wider than everything";
}

TEST(SpreadApart, keeps_order_distance_and_ends) {
  const auto places = spreadApart({50, 52, 48, 290}, 14, 0, 300);
  EXPECT_LT(places[2], places[0]);
  EXPECT_LT(places[0], places[1]);
  EXPECT_GE(places[0] - places[2], 13.9);
  EXPECT_DOUBLE_EQ(places[3], 290);
  const auto tight = spreadApart({300, 300, 300}, 14, 0, 20);
  EXPECT_DOUBLE_EQ(tight[2], 20);
  EXPECT_GE(tight[0], 0);
  EXPECT_TRUE(spreadApart({}, 14, 0, 300).empty());
}

}  // namespace
}  // namespace remat
