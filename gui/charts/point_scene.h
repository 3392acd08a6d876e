// What a chart of points draws and where its marks are. For .cpp files of gui/charts only.
#pragma once

#include <optional>
#include <vector>

#include <QPointF>
#include <QSize>
#include <QString>

#include "gui/charts/arrow_keys.h"
#include "profiler/report/tables.h"

namespace remat {

struct PointMark {
  QString key;  ///< empty: something to point at that is no point
  QString tip;
};

class PointScene {
 public:
  PointScene() = default;
  virtual ~PointScene() = default;
  PointScene(const PointScene&) = delete;
  PointScene& operator=(const PointScene&) = delete;

  [[nodiscard]] virtual QString finding() const = 0;
  [[nodiscard]] virtual ResultTable table() const = 0;
  [[nodiscard]] virtual bool isEmpty() const = 0;
  virtual void layOut(QSize size) = 0;
  [[nodiscard]] virtual std::optional<PointMark> markAt(QPointF place) const = 0;
  /// The key of the point that is one step from the selected one; empty: there is none that way.
  [[nodiscard]] virtual QString neighbour(ArrowStep step) const = 0;

  QString selected, hovered;  ///< keys
};

/// Of one kind of view.
template <typename View>
class ViewScene : public PointScene {
 public:
  [[nodiscard]] QString finding() const override { return view.finding; }
  [[nodiscard]] ResultTable table() const override { return view.table(); }
  [[nodiscard]] bool isEmpty() const override { return view.empty(); }

  View view;
};

/// Of curves of points: points can be pointed at, and keys walk along a curve and on to the next one.
template <typename View>
class CurveScene : public ViewScene<View> {
 public:
  using Point = typename decltype(decltype(View::curves)::value_type::points)::value_type;

  [[nodiscard]] std::optional<PointMark> markAt(QPointF place) const override {
    constexpr double reach = 14;
    std::optional<PointMark> nearest;
    double least = reach * reach;
    forEachPoint([&](std::size_t /*curve*/, const Point& point, QPointF at) {
      const double distance = QPointF::dotProduct(at - place, at - place);
      if (distance >= least) return;
      least = distance;
      nearest = PointMark{point.key, point.tip};
    });
    return nearest;
  }

  [[nodiscard]] QString neighbour(ArrowStep step) const override {
    std::vector<QString> keys;
    for (const auto& curve : this->view.curves) {
      for (const Point& point : curve.points) keys.push_back(point.key);
    }
    return neighbourIn(keys, this->selected, step.onwards());
  }

 protected:
  [[nodiscard]] virtual QPointF placeOf(std::size_t curve, const Point& point) const = 0;

  /// Calls `visit` with the index of the curve, the point, and where it is.
  template <typename Visit>
  void forEachPoint(Visit visit) const {
    for (std::size_t c = 0; c < this->view.curves.size(); ++c) {
      for (const Point& point : this->view.curves[c].points) visit(c, point, placeOf(c, point));
    }
  }
};

}  // namespace remat
