// Peak memory against speed: a mark per policy, the frontier as a step line, a memory line that can be dragged.
#pragma once

#include <cstdint>

#include <QPointF>

#include "gui/charts/point_chart.h"
#include "gui/models/frontier_view.h"

namespace remat {

class FrontierChart : public PointChart {
  Q_OBJECT

 public:
  /// Of how many runs it is for: of what its title and the names of exported files speak.
  enum class Runs : std::uint8_t { one, two };
  explicit FrontierChart(Runs runs = Runs::one, QWidget* parent = nullptr);

  using QWidget::show;
  void show(const FrontierView& view);
  /// Zoom: wheel at the pointer, drag pans, double click fits.
  void fit();

  [[nodiscard]] QString title() const override;

 signals:
  void memoryLineMoved(qint64 bytes);  ///< while it is dragged, and by Ctrl+arrow keys

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void followMouse(const QMouseEvent& event) override;
  void release(const QMouseEvent& event) override;
  /// The selected mark's label is another one too.
  void showSelection() override;

 private:
  class Scene;
  Scene& scene_;  ///< of the base class
  Runs runs_;
  QPointF pressed_at_;
};

}  // namespace remat
