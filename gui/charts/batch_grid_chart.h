// Batch (or number of layers) x policy: each cell a number, the largest that fits boxed, out-of-memory crossed.
#pragma once

#include "gui/charts/point_chart.h"
#include "gui/models/batch_grid_view.h"

namespace remat {

class BatchGridChart : public PointChart {
  Q_OBJECT

 public:
  explicit BatchGridChart(QWidget* parent = nullptr);

  using QWidget::show;
  void show(const BatchGridView& view);

  [[nodiscard]] QString title() const override;

 private:
  class Scene;
  Scene& scene_;  ///< of the base class
};

}  // namespace remat
