// Tokens per second against batch (or number of layers), a curve per policy, the best one that fits ringed.
#pragma once

#include "gui/charts/point_chart.h"
#include "gui/models/throughput_view.h"

namespace remat {

class ThroughputChart : public PointChart {
  Q_OBJECT

 public:
  explicit ThroughputChart(QWidget* parent = nullptr);

  using QWidget::show;
  void show(const ThroughputView& view);

  [[nodiscard]] QString title() const override;

 private:
  class Scene;
  Scene& scene_;  ///< of the base class
};

}  // namespace remat
