// What StepMemoryChart's scene draws around its bands: titles, key, overview, the hovered block.
#include <algorithm>

#include "gui/charts/hatch.h"
#include "gui/charts/step_columns.h"
#include "gui/charts/step_scene.h"
#include "gui/models/local_text.h"

namespace remat {

void StepMemoryChart::Scene::paintSurround(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont& base = chart_.font();
  if (view.empty()) {
    drawEmptyText(painter, QRectF({}, size_), view.missing, base, theme);
    return;
  }
  const QRectF box = mainBox();
  const QRectF gutter(0, box.top() - 8, titleWidth(base, box.left()), box.height() + 8);
  // Above a narrow gutter stand the phases: there is room for the units only.
  const bool narrow = titleStandsAbove(base, gutter.width());
  const QFont strong = textFont(base, TextRole::small_strong);
  if (narrow) {
    drawTextAt(painter, {0, gutter.top()}, Qt::AlignLeft, QStringLiteral("\u2191 ") + memory_unit_.name, strong,
               theme.ink);
  } else {
    drawAxisTitle(painter, gutter, {chart_.tr("Allocated, %1").arg(memory_unit_.name), chart_.tr("memory pass")}, base,
                  theme);
  }
  paintKey(painter, gutter);
  drawTextAt(painter, {0, box.bottom() + 12}, Qt::AlignLeft,
             narrow ? QStringLiteral("\u2192 ") + time_unit_.name : chart_.tr("Time, %1").arg(time_unit_.name), strong,
             theme.ink);
  if (hasKernels()) {
    drawTextAt(painter, {0, kernels_->bottom() + 12.0}, Qt::AlignLeft, chart_.tr("traced step"),
               textFont(base, TextRole::small), theme.secondary);
  }
}

std::vector<StepMemoryChart::Scene::KeyEntry> StepMemoryChart::Scene::keyEntries() const {
  const Theme& theme = chart_.theme();
  if (view.bands_by == StepBands::by_block) {
    return {{chart_.tr("first block"), sequentialColor(0.08)},
            {chart_.tr("last block"), sequentialColor(0.92)},
            {chart_.tr("no block"), theme.categories[0]}};
  }
  std::vector<KeyEntry> entries;
  for (auto band = view.bands.rbegin(); band != view.bands.rend(); ++band)
    entries.push_back({band->name, bandColor(*band), band->category == Category::recomputed});
  return entries;
}

void StepMemoryChart::Scene::paintKey(QCPPainter& painter, const QRectF& gutter) {
  if (gutter.width() < 70) return;
  const Theme& theme = chart_.theme();
  const std::vector<KeyEntry> entries = keyEntries();
  const QFont font = textFont(chart_.font(), TextRole::small);
  const double pitch = QFontMetricsF(font).height() + 1;
  const double room = gutter.width() - 16;
  std::vector<QStringList> texts;
  std::size_t lines = 0;
  for (const KeyEntry& entry : entries) {
    texts.push_back(wrapped(entry.text, font, room));
    lines += static_cast<std::size_t>(texts.back().size());
  }
  double y = gutter.top() + pitch * 2.7;
  // Long names take two lines where there is room for all, else they are cut.
  const bool wraps = y + pitch * (static_cast<double>(lines) - 0.5) <= gutter.bottom();
  for (std::size_t i = 0; i < entries.size() && y + pitch / 2 <= gutter.bottom(); ++i) {
    const QRectF swatch(0.5, y - 4, 10, 8);
    if (entries[i].hatched) {
      fillHatched(painter, swatch, entries[i].color, theme.surface);
    } else {
      painter.fillRect(swatch, entries[i].color);
    }
    for (const QString& line : wraps ? texts[i] : QStringList(entries[i].text)) {
      drawTextAt(painter, {16, y}, Qt::AlignLeft, QFontMetricsF(font).elidedText(line, Qt::ElideRight, room), font,
                 theme.secondary);
      y += pitch;
    }
  }
}

void StepMemoryChart::Scene::paintOverview(QCPPainter& painter) {
  if (view.empty() || overview_.isEmpty()) return;
  const Theme& theme = chart_.theme();
  const auto columns = static_cast<std::size_t>(std::max(1.0, overview_.width()));
  const auto highest = highestPerColumn(view.time_ns, view.total_bytes, 0, static_cast<double>(view.step_ns), columns);
  const double most = static_cast<double>(std::max<std::int64_t>(1, view.total_bytes[*view.peak]));
  std::vector<double> heights;
  for (const std::size_t at : highest) {
    heights.push_back(overview_.bottom() - static_cast<double>(view.total_bytes[at]) / most * (overview_.height() - 6));
  }
  paintColumns(painter, overview_.left(), heights, std::vector<double>(heights.size(), overview_.bottom()),
               mixed(theme.secondary, theme.surface, 0.3));
  drawTextAt(painter, {0, overview_.center().y()}, Qt::AlignLeft, chart_.tr("Whole step"),
             textFont(chart_.font(), TextRole::small), theme.secondary);
  const TimeRange shown = range();
  const auto xIn = [&](std::int64_t time_ns) {
    return overview_.left() + overview_.width() * static_cast<double>(time_ns) / static_cast<double>(view.step_ns);
  };
  const QRectF box =
      QRectF(QPointF(xIn(shown.begin_ns), overview_.top()), QPointF(xIn(shown.end_ns), overview_.bottom()));
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme.ink, 1.5));
  painter.drawRoundedRect(box, 3, 3);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.ink);
  for (const double x : {box.left(), box.right()})
    painter.drawRoundedRect(QRectF(x - 2, box.center().y() - 6, 4, 12), 2, 2);
}

