// The drawing part of StepMemoryChart's scene: bands, phases, peak, kernels.
#include <algorithm>
#include <cmath>

#include "gui/charts/hatch.h"
#include "gui/charts/step_columns.h"
#include "gui/charts/step_scene.h"
#include "gui/models/local_text.h"
#include "gui/models/text.h"

namespace remat {
namespace {

QString phaseText(Phase phase) {
  switch (phase) {
    case Phase::forward: return tr("forward");
    case Phase::backward: return tr("backward");
    case Phase::optimizer: return tr("optimizer");
    default: return tr("setup");
  }
}

}  // namespace

void StepMemoryChart::Scene::paintBands(QCPPainter& painter) {
  if (view.empty()) return;
  const QRectF box = mainBox();
  const auto columns = static_cast<std::size_t>(std::max(1.0, box.width()));
  const TimeRange shown = range();
  const auto highest = highestPerColumn(view.time_ns, view.total_bytes, static_cast<double>(shown.begin_ns),
                                        static_cast<double>(shown.end_ns), columns);
  if (highest.empty()) return;
  std::vector<std::vector<double>> edges(1, std::vector<double>(columns, yOf(0)));  // from the bottom up
  std::vector<std::int64_t> sums(columns, 0);
  const double zero = yOf(0);
  const double pitch = (zero - yOf(std::int64_t{1} << 40)) / 0x1p40;  // pixels per byte
  painter.setAntialiasing(false);
  for (const StepBand& band : view.bands) {
    std::vector<double> upper(columns);
    for (std::size_t i = 0; i < columns; ++i) {
      sums[i] += band.bytes[highest[i]];
      upper[i] = std::min(edges.back()[i], std::max(zero - pitch * static_cast<double>(sums[i]), box.top() - 20));
    }
    const std::vector<double>& lower = edges.back();
    const bool replayed = band.category == Category::recomputed;
    paintColumns(painter, box.left(), upper, lower,
                 replayed ? mixed(bandColor(band), chart_.theme().surface, 0.25) : bandColor(band));
    if (replayed) {
      QPainterPath hatch;
      addHatch(hatch, box.left(), 1.0, upper, lower, 4.0);
      paintHatch(painter, hatch, bandColor(band));
    }
    edges.push_back(std::move(upper));
  }
  painter.setAntialiasing(true);
  paintBandNames(painter, edges);
}

/// Names on bands that are thick enough, where they are thickest.
void StepMemoryChart::Scene::paintBandNames(QCPPainter& painter, const std::vector<std::vector<double>>& edges) {
  const QFont font = textFont(chart_.font(), TextRole::small_strong);
  for (std::size_t band = 0; band < view.bands.size(); ++band) {
    const auto& lower = edges[band];
    const auto& upper = edges[band + 1];
    const QSizeF size = textSize(view.bands[band].name, font) + QSizeF(12, 2);
    const auto width = static_cast<std::size_t>(size.width());
    if (width + 8 >= upper.size()) continue;
    std::optional<QPointF> best;
    double most = 0;
    for (std::size_t i = 4; i + width + 4 < upper.size(); i += 4) {
      double top = upper[i], bottom = lower[i];
      for (std::size_t j = i; j < i + width; j += 4) {
        top = std::max(top, upper[j]);
        bottom = std::min(bottom, lower[j]);
      }
      if (bottom - top < size.height() || bottom - top <= most + 2) continue;
      most = bottom - top;
      best = QPointF(mainBox().left() + static_cast<double>(i) + size.width() / 2, (top + bottom) / 2);
    }
    if (!best) continue;
    const bool replayed = view.bands[band].category == Category::recomputed;
    drawTextAt(painter, *best, Qt::AlignCenter, view.bands[band].name, font,
               replayed ? chart_.theme().ink : textOn(bandColor(view.bands[band])));
  }
}

void StepMemoryChart::Scene::paintPhases(QCPPainter& painter) {
  if (view.empty()) return;
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small);
  const QRectF box = mainBox();
  const double strip = 5;
  const auto inside = [&](const StepSpan& span) {
    const double left = std::clamp(xOf(span.begin_ns), box.left(), box.right());
    return QRectF(left, box.top() - strip - 1, std::clamp(xOf(span.end_ns), box.left(), box.right()) - left, strip);
  };
  double free_from = box.left();
  for (const StepSpan& span : view.phases) {
    const QRectF place = inside(span);
    if (place.width() <= 0) continue;
    const bool backward = span.phase == Phase::backward;
    painter.fillRect(place, backward ? theme.backward : span.phase == Phase::forward ? theme.forward : theme.hairline);
    if (span.begin_ns > 0 && xOf(span.begin_ns) > box.left()) {
      painter.setPen(QPen(mixed(theme.ink, theme.surface, 0.45), 1));
      painter.drawLine(QPointF(place.left(), box.top() - strip - 1), QPointF(place.left(), box.bottom()));
    }
    const QString text = phaseText(span.phase);
    const double width = textSize(text, font).width();
    const double left = std::max(place.left() + 2, free_from);
    if (left + width > std::max(place.right(), box.right() - 1) ||
        (place.width() < width && span.phase != Phase::optimizer))
      continue;
    free_from =
        drawTextAt(painter, {left, place.top() - 1}, Qt::AlignLeft | Qt::AlignBottom, text, font, theme.secondary)
            .right() +
        8;
  }
  QPainterPath hatch;
  for (const StepSpan& span : view.replays) {
    const QRectF place = inside(span);
    if (place.width() < 0.3) continue;
    painter.fillRect(place, mixed(theme.recompute, theme.surface, 0.25));
    addHatch(hatch, place, 3.0);
  }
  paintHatch(painter, hatch, theme.recompute, 1.2);
}

