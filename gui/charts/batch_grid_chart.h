// Batch (or number of layers) x policy: each cell a number, the largest that fits boxed, out-of-memory crossed.
#pragma once

#include <memory>
#include <optional>

#include "gui/charts/chart.h"
#include "gui/models/batch_grid_view.h"

namespace remat {

class BatchGridChart : public Chart {
  Q_OBJECT

 public:
  explicit BatchGridChart(QWidget* parent = nullptr);
  ~BatchGridChart() override;

  using QWidget::show;
  void show(const BatchGridView& view);
  void setSelected(const QString& key);

  [[nodiscard]] QString title() const override;
  [[nodiscard]] QString finding() const override;
  [[nodiscard]] ResultTable table() const override;
  [[nodiscard]] bool isEmpty() const override;

 signals:
  void pointPicked(const QString& key);
  void pointHovered(const QString& key);  ///< empty: none

 protected:
  void layOut(QSize size) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  class Scene;
  std::unique_ptr<Scene> scene_;
};

}  // namespace remat