void StepMemoryChart::Scene::paintBlockSpans(QCPPainter& painter, int block, bool is_selected) {
  const Theme& theme = chart_.theme();
  const QRectF box = mainBox();
  for (const StepSpan& span : view.blocks) {
    if (span.block != block) continue;
    const double left = std::max(box.left(), xOf(span.begin_ns));
    const double right = std::min(box.right(), std::max(xOf(span.end_ns), xOf(span.begin_ns) + 1));
    if (right <= left) continue;
    const QRectF column(left, box.top(), right - left, box.height());
    painter.fillRect(column, theme.hover);
    if (!is_selected) continue;
    painter.setPen(QPen(theme.ink, 1.2));
    painter.drawLine(column.topLeft(), column.bottomLeft());
    painter.drawLine(column.topRight(), column.bottomRight());
  }
  if (!hasKernels()) return;
  QPainterPath kernels;
  const QRectF lane = kernels_->rect();
  const double pitch = lane.height() / static_cast<double>(view.kernels->rows.size());
  for (std::size_t r = 0; r < view.kernels->rows.size(); ++r) {
    const KernelRow& row = view.kernels->rows[r];
    for (std::size_t i = 0; i < row.begin_ns.size(); ++i) {
      if (row.block[i] != block) continue;
      const double left = std::max(lane.left(), xAxis(*kernels_).coordToPixel(time_unit_.of(row.begin_ns[i])));
      const double right =
          std::min(lane.right(), std::max(left + 1, xAxis(*kernels_).coordToPixel(time_unit_.of(row.end_ns[i]))));
      if (right > left) kernels.addRect(QRectF(left, lane.top() + pitch * static_cast<double>(r), right - left, pitch));
    }
  }
  painter.fillPath(kernels, theme.hover);
}

void StepMemoryChart::Scene::paintOverlay(QCPPainter& painter) {
  if (view.empty()) return;
  if (selected_block) paintBlockSpans(painter, *selected_block, true);
  if (chart_.isPicture()) return;
  if (hovered_block && hovered_block != selected_block) paintBlockSpans(painter, *hovered_block, false);
  if (!box_x) return;
  QColor fill = chart_.theme().ink;
  fill.setAlphaF(0.12F);
  painter.setPen(QPen(chart_.theme().ink, 1));
  painter.setBrush(fill);
  painter.drawRect(
      QRectF(QPointF(box_x->first, mainBox().top()), QPointF(box_x->second, mainBox().bottom())).normalized());
}

}  // namespace remat
