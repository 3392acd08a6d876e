// Tokens per second against batch (or number of layers), a curve per policy, the best one that fits ringed.
#pragma once

#include <memory>
#include <optional>

#include "gui/charts/chart.h"
#include "gui/models/throughput_view.h"

namespace remat {

class ThroughputChart : public Chart {
  Q_OBJECT

 public:
  explicit ThroughputChart(QWidget* parent = nullptr);
  ~ThroughputChart() override;

  using QWidget::show;
  void show(const ThroughputView& view);
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
