// Two points or runs: differences with their intervals on an axis of ratios; for two points also where they come from:
// causes of the step time, blocks, and both steps.
#pragma once

#include <optional>

#include "gui/charts/point_chart.h"
#include "gui/models/comparison_view.h"
#include "gui/models/policy_style.h"

namespace remat {

class ComparisonChart : public PointChart {
  Q_OBJECT

 public:
  explicit ComparisonChart(QWidget* parent = nullptr);

  using QWidget::show;
  void show(const ComparisonView& view);
  /// Looks of the policies, as in the other charts.
  void setStyles(const PolicyStyles& styles);
  void setSelectedBlock(std::optional<int> block);
  void setHoveredBlock(std::optional<int> block);

  [[nodiscard]] QString title() const override;

 signals:
  void blockPicked(int block);   ///< -1: none
  void blockHovered(int block);  ///< -1: none

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void clearHover() override;
  void followMouse(const QMouseEvent& event) override;
  void release(const QMouseEvent& event) override;

 private:
  class Scene;
  void hoverBlock(std::optional<int> block);

  Scene& scene_;  ///< of the base class
};

}  // namespace remat
