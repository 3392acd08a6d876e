#include "gui/charts/blocks_scene.h"

#include <algorithm>
#include <cmath>

#include "gui/charts/hatch.h"
#include "gui/models/local_text.h"
#include "gui/models/mark.h"

namespace remat {
namespace {

constexpr double kOthers = 0.62;  // weight of rows that are not selected
constexpr double kKeptWidth = 76;

std::int64_t timeOf(const BlockBar& bar) {
  return bar.forward_ns.value_or(0) + bar.recompute_ns.value_or(0) + bar.backward_ns.value_or(0);
}

}  // namespace

BlocksChart::Scene::Scene(BlocksChart& chart)
    : chart_(chart), peaks_(addArea(chart.plot())), times_(addArea(chart.plot())) {
  QCustomPlot& plot = chart.plot();
  for (const QCPAxisRect* area : {peaks_, times_}) {
    xAxis(*area).setTickLabels(false);
    xAxis(*area).grid()->setVisible(false);
    yAxis(*area).ticker()->setTickCount(3);
  }
  new Drawing(plot, kAreasLayer, [this](QCPPainter& painter) { paintMap(painter); });
  new Drawing(
      plot, kAreasLayer, [this](QCPPainter& painter) { paintPeaks(painter); }, peaks_);
  new Drawing(
      plot, kAreasLayer, [this](QCPPainter& painter) { paintTimes(painter); }, times_);
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paintSurround(painter); });
  new Drawing(plot, kOverlayLayer, [this](QCPPainter& painter) { paintOverlay(painter); });
}

void BlocksChart::Scene::take(const BlocksView& new_view) {
  view = new_view;
  setRanges();
}

void BlocksChart::Scene::setRanges() {
  std::int64_t peak = 1, time = 1;
  for (const BlockBar& bar : view.bars) {
    peak = std::max(peak, bar.peak_bytes - startBytes());
    time = std::max(time, timeOf(bar));
  }
  const std::int64_t line = view.memory_line_bytes.value_or(0) - startBytes();
  if (line > 0 && line < peak + peak / 2) peak = std::max(peak, line);
  memory_unit_ = memoryUnit(peak);
  time_unit_ = timeUnit(time);
  yAxis(*peaks_).setRange(0, memory_unit_.of(peak) * 1.3);
  yAxis(*times_).setRange(0, time_unit_.of(time) * 1.15);
  for (const QCPAxisRect* area : {peaks_, times_}) xAxis(*area).setRange(0, std::max(1, blockCount()));
}

void BlocksChart::Scene::layOut(QSize size) {
  size_ = size;
  const QFont& base = chart_.font();
  const double scale = textScale(base);
  const int gutter = gutterWidth(base, size.width());
  const bool has_bars = view.selected.has_value();
  const int names = static_cast<int>(20 * scale);
  const int between = static_cast<int>((titleStandsAbove(base, titleWidth(base, gutter)) ? 24 : 14) * scale);
  map_top_ = 24 * scale;
  const double below = has_bars ? std::max(116.0 + between, size.height() * 0.42) : 0.0;
  const double room = std::max(20.0, size.height() - map_top_ - below - names);
  const auto rows = static_cast<double>(std::max<std::size_t>(1, view.rows.size()));
  row_pitch_ = std::clamp(room / rows, 14.0 * scale, 22.0 * scale);
  shown_rows_ = std::min(view.rows.size(), static_cast<std::size_t>(std::max(1.0, room / row_pitch_)));
  // A window of rows around the selected one where not all have room.
  const std::size_t selected = view.selected.value_or(0);
  first_row_ = selected < shown_rows_ ? 0 : std::min(selected - shown_rows_ / 2, view.rows.size() - shown_rows_);
  const auto width = static_cast<int>(size.width() - gutter - kKeptWidth * scale);
  const int strips_top = static_cast<int>(map_top_ + row_pitch_ * static_cast<double>(shown_rows_)) + between;
  const int strips = size.height() - strips_top - names - between;
  placeArea(*peaks_, QRect(gutter, strips_top, width, strips * 11 / 20), size);
  placeArea(*times_, QRect(gutter, strips_top + strips * 11 / 20 + between, width, strips * 9 / 20), size);
  for (QCPAxisRect* area : {peaks_, times_}) hideArea(*area, !has_bars);
  for (QCPAxisRect* area : {peaks_, times_}) xAxis(*area).grid()->setVisible(false);
}

