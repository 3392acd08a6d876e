// What BlocksChart's scene draws around its cells and bars: titles, keys, names of blocks, the hovered block.
#include <algorithm>

#include "gui/charts/blocks_scene.h"
#include "gui/charts/column_names.h"
#include "gui/charts/hatch.h"
#include "gui/models/local_text.h"

namespace remat {

void BlocksChart::Scene::paintSurround(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont& base = chart_.font();
  if (view.block_names.isEmpty()) {
    drawEmptyText(painter, QRectF({}, size_), view.finding, base, theme);
    return;
  }
  const double legend_left = paintLegend(painter);
  paintNames(painter);
  if (first_row_ > 0 || shown_rows_ < view.rows.size()) {
    const QString more = chart_.tr("%1 of %2 policies; all are in the table")
                             .arg(localCount(static_cast<std::int64_t>(shown_rows_)),
                                  localCount(static_cast<std::int64_t>(view.rows.size())));
    const QFont font = textFont(base, TextRole::small);
    drawTextAt(painter, {0, map_top_ - 4}, Qt::AlignLeft | Qt::AlignBottom,
               QFontMetricsF(font).elidedText(more, Qt::ElideRight, legend_left - 10), font, theme.secondary);
  }
  if (!view.selected) return;
  const double gutter = titleWidth(base, peaks_->left());
  drawAxisTitle(painter, QRectF(0, peaks_->top() - 2, gutter, peaks_->height()),
                {chart_.tr("Peak while it"), chart_.tr("runs, %1").arg(memory_unit_.name),
                 beyond_start ? chart_.tr("beyond start") : QString()},
                base, theme);
  drawAxisTitle(painter, QRectF(0, times_->top() - 2, gutter, times_->height()),
                {chart_.tr("Time, %1").arg(time_unit_.name)}, base, theme);
  paintTimeKey(painter, gutter);
  paintPeakLabel(painter);
}

void BlocksChart::Scene::paintTimeKey(QCPPainter& painter, double right) {
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small);
  const double pitch = QFontMetricsF(font).height();
  double y = times_->top() + pitch * 1.5;
  const auto entry = [&](const QString& text, const QColor& color, bool hatched) {
    if (y + pitch / 2 > times_->bottom() + pitch || textSize(text, font).width() + 16 > right) return;
    const QRectF swatch(0.5, y - 4, 10, 8);
    if (hatched) {
      fillHatched(painter, swatch, color, theme.surface);
    } else {
      painter.fillRect(swatch, color);
    }
    drawTextAt(painter, {16, y}, Qt::AlignLeft, text, font, theme.secondary);
    y += pitch;
  };
  entry(chart_.tr("backward"), theme.backward, false);
  entry(chart_.tr("recompute"), theme.recompute, true);
  entry(chart_.tr("forward"), theme.forward, false);
}

double BlocksChart::Scene::paintLegend(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small);
  const QColor& saved = theme.categories[static_cast<std::size_t>(Category::activations)];
  const double y = map_top_ / 2 - 3;
  drawTextAt(painter, {mapBox().right() + 8, y}, Qt::AlignLeft, chart_.tr("kept"), font, theme.secondary);
  const bool offloads = std::any_of(view.rows.begin(), view.rows.end(), [](const BlockRow& row) {
    return std::any_of(row.cells.begin(), row.cells.end(), [](const BlockCell& cell) { return cell.offloads; });
  });
  double right = mapBox().right();
  const auto entry = [&](const QString& text, double kept, bool hatched, bool ring) {
    if (right - textSize(text, font).width() - 26 < 0) return;
    const QRectF words = drawTextAt(painter, {right, y}, Qt::AlignRight, text, font, theme.secondary);
    const QRectF swatch(words.left() - 24, y - 6, 18, 12);
    painter.fillRect(swatch, mixed(theme.ink, theme.surface, 0.06));
    if (hatched) {
      QPainterPath lines;
      addHatch(lines, swatch.adjusted(0, 0, 0, -swatch.height() * kept), 4.0);
      paintHatch(painter, lines, saved);
    }
    painter.fillRect(swatch.adjusted(0, swatch.height() * (1 - kept), 0, 0), saved);
    if (ring) {
      painter.setPen(QPen(theme.ink, 1.3));
      painter.setBrush(theme.surface);
      painter.drawEllipse(swatch.center(), 3.2, 3.2);
    }
    right = swatch.left() - 16;
  };
  if (offloads) entry(chart_.tr("to host memory"), 0.0, false, true);
  entry(chart_.tr("recomputed"), 0.0, true, false);
  entry(chart_.tr("part saved"), 0.45, true, false);
  entry(chart_.tr("saved"), 1.0, false, false);
  return right + 16;
}

