// Parts of charts that are only geometry: label places, columns of a timeline, hatching, history of zooms.
#include <gtest/gtest.h>

#include "gui/charts/hatch.h"
#include "gui/charts/label_placer.h"
#include "gui/charts/step_columns.h"
#include "gui/charts/zoom_history.h"

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

TEST(StepColumns, never_lose_a_peak) {
  std::vector<std::int64_t> times, bytes;
  for (int i = 0; i < 10'000; ++i) {
    times.push_back(i);
    bytes.push_back(i == 7777 ? 1000 : i % 10);
  }
  const auto highest = highestPerColumn(times, bytes, 0, 10'000, 100);
  ASSERT_EQ(highest.size(), 100U);
  EXPECT_EQ(highest[77], 7777U);
}

TEST(StepColumns, hold_values_until_the_next_event) {
  const auto highest = highestPerColumn({0, 50}, {5, 9}, 10, 90, 4);
  EXPECT_EQ(highest, (std::vector<std::size_t>{0, 0, 1, 1}));
  EXPECT_TRUE(highestPerColumn({}, {}, 0, 10, 4).empty());
  EXPECT_TRUE(highestPerColumn({0}, {1}, 5, 5, 4).empty());
}

TEST(Hatch, stays_inside_and_continues_over_neighbours) {
  QPainterPath lines;
  addHatch(lines, QRectF(10, 10, 30, 20));
  EXPECT_GT(lines.elementCount(), 4);
  EXPECT_TRUE(QRectF(9.9, 9.9, 30.2, 20.2).contains(lines.boundingRect()));
  QPainterPath area;
  addHatch(area, 0, 1.0, std::vector<double>(50, 10), std::vector<double>(50, 30));
  EXPECT_TRUE(QRectF(-0.1, 9.9, 50.2, 20.2).contains(area.boundingRect()));
  QPainterPath nothing;
  addHatch(nothing, 0, 1.0, {}, {});
  addHatch(nothing, QRectF());
  EXPECT_TRUE(nothing.isEmpty());
}

TEST(ZoomHistory, goes_back_and_forth_and_forgets_what_lay_ahead) {
  ZoomHistory history({0, 100});
  EXPECT_FALSE(history.back());
  history.add({10, 50}, false);
  history.add({20, 40}, false);
  EXPECT_TRUE(history.back());
  EXPECT_EQ(history.current(), (TimeRange{10, 50}));
  EXPECT_TRUE(history.forward());
  EXPECT_FALSE(history.forward());
  history.back();
  history.add({30, 35}, false);
  EXPECT_FALSE(history.forward());
  history.add({31, 34}, true);  // the same movement goes on
  history.back();
  EXPECT_EQ(history.current(), (TimeRange{10, 50}));
  history.back();
  EXPECT_EQ(history.current(), history.whole());
}

}  // namespace
}  // namespace remat