double BlocksChart::Scene::columnWidth() const {
  return static_cast<double>(peaks_->width()) / std::max(1, blockCount());
}

double BlocksChart::Scene::columnLeft(int block) const { return peaks_->left() + columnWidth() * block; }

double BlocksChart::Scene::gap() const { return columnWidth() > 10 ? 2.0 : columnWidth() > 4 ? 1.0 : 0.0; }

QRectF BlocksChart::Scene::rowBox(std::size_t row) const {
  return {static_cast<double>(peaks_->left()), map_top_ + row_pitch_ * static_cast<double>(row - first_row_),
          static_cast<double>(peaks_->width()), row_pitch_};
}

QRectF BlocksChart::Scene::mapBox() const {
  return {static_cast<double>(peaks_->left()), map_top_, static_cast<double>(peaks_->width()),
          row_pitch_ * static_cast<double>(shown_rows_)};
}

std::optional<int> BlocksChart::Scene::blockAt(QPointF place) const {
  const double at = (place.x() - peaks_->left()) / std::max(1e-9, columnWidth());
  if (at < 0 || at >= blockCount() || place.y() < map_top_) return std::nullopt;
  return static_cast<int>(at);
}

std::optional<std::size_t> BlocksChart::Scene::rowAt(QPointF place) const {
  const double at = (place.y() - map_top_) / row_pitch_;
  if (at < 0 || at >= static_cast<double>(shown_rows_)) return std::nullopt;
  return first_row_ + static_cast<std::size_t>(at);
}

void BlocksChart::Scene::paintMap(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  if (view.block_names.isEmpty()) return;
  for (std::size_t row = first_row_; row < first_row_ + shown_rows_; ++row) {
    if (row == view.selected) {
      const QRectF box = rowBox(row);
      painter.fillRect(QRectF(0, box.top(), size_.width(), box.height()),
                       mixed(theme.ink, theme.surface, theme.dark ? 0.1 : 0.055));
    }
    paintRow(painter, row);
    paintRowLabel(painter, row);
  }
}

void BlocksChart::Scene::paintRow(QCPPainter& painter, std::size_t row) {
  const Theme& theme = chart_.theme();
  const double weight = row == view.selected || !view.selected ? 1.0 : kOthers;
  const QColor saved = mixed(theme.categories[static_cast<std::size_t>(Category::activations)], theme.surface, weight);
  const QColor host = mixed(theme.categories[static_cast<std::size_t>(Category::prefetched)], theme.surface, weight);
  const QColor empty = mixed(theme.ink, theme.surface, 0.06);
  QPainterPath hatch, saved_path, host_path, empty_path, rings;
  const QRectF box = rowBox(row).adjusted(0, row_pitch_ > 12 ? 2 : 1, 0, row_pitch_ > 12 ? -2 : -1);
  for (std::size_t b = 0; b < view.rows[row].cells.size(); ++b) {
    const BlockCell& cell = view.rows[row].cells[b];
    if (!cell.measured) continue;
    const QRectF place(columnLeft(static_cast<int>(b)) + gap() / 2, box.top(), columnWidth() - gap(), box.height());
    empty_path.addRect(place);
    // What little is kept stays visible.
    const double kept = cell.retained_bytes > 0 ? std::max(1.0, cell.saved_ratio * place.height()) : 0.0;
    const double offloaded = cell.offloaded_ratio * place.height();
    const double replayed = std::min(cell.recomputed_ratio * place.height(), place.height() - kept);
    double bottom = place.bottom();
    saved_path.addRect(QRectF(place.left(), bottom - kept, place.width(), kept));
    bottom -= kept;
    if (offloaded > 0) host_path.addRect(QRectF(place.left(), bottom - offloaded, place.width(), offloaded));
    bottom -= offloaded;
    if (replayed > 0) addHatch(hatch, QRectF(place.left(), bottom - replayed, place.width(), replayed), 4.0);
    if (cell.offloads)
      rings.addEllipse(place.center(), std::min(3.2, place.width() / 3), std::min(3.2, place.width() / 3));
  }
  painter.setAntialiasing(false);
  painter.fillPath(empty_path, empty);
  painter.fillPath(saved_path, saved);
  painter.fillPath(host_path, host);
  painter.setAntialiasing(true);
  paintHatch(painter, hatch, saved);
  painter.setPen(QPen(mixed(theme.ink, theme.surface, weight), 1.3));
  painter.setBrush(theme.surface);
  painter.drawPath(rings);
}

