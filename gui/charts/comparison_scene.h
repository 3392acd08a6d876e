// What ComparisonChart draws and where its rows and blocks are. For its .cpp files only: comparison_rows.cpp draws the
// quantities and the causes, comparison_blocks.cpp the blocks, comparison_steps.cpp both steps.
#pragma once

#include <optional>
#include <vector>

#include "gui/charts/comparison_chart.h"
#include "gui/charts/comparison_layout.h"
#include "gui/charts/plot_parts.h"
#include "gui/charts/point_scene.h"

namespace remat {

class ComparisonChart::Scene : public ViewScene<ComparisonView> {
 public:
  explicit Scene(ComparisonChart& chart);

  void take(const ComparisonView& view);
  void layOut(QSize size) override;
  [[nodiscard]] std::optional<PointMark> markAt(QPointF place) const override;
  [[nodiscard]] QString neighbour(ArrowStep step) const override;
  /// Below the mouse: a column of the blocks.
  [[nodiscard]] std::optional<int> blockAt(QPointF place) const;

  PolicyStyles styles;
  std::optional<int> selected_block, hovered_block;

 private:
  [[nodiscard]] double scale() const { return textScale(chart_.font()); }
  /// Rows are points of two runs, not quantities of two points.
  [[nodiscard]] bool comparesRuns() const { return !view.empty() && !view.rows.front().heading.isEmpty(); }
  [[nodiscard]] QColor verdictColor(Verdict verdict) const;

  // Quantities.
  [[nodiscard]] double rowPitch() const;
  [[nodiscard]] std::size_t shownRows() const;
  [[nodiscard]] QRectF rowBox(std::size_t row) const;
  [[nodiscard]] std::optional<std::size_t> rowAt(QPointF place) const;
  /// Of the axis of ratios: words stand left and right of it.
  [[nodiscard]] double ratioLeft() const;
  [[nodiscard]] double ratioRight() const;
  [[nodiscard]] double xOf(double ratio) const;
  void paintRows(QCPPainter& painter);
  void paintRow(QCPPainter& painter, std::size_t row);
  void paintName(QCPPainter& painter, std::size_t row);
  void paintRatio(QCPPainter& painter, const ComparisonRow& row, double y);

  // Causes of the step time.
  [[nodiscard]] double causePitch() const;
  [[nodiscard]] std::optional<std::size_t> causeAt(QPointF place) const;
  void paintCauses(QCPPainter& painter);
  void paintCause(QCPPainter& painter, std::size_t line, std::int64_t from_ns, std::int64_t to_ns);

  // Blocks.
  [[nodiscard]] bool hasBlocks() const { return !layout_.blocks.isEmpty(); }
  [[nodiscard]] QRectF column(int block) const;
  /// From one amount to another in a block's column.
  [[nodiscard]] QRectF bar(const QCPAxisRect& area, int block, double from, double to) const;
  void setBlockRanges();
  void placeStrips(QSize size);
  void paintBlocks(QCPPainter& painter);
  void paintTimes(QCPPainter& painter);
  void paintBytes(QCPPainter& painter);
  void paintBlockKey(QCPPainter& painter);
  void paintBlockNames(QCPPainter& painter);

  // Both steps.
  void setStepRanges();
  void placeSteps(QSize size);
  [[nodiscard]] QColor lineColor(bool of_a) const;
  void paintSteps(QCPPainter& painter);
  void paintLine(QCPPainter& painter, const LiveBytesLine& line, const QPen& pen, std::int64_t begin_ns,
                 std::int64_t end_ns);
  [[nodiscard]] std::vector<QRectF> lineObstacles() const;
  void paintPeaks(QCPPainter& painter);
  void paintStepSurround(QCPPainter& painter);

  void paint(QCPPainter& painter);
  void paintOverlay(QCPPainter& painter);
  void paintBlockOverlay(QCPPainter& painter, int block, bool is_selected);

  ComparisonChart& chart_;
  QCPAxisRect *times_, *bytes_, *steps_;
  ComparisonLayout layout_;
  AxisUnit time_unit_, bytes_unit_;            ///< of the blocks' differences
  AxisUnit step_bytes_unit_, step_time_unit_;  ///< of the steps
  double reach_ = 0.1;                         ///< of the axis of ratios, to both sides
  QSize size_;
};

}  // namespace remat