void StepMemoryChart::Scene::paintMemoryLine(QCPPainter& painter) {
  if (view.empty() || !view.memory_line_bytes) return;
  const double y = yOf(*view.memory_line_bytes);
  if (y < mainBox().top()) return;
  painter.setPen(memoryLinePen(chart_.theme()));
  painter.drawLine(QPointF(mainBox().left(), y), QPointF(mainBox().right(), y));
  drawTextAt(painter, {mainBox().right() - 4, y - 1}, Qt::AlignRight | Qt::AlignBottom, chart_.tr("memory line"),
             textFont(chart_.font(), TextRole::small), chart_.theme().secondary);
}

void StepMemoryChart::Scene::paintPeak(QCPPainter& painter) {
  if (view.empty() || !view.peak) return;
  const Theme& theme = chart_.theme();
  const QRectF box = mainBox();
  const QPointF place(xOf(view.time_ns[*view.peak]), yOf(view.total_bytes[*view.peak]));
  if (place.x() < box.left() - 1 || place.x() > box.right() + 1) return;
  const QFont strong = textFont(chart_.font(), TextRole::small_strong);
  const QFont font = textFont(chart_.font(), TextRole::small);
  const QString value = chart_.tr("peak %1").arg(localBytes(view.total_bytes[*view.peak]));
  QString where = view.peak_text;
  double width = textSize(value, strong).width() + 6 + textSize(where, font).width();
  if (width > box.width() - 40) {
    where.clear();
    width = textSize(value, strong).width();
  }
  const bool to_right = place.x() + 22 + width < box.right();
  const double y = std::max(box.top() + 8, place.y() - 12);
  const double left = to_right ? place.x() + 20 : std::max(box.left() + 4, place.x() - 20 - width);
  painter.setPen(QPen(theme.ink, 1.2));
  painter.drawLine(place, QPointF(to_right ? left - 3 : left + width + 3, y));
  painter.setBrush(theme.surface);
  painter.setPen(QPen(theme.ink, 1.8));
  painter.drawEllipse(place, 3.6, 3.6);
  // Over bands and lines the words need a ground of their own.
  painter.fillRect(QRectF(left - 3, y - 8, width + 6, 16), mixed(theme.surface, theme.surface, 1.0));
  const QRectF words = drawTextAt(painter, {left, y}, Qt::AlignLeft, value, strong, theme.ink);
  drawTextAt(painter, {words.right() + 5, y}, Qt::AlignLeft, where, font, theme.secondary);
}

void StepMemoryChart::Scene::paintKernels(QCPPainter& painter) {
  if (view.empty() || !hasKernels()) return;
  const Theme& theme = chart_.theme();
  const QRectF box = kernels_->rect();
  const double pitch = box.height() / static_cast<double>(view.kernels->rows.size());
  const QFont font = textFont(chart_.font(), TextRole::small);
  double y = box.top();
  for (const KernelRow& row : view.kernels->rows) {
    const QRectF lane(box.left(), y + 1.5, box.width(), pitch - 3);
    painter.fillRect(lane, mixed(theme.ink, theme.surface, 0.05));
    const bool replayed = row.phase == Phase::recompute;
    QPainterPath bars, hatch;
    double drawn_to = -1;
    for (std::size_t i = 0; i < row.begin_ns.size(); ++i) {
      const double left = std::max(lane.left(), xAxis(*kernels_).coordToPixel(time_unit_.of(row.begin_ns[i])));
      const double right =
          std::min(lane.right(), std::max(left + 0.6, xAxis(*kernels_).coordToPixel(time_unit_.of(row.end_ns[i]))));
      if (right <= left || right < drawn_to + 0.5) continue;  // many kernels share a pixel
      bars.addRect(QRectF(left, lane.top(), right - left, lane.height()));
      if (replayed) addHatch(hatch, QRectF(left, lane.top(), right - left, lane.height()), 4.0);
      drawn_to = right;
    }
    const QColor color = row.is_copy ? theme.categories[static_cast<std::size_t>(Category::prefetched)]
                         : replayed  ? theme.recompute
                         : row.phase == Phase::forward ? mixed(theme.secondary, theme.surface, 0.55)
                                                       : theme.backward;
    painter.fillPath(bars, replayed ? mixed(color, theme.surface, 0.3) : color);
    paintHatch(painter, hatch, color);
    drawTextAt(painter, {lane.left() - 8, lane.center().y()}, Qt::AlignRight, row.name, font, theme.secondary);
    y += pitch;
  }
}

}  // namespace remat
