// What StepMemoryChart draws and which part of the step it shows. For step_memory_chart.cpp only.
#pragma once

#include <optional>
#include <vector>

#include "gui/charts/plot_parts.h"
#include "gui/charts/step_memory_chart.h"
#include "gui/charts/zoom_history.h"

namespace remat {

class StepMemoryChart::Scene {
 public:
  explicit Scene(StepMemoryChart& chart);

  void take(const StepMemoryView& view);
  void layOut(QSize size);

  /// Part of the step that is seen, kept inside of it.
  [[nodiscard]] TimeRange range() const;
  void setRange(TimeRange range);

  [[nodiscard]] std::optional<int> blockAt(QPointF place) const;
  [[nodiscard]] QString tipAt(QPointF place) const;
  [[nodiscard]] QRectF overviewBox() const { return overview_; }
  [[nodiscard]] QRectF mainBox() const { return area_->rect(); }
  [[nodiscard]] double timeAt(double x) const;          ///< ns, in the main area
  [[nodiscard]] double overviewTimeAt(double x) const;  ///< ns, in the overview
  [[nodiscard]] QCPAxis& timeAxis() const { return xAxis(*area_); }
  [[nodiscard]] double axisUnit() const { return time_unit_.size; }

  StepMemoryView view;
  std::optional<int> selected_block, hovered_block;
  std::optional<Category> highlighted;
  std::optional<std::pair<double, double>> box_x;  ///< while Shift draws a box
  ZoomHistory history;

 private:
  [[nodiscard]] QColor bandColor(const StepBand& band) const;
  [[nodiscard]] double xOf(std::int64_t time_ns) const;
  [[nodiscard]] double yOf(std::int64_t bytes) const;
  [[nodiscard]] bool hasKernels() const { return view.kernels && !view.kernels->rows.empty(); }
  [[nodiscard]] double kernelTimeOf(double memory_ns) const;

  void paintBands(QCPPainter& painter);
  void paintBandNames(QCPPainter& painter, const std::vector<std::vector<double>>& edges);
  void paintPhases(QCPPainter& painter);
  void paintPeak(QCPPainter& painter);
  void paintMemoryLine(QCPPainter& painter);
  void paintOverview(QCPPainter& painter);
  void paintKernels(QCPPainter& painter);
  void paintSurround(QCPPainter& painter);
  struct KeyEntry {
    QString text;
    QColor color;
    bool hatched = false;
  };
  [[nodiscard]] std::vector<KeyEntry> keyEntries() const;
  void paintKey(QCPPainter& painter, const QRectF& gutter);
  void paintOverlay(QCPPainter& painter);
  void paintBlockSpans(QCPPainter& painter, int block, bool is_selected);

  StepMemoryChart& chart_;
  QCPAxisRect* area_;
  QCPAxisRect* kernels_;
  AxisUnit memory_unit_, time_unit_;
  QRectF overview_;
  QSize size_;
};

}  // namespace remat
