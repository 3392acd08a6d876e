// Small multiples: peak memory against number of layers (or batch), one picture per policy, the others grey behind.
#pragma once

#include "gui/charts/point_chart.h"
#include "gui/models/depth_view.h"

namespace remat {

class DepthChart : public PointChart {
  Q_OBJECT

 public:
  explicit DepthChart(QWidget* parent = nullptr);

  using QWidget::show;
  void show(const DepthView& view);

  [[nodiscard]] QString title() const override;

 private:
  class Scene;
  Scene& scene_;  ///< of the base class
};

}  // namespace remat
