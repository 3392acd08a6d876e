// The map of policies x blocks, and below it, on the same x, peak memory and time of each block of the selected point.
#pragma once

#include <memory>
#include <optional>

#include "gui/charts/chart.h"
#include "gui/models/blocks_view.h"

namespace remat {

class BlocksChart : public Chart {
  Q_OBJECT

 public:
  explicit BlocksChart(QWidget* parent = nullptr);
  ~BlocksChart() override;

  using QWidget::show;
  void show(const BlocksView& view);
  void setSelectedBlock(std::optional<int> block);
  void setHoveredBlock(std::optional<int> block);
  /// Key of a point, whose row is marked; empty, or one that has no row: none.
  void setHoveredPoint(const QString& key);
  /// Peaks without what is alive before the step begins.
  void setBeyondStart(bool beyond_start);

  [[nodiscard]] QString title() const override;
  [[nodiscard]] QString finding() const override;
  [[nodiscard]] ResultTable table() const override;
  [[nodiscard]] bool isEmpty() const override;

 signals:
  void pointPicked(const QString& key);
  void pointHovered(const QString& key);
  void blockPicked(int block);   ///< -1: none
  void blockHovered(int block);  ///< -1: none

 protected:
  void layOut(QSize size) override;
  void keyPressEvent(QKeyEvent* event) override;
  void clearHover() override { hover({}, {}); }

 private:
  class Scene;
  void followMouse(const QMouseEvent& event);
  void hover(std::optional<int> block, const QString& point);

  std::unique_ptr<Scene> scene_;
};

}  // namespace remat
