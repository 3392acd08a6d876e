#include "gui/charts/label_placer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace remat {
namespace {

struct Direction {
  double x, y;               ///< of the unit vector from mark to label; 0: centred on that axis
  bool beside_line = false;  ///< just above or below the height of the mark, where a line may leave it
};

// In the order of preference: beside, above, below, beside a line that leaves the mark, then the corners.
constexpr std::array kDirections = {Direction{1, 0},         Direction{0, -1},       Direction{0, 1},
                                    Direction{-1, 0},        Direction{1, -1, true}, Direction{1, 1, true},
                                    Direction{-1, -1, true}, Direction{-1, 1, true}, Direction{1, -1},
                                    Direction{1, 1},         Direction{-1, -1},      Direction{-1, 1}};
// Beyond the first ring a leader line joins label and mark.
constexpr std::array kRings = {1.0, 2.2, 3.4, 4.8, 6.4, 8.4};
constexpr double kLineWidth = 2.5;

QRectF boxAt(const LabelRequest& request, const Direction& direction, double distance) {
  const double diagonal = direction.x != 0 && direction.y != 0 ? 0.72 : 1.0;
  QRectF box({}, request.size);
  if (direction.beside_line) {
    box.moveCenter(request.anchor + QPointF(direction.x * (distance + request.size.width() / 2),
                                            direction.y * (kLineWidth + request.size.height() / 2)));
    return box;
  }
  box.moveCenter(request.anchor + QPointF(direction.x * (distance * diagonal + request.size.width() / 2),
                                          direction.y * (distance * diagonal + request.size.height() / 2)));
  return box;
}

/// From the mark's rim to the nearest point of the label.
QLineF leaderOf(const LabelRequest& request, const QRectF& box) {
  const QPointF end(std::clamp(request.anchor.x(), box.left(), box.right()),
                    std::clamp(request.anchor.y(), box.top(), box.bottom()));
  QLineF line(request.anchor, end);
  const double length = line.length();
  if (length > 0) line.setP1(line.pointAt(std::min(1.0, request.distance * 0.9 / length)));
  return line;
}

class Placer {
 public:
  Placer(const std::vector<QRectF>& obstacles, const QRectF& bounds) : taken_(obstacles), bounds_(bounds) {}

  std::optional<LabelPlace> place(const LabelRequest& request) {
    QRectF best;
    double least = -1.0;
    for (const double ring : kRings) {
      for (const Direction& direction : kDirections) {
        const QRectF box = boxAt(request, direction, request.distance * ring);
        if (!bounds_.contains(box)) continue;
        const double covered = coveredArea(box);
        if (covered <= 0.0) return take(request, box, ring);
        if (least < 0.0 || covered < least) {
          least = covered;
          best = box;
        }
      }
    }
    if (!request.must_show) return std::nullopt;
    if (least < 0.0) best = inBounds(boxAt(request, kDirections.front(), request.distance));
    return take(request, best, 1.0);
  }

 private:
  double coveredArea(const QRectF& box) const {
    double area = 0.0;
    for (const QRectF& other : taken_) {
      const QRectF common = box.intersected(other);
      area += common.width() * common.height();
    }
    return area;
  }

  QRectF inBounds(QRectF box) const {
    box.moveLeft(std::max(bounds_.left(), std::min(box.left(), bounds_.right() - box.width())));
    box.moveTop(std::max(bounds_.top(), std::min(box.top(), bounds_.bottom() - box.height())));
    return box;
  }

  LabelPlace take(const LabelRequest& request, const QRectF& box, double ring) {
    taken_.push_back(box.adjusted(-2, 0, 2, 0));
    LabelPlace place{box, std::nullopt};
    if (ring > 1.0) place.leader = leaderOf(request, box);
    return place;
  }

  std::vector<QRectF> taken_;
  QRectF bounds_;
};

}  // namespace

std::vector<std::optional<LabelPlace>> placeLabels(const std::vector<LabelRequest>& requests,
                                                   const std::vector<QRectF>& obstacles, const QRectF& bounds) {
  std::vector<std::optional<LabelPlace>> places(requests.size());
  Placer placer(obstacles, bounds);
  for (const bool first : {true, false}) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (requests[i].must_show == first) places[i] = placer.place(requests[i]);
    }
  }
  return places;
}

std::vector<double> spreadApart(const std::vector<double>& wanted, double pitch, double low, double high) {
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
  std::vector<double> places = wanted;
  if (wanted.empty()) return places;
  pitch = std::min(pitch, (high - low) / static_cast<double>(std::max<std::size_t>(1, wanted.size() - 1)));
  // Down until all are apart, then up from the lower end.
  double least = low;
  for (const std::size_t i : order) least = (places[i] = std::max(wanted[i], least)) + pitch;
  double most = high;
  for (auto i = order.rbegin(); i != order.rend(); ++i) most = (places[*i] = std::min(places[*i], most)) - pitch;
  return places;
}

}  // namespace remat
