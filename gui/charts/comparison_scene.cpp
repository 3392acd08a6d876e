#include "gui/charts/comparison_scene.h"

#include <algorithm>
#include <cmath>

namespace remat {

ComparisonChart::Scene::Scene(ComparisonChart& chart)
    : chart_(chart), times_(addArea(chart.plot())), bytes_(addArea(chart.plot())), steps_(addArea(chart.plot())) {
  QCustomPlot& plot = chart.plot();
  for (const QCPAxisRect* strip : {times_, bytes_}) xAxis(*strip).setTickLabels(false);
  new Drawing(plot, kAreasLayer, [this](QCPPainter& painter) { paintBlocks(painter); });
  new Drawing(
      plot, kAreasLayer, [this](QCPPainter& painter) { paintSteps(painter); }, steps_);
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paint(painter); });
  new Drawing(plot, kOverlayLayer, [this](QCPPainter& painter) { paintOverlay(painter); });
}

void ComparisonChart::Scene::take(const ComparisonView& new_view) {
  view = new_view;
  constexpr double least = 0.02, most = 4.0;
  reach_ = least;
  for (const ComparisonRow& row : view.rows) {
    for (const auto& ratio : {row.ratio, row.low_ratio, row.high_ratio}) {
      if (ratio && std::isfinite(*ratio)) reach_ = std::max(reach_, std::min(std::abs(*ratio), most));
    }
  }
  reach_ *= 1.15;
  setBlockRanges();
  setStepRanges();
}

void ComparisonChart::Scene::layOut(QSize size) {
  size_ = size;
  layout_ = comparisonLayout(size, scale(),
                             {.rows = view.rows.size(),
                              .causes = view.causes.size(),
                              .blocks = !view.blocks.empty(),
                              .steps = !view.a_memory.bytes.empty() || !view.b_memory.bytes.empty()});
  placeStrips(size);
  placeSteps(size);
}

/// Only what can be told has a colour of its own.
QColor ComparisonChart::Scene::verdictColor(Verdict verdict) const {
  const Theme& theme = chart_.theme();
  return verdict == Verdict::better ? theme.decrease : verdict == Verdict::worse ? theme.increase : theme.secondary;
}

std::optional<PointMark> ComparisonChart::Scene::markAt(QPointF place) const {
  if (const auto row = rowAt(place)) {
    // A's points may be of another run, which the window does not show.
    const ComparisonRow& shown = view.rows[*row];
    return PointMark{comparesRuns() ? shown.key_b : QString(), comparedRowTip(shown)};
  }
  if (const auto cause = causeAt(place)) return PointMark{{}, causeTip(view, view.causes[*cause])};
  if (const auto block = blockAt(place)) return PointMark{{}, comparedBlockTip(view, static_cast<std::size_t>(*block))};
  if (!layout_.steps.isEmpty() && QRectF(steps_->rect()).contains(place))
    return PointMark{{}, momentTip(view, xAxis(*steps_).pixelToCoord(place.x()) * step_time_unit_.size)};
  return std::nullopt;
}

QString ComparisonChart::Scene::neighbour(ArrowStep step) const {
  if (!comparesRuns()) return {};
  std::vector<QString> keys;
  for (const ComparisonRow& row : view.rows) {
    if (!row.key_b.isEmpty() && (keys.empty() || keys.back() != row.key_b)) keys.push_back(row.key_b);
  }
  return neighbourIn(keys, selected, step.onwards());
}

void ComparisonChart::Scene::paint(QCPPainter& painter) {
  if (view.empty()) {
    drawEmptyText(painter, QRectF({}, size_), view.finding, chart_.font(), chart_.theme());
    return;
  }
  paintRows(painter);
  if (!layout_.causes.isEmpty()) paintCauses(painter);
  if (hasBlocks()) {
    paintBlockKey(painter);
    paintBlockNames(painter);
  }
  if (!layout_.steps.isEmpty()) paintStepSurround(painter);
}

void ComparisonChart::Scene::paintOverlay(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  for (std::size_t row = 0; row < shownRows() && comparesRuns(); ++row) {
    const QString& key = view.rows[row].key_b;
    const bool is_hovered = key == hovered && !chart_.isPicture();
    if (!key.isEmpty() && (key == selected || is_hovered)) painter.fillRect(rowBox(row), theme.hover);
  }
  if (selected_block) paintBlockOverlay(painter, *selected_block, true);
  if (hovered_block && hovered_block != selected_block && !chart_.isPicture())
    paintBlockOverlay(painter, *hovered_block, false);
}

}  // namespace remat
