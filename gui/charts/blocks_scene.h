// What BlocksChart draws and where its cells are. For blocks_chart.cpp only.
#pragma once

#include <optional>
#include <vector>

#include "gui/charts/blocks_chart.h"
#include "gui/charts/plot_parts.h"

namespace remat {

class BlocksChart::Scene {
 public:
  explicit Scene(BlocksChart& chart);

  void take(const BlocksView& view);
  void layOut(QSize size);

  /// Index of the block below x, if there is one.
  [[nodiscard]] std::optional<int> blockAt(QPointF place) const;
  [[nodiscard]] std::optional<std::size_t> rowAt(QPointF place) const;

  BlocksView view;
  std::optional<int> selected_block, hovered_block;
  QString hovered_point;  ///< key
  bool beyond_start = false;

 private:
  [[nodiscard]] int blockCount() const { return static_cast<int>(view.block_names.size()); }
  /// From edge to edge of a block's column.
  [[nodiscard]] double columnLeft(int block) const;
  [[nodiscard]] double columnWidth() const;
  [[nodiscard]] double gap() const;
  [[nodiscard]] QRectF rowBox(std::size_t row) const;
  [[nodiscard]] QRectF mapBox() const;
  [[nodiscard]] std::int64_t startBytes() const { return beyond_start ? view.before_step_bytes : 0; }
  void setRanges();

  void paintMap(QCPPainter& painter);
  void paintRow(QCPPainter& painter, std::size_t row);
  void paintRowLabel(QCPPainter& painter, std::size_t row);
  void paintPeaks(QCPPainter& painter);
  void paintTimes(QCPPainter& painter);
  void paintSurround(QCPPainter& painter);
  /// Returns where it begins.
  double paintLegend(QCPPainter& painter);
  void paintTimeKey(QCPPainter& painter, double right);
  void paintNames(QCPPainter& painter);
  void paintPeakLabel(QCPPainter& painter);
  void paintHoveredRow(QCPPainter& painter);
  void paintOverlay(QCPPainter& painter);

  BlocksChart& chart_;
  QCPAxisRect* peaks_;
  QCPAxisRect* times_;
  AxisUnit memory_unit_, time_unit_;
  std::size_t first_row_ = 0, shown_rows_ = 0;  ///< those that have room
  double map_top_ = 0, row_pitch_ = 16;
  QSize size_;
};

}  // namespace remat
