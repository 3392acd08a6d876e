// Small multiples: peak memory against number of layers (or batch), one picture per policy, the others grey behind.
#pragma once

#include <memory>
#include <optional>

#include "gui/charts/chart.h"
#include "gui/models/depth_view.h"

namespace remat {

class DepthChart : public Chart {
  Q_OBJECT

 public:
  explicit DepthChart(QWidget* parent = nullptr);
  ~DepthChart() override;

  using QWidget::show;
  void show(const DepthView& view);
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
