// Peak memory against speed: a mark per policy, the frontier as a step line, a memory line that can be dragged.
#pragma once

#include <memory>
#include <optional>

#include "gui/charts/chart.h"
#include "gui/models/frontier_view.h"

namespace remat {

class FrontierChart : public Chart {
  Q_OBJECT

 public:
  explicit FrontierChart(QWidget* parent = nullptr);
  ~FrontierChart() override;

  using QWidget::show;
  void show(const FrontierView& view);
  /// Keys of points; empty: none. One that has no mark draws nothing.
  void setSelected(const QString& key);
  void setHovered(const QString& key);
  /// Zoom: wheel at the pointer, drag pans, double click fits.
  void fit();

  [[nodiscard]] QString title() const override;
  [[nodiscard]] QString finding() const override;
  [[nodiscard]] ResultTable table() const override;
  [[nodiscard]] bool isEmpty() const override;

 signals:
  void pointPicked(const QString& key);
  void pointHovered(const QString& key);  ///< empty: none
  void memoryLineMoved(qint64 bytes);     ///< while it is dragged, and by Ctrl+arrow keys

 protected:
  void layOut(QSize size) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  class Scene;
  void followMouse(const QMouseEvent& event);
  void pickNeighbour(int step);

  std::unique_ptr<Scene> scene_;
  QPointF pressed_at_;
};

}  // namespace remat
