// What BatchGridChart draws and where its cells are. For batch_grid_chart.cpp only.
#pragma once

#include <optional>

#include "gui/charts/batch_grid_chart.h"
#include "gui/charts/plot_parts.h"
#include "gui/charts/point_scene.h"

namespace remat {

struct CellPlace {
  std::size_t row = 0, column = 0;
  bool operator==(const CellPlace&) const = default;
};

class BatchGridChart::Scene : public ViewScene<BatchGridView> {
 public:
  explicit Scene(BatchGridChart& chart);

  void take(const BatchGridView& new_view);
  void layOut(QSize size) override { size_ = size; }
  [[nodiscard]] std::optional<PointMark> markAt(QPointF place) const override;
  /// In the next cell in that direction that was tried.
  [[nodiscard]] QString neighbour(ArrowStep step) const override;

 private:
  [[nodiscard]] std::optional<CellPlace> cellAt(QPointF place) const;
  [[nodiscard]] const GridCell& cell(const CellPlace& place) const { return view.rows[place.row].cells[place.column]; }
  [[nodiscard]] std::optional<CellPlace> find(const QString& key) const;
  [[nodiscard]] double scale() const { return textScale(chart_.font()); }
  [[nodiscard]] QRectF gridBox() const;
  [[nodiscard]] double columnWidth() const;
  [[nodiscard]] double rowHeight() const;
  [[nodiscard]] QRectF boxOf(const CellPlace& place) const;
  [[nodiscard]] QColor colorOf(double value) const;
  [[nodiscard]] QString valueText(double value) const;

  void paint(QCPPainter& painter);
  void paintRow(QCPPainter& painter, std::size_t r);
  void paintCell(QCPPainter& painter, const CellPlace& place);
  void paintFailure(QCPPainter& painter, const CellPlace& place);
  void paintKey(QCPPainter& painter);
  void paintOverlay(QCPPainter& painter);

  BatchGridChart& chart_;
  AxisUnit unit_;
  double low_ = 0, high_ = 0;
  QSize size_;
};

}  // namespace remat