void BlocksChart::Scene::paintRowLabel(QCPPainter& painter, std::size_t row) {
  const Theme& theme = chart_.theme();
  const BlockRow& shown = view.rows[row];
  const QRectF box = rowBox(row);
  const bool strong = row == view.selected;
  const QFont font = textFont(chart_.font(), strong ? TextRole::small_strong : TextRole::small);
  paintMark(painter, {9, box.center().y()}, shown.style, theme.dark, std::min(5.0, row_pitch_ * 0.36));
  const QString text =
      QFontMetricsF(font).elidedText(QString::fromStdString(shown.policy), Qt::ElideRight, box.left() - 26);
  drawTextAt(painter, {20, box.center().y()}, Qt::AlignLeft, text, font, strong ? theme.ink : theme.secondary);
  std::int64_t kept = 0;
  for (const BlockCell& cell : shown.cells) kept += cell.retained_bytes;
  if (shown.cells.empty()) {
    drawTextAt(painter, {box.left() + 4, box.center().y()}, Qt::AlignLeft, chart_.tr("not measured"),
               textFont(chart_.font(), TextRole::small), mixed(theme.secondary, theme.surface, 0.8));
    return;
  }
  drawTextAt(painter, {box.right() + 8, box.center().y()}, Qt::AlignLeft, localBytes(kept), font,
             strong ? theme.ink : theme.secondary);
}

void BlocksChart::Scene::paintPeaks(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  if (!view.selected) return;
  painter.setAntialiasing(false);
  const QCPAxis& axis = yAxis(*peaks_);
  const auto fill = [&](int block, std::int64_t from, std::int64_t to, Category category) {
    const double top = axis.coordToPixel(memory_unit_.of(std::max<std::int64_t>(0, to - startBytes())));
    const double bottom = axis.coordToPixel(memory_unit_.of(std::max<std::int64_t>(0, from - startBytes())));
    const QRectF bar(columnLeft(block) + gap() / 2, top, columnWidth() - gap(), bottom - top);
    const QColor& color = theme.categories[static_cast<std::size_t>(category)];
    if (category != Category::recomputed) return painter.fillRect(bar, color);
    fillHatched(painter, bar, color, theme.surface);
  };
  constexpr std::array order = {Category::parameters, Category::optimizer_state, Category::inputs,
                                Category::gradients,  Category::activations,     Category::prefetched,
                                Category::recomputed, Category::temporaries};
  for (int block = 0; block < static_cast<int>(view.bars.size()); ++block) {
    const BlockBar& bar = view.bars[static_cast<std::size_t>(block)];
    if (!bar.split_bytes) {
      fill(block, 0, std::min(view.before_step_bytes, bar.peak_bytes), Category::parameters);
      fill(block, view.before_step_bytes, std::max(bar.peak_bytes, view.before_step_bytes), Category::activations);
      continue;
    }
    std::int64_t from = 0;
    for (const Category category : order) {
      const std::int64_t bytes = (*bar.split_bytes)[static_cast<std::size_t>(category)];
      if (bytes > 0) fill(block, from, from + bytes, category);
      from += std::max<std::int64_t>(0, bytes);
    }
  }
}

void BlocksChart::Scene::paintTimes(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  painter.setAntialiasing(false);
  const QCPAxis& axis = yAxis(*times_);
  for (std::size_t b = 0; b < view.bars.size(); ++b) {
    const BlockBar& bar = view.bars[b];
    std::int64_t from = 0;
    const auto part = [&](const std::optional<std::int64_t>& time_ns) {
      const double bottom = axis.coordToPixel(time_unit_.of(from));
      from += time_ns.value_or(0);
      const double top = axis.coordToPixel(time_unit_.of(from));
      return QRectF(columnLeft(static_cast<int>(b)) + gap() / 2, top, columnWidth() - gap(), bottom - top);
    };
    painter.fillRect(part(bar.forward_ns), theme.forward);
    fillHatched(painter, part(bar.recompute_ns), theme.recompute, theme.surface);
    painter.fillRect(part(bar.backward_ns), theme.backward);
  }
}

}  // namespace remat
