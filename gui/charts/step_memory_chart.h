// Live bytes through one step as stacked bands, with phases, replays, the peak, an overview strip, a history of zooms,
// and the kernels of a traced step below.
#pragma once

#include <memory>
#include <optional>

#include <QElapsedTimer>
#include <QPointF>

#include "gui/charts/chart.h"
#include "gui/models/step_memory_view.h"

namespace remat {

class StepMemoryChart : public Chart {
  Q_OBJECT

 public:
  explicit StepMemoryChart(QWidget* parent = nullptr);
  ~StepMemoryChart() override;

  using QWidget::show;
  void show(const StepMemoryView& view);
  void setSelectedBlock(std::optional<int> block);
  void setHoveredBlock(std::optional<int> block);
  /// Draws one band strong and the others weak; absent: all alike.
  void setHighlighted(std::optional<Category> category);

  /// Part of the step that is seen, each change one step of the history.
  void zoomTo(qint64 begin_ns, qint64 end_ns);
  void zoomBack();
  void zoomForward();
  void zoomOut();

  [[nodiscard]] QString title() const override;
  [[nodiscard]] QString finding() const override;
  [[nodiscard]] ResultTable table() const override;
  [[nodiscard]] bool isEmpty() const override;

 signals:
  void blockPicked(int block);   ///< -1: none
  void blockHovered(int block);  ///< -1: none
  void zoomChanged(qint64 begin_ns, qint64 end_ns);

 protected:
  void layOut(QSize size) override;
  void keyPressEvent(QKeyEvent* event) override;
  void clearHover() override { hoverBlock({}); }

 private:
  class Scene;
  enum class Drag : std::uint8_t { none, overview, box };
  void followRange();
  void showFromHistory();
  void hoverBlock(std::optional<int> block);
  void press(const QMouseEvent& event);
  void followMouse(const QMouseEvent& event);
  void release(const QMouseEvent& event);
  void moveOverview(double x);

  std::unique_ptr<Scene> scene_;
  QElapsedTimer since_zoom_;
  QPointF pressed_at_;
  Drag drag_ = Drag::none;
  bool moving_in_history_ = false;
};

}  // namespace remat