void BlocksChart::Scene::paintNames(QCPPainter& painter) {
  const double y = view.selected ? times_->bottom() + 4 : mapBox().bottom() + 4;
  drawColumnNames(painter, view.short_names, mapBox(), y, size_.width(), textFont(chart_.font(), TextRole::small),
                  chart_.theme().secondary);
}

void BlocksChart::Scene::paintPeakLabel(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont strong = textFont(chart_.font(), TextRole::small_strong);
  std::size_t highest = 0;
  for (std::size_t b = 1; b < view.bars.size(); ++b) {
    if (view.bars[b].peak_bytes > view.bars[highest].peak_bytes) highest = b;
  }
  const QCPAxis& axis = yAxis(*peaks_);
  const std::int64_t line = view.memory_line_bytes.value_or(0) - startBytes();
  if (line > 0 && memory_unit_.of(line) < axis.range().upper) {
    const double y = axis.coordToPixel(memory_unit_.of(line));
    painter.setPen(memoryLinePen(theme));
    painter.drawLine(QPointF(peaks_->left(), y), QPointF(peaks_->right(), y));
    drawTextAt(painter, {peaks_->left() + 3.0, y - 1}, Qt::AlignLeft | Qt::AlignBottom, chart_.tr("memory line"),
               textFont(chart_.font(), TextRole::small), theme.secondary);
  }
  if (view.bars.empty()) return;
  const QString text = chart_.tr("peak %1").arg(localBytes(view.bars[highest].peak_bytes));
  const double top = axis.coordToPixel(memory_unit_.of(view.bars[highest].peak_bytes - startBytes()));
  QRectF box({}, textSize(text, strong));
  box.moveCenter({columnLeft(static_cast<int>(highest)) + columnWidth() / 2, top - box.height() / 2 - 1});
  box.moveLeft(std::clamp(box.left(), static_cast<double>(peaks_->left()),
                          std::max<double>(peaks_->left(), peaks_->right() - box.width())));
  box.moveTop(std::max(box.top(), peaks_->top() - 4.0));
  drawTextAt(painter, box.topLeft(), Qt::AlignLeft | Qt::AlignTop, text, strong, theme.ink);
}

void BlocksChart::Scene::paintHoveredRow(QCPPainter& painter) {
  if (hovered_point.isEmpty() || view.block_names.isEmpty() || chart_.isPicture()) return;
  const std::size_t end =
      std::min(first_row_ + shown_rows_, view.rows.size());  // another value may not be laid out yet
  for (std::size_t row = first_row_; row < end; ++row) {
    if (view.rows[row].key != hovered_point) continue;
    const QRectF box = rowBox(row);
    painter.fillRect(QRectF(0, box.top(), size_.width(), box.height()), chart_.theme().hover);
  }
}

void BlocksChart::Scene::paintOverlay(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  paintHoveredRow(painter);
  const double bottom = view.selected ? times_->bottom() : mapBox().bottom();
  const auto column = [&](int block) {
    return QRectF(columnLeft(block), map_top_, columnWidth(), bottom - map_top_ + 1);
  };
  if (selected_block && *selected_block >= 0 && *selected_block < blockCount()) {
    painter.setPen(QPen(theme.ink, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(column(*selected_block));
  }
  if (!hovered_block || *hovered_block < 0 || *hovered_block >= blockCount() || chart_.isPicture()) return;
  painter.fillRect(column(*hovered_block), theme.hover);
  const auto block = static_cast<std::size_t>(*hovered_block);
  if (block >= view.bars.size()) return;
  const BlockBar& bar = view.bars[block];
  const QFont strong = textFont(chart_.font(), TextRole::small_strong);
  const auto value = [&](const QCPAxisRect& area, const QString& text, double y) {
    QRectF box({}, textSize(text, strong));
    box.moveCenter({column(*hovered_block).center().x(), y - box.height() / 2 - 1});
    box.moveLeft(std::clamp(box.left(), static_cast<double>(area.left()),
                            std::max<double>(area.left(), area.right() - box.width())));
    painter.fillRect(box.adjusted(-3, 0, 3, 0), mixed(theme.surface, theme.surface, 1.0));
    drawTextAt(painter, box.topLeft(), Qt::AlignLeft | Qt::AlignTop, text, strong, theme.ink);
  };
  const std::int64_t time = bar.forward_ns.value_or(0) + bar.recompute_ns.value_or(0) + bar.backward_ns.value_or(0);
  value(*peaks_, localBytes(bar.peak_bytes),
        yAxis(*peaks_).coordToPixel(memory_unit_.of(bar.peak_bytes - startBytes())));
  if (time > 0) value(*times_, localDuration(time), yAxis(*times_).coordToPixel(time_unit_.of(time)));
}

}  // namespace remat
