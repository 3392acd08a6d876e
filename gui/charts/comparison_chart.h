// Two points or runs: differences with their intervals on an axis of ratios; for two points also the blocks and both
// steps.
#pragma once

#include <memory>
#include <optional>

#include "gui/charts/chart.h"
#include "gui/models/comparison_view.h"
#include "gui/models/policy_style.h"

namespace remat {

class ComparisonChart : public Chart {
  Q_OBJECT

 public:
  explicit ComparisonChart(QWidget* parent = nullptr);
  ~ComparisonChart() override;

  using QWidget::show;
  void show(const ComparisonView& view);
  /// Looks of the policies, as in the other charts.
  void setStyles(const PolicyStyles& styles);

  [[nodiscard]] QString title() const override;
  [[nodiscard]] QString finding() const override;
  [[nodiscard]] ResultTable table() const override;
  [[nodiscard]] bool isEmpty() const override;

 signals:
  void pointPicked(const QString& key);
  void blockHovered(int block);  ///< -1: none

 protected:
  void layOut(QSize size) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  class Scene;
  std::unique_ptr<Scene> scene_;
};

}  // namespace remat
