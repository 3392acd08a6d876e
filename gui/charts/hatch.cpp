#include "gui/charts/hatch.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "gui/charts/plot_parts.h"

namespace remat {

// A diagonal is the set of points with x + y = c, for all multiples c of the pitch.

void addHatch(QPainterPath& lines, const QRectF& rectangle, double pitch) {
  if (rectangle.width() <= 0 || rectangle.height() <= 0) return;
  const double first = std::ceil((rectangle.left() + rectangle.top()) / pitch) * pitch;
  const double last = rectangle.right() + rectangle.bottom();
  for (double c = first; c < last; c += pitch) {
    const double left = std::max(rectangle.left(), c - rectangle.bottom());
    const double right = std::min(rectangle.right(), c - rectangle.top());
    if (right - left < 0.5) continue;
    lines.moveTo(left, c - left);
    lines.lineTo(right, c - right);
  }
}

void addHatch(QPainterPath& lines, double left, double width, const std::vector<double>& upper,
              const std::vector<double>& lower, double pitch) {
  const std::size_t columns = std::min(upper.size(), lower.size());
  if (columns == 0 || width <= 0) return;
  const double step = pitch;
  double top = lower[0];
  double bottom = lower[0];
  for (std::size_t i = 0; i < columns; ++i) {
    top = std::min(top, upper[i]);
    bottom = std::max(bottom, lower[i]);
  }
  const double right = left + width * static_cast<double>(columns);
  for (double c = std::ceil((left + top) / step) * step; c < right + bottom; c += step) {
    // The columns that the diagonal crosses between top and bottom; pieces that touch become one line.
    const auto from = static_cast<std::ptrdiff_t>(std::floor((c - bottom - left) / width));
    const auto to = static_cast<std::ptrdiff_t>(std::ceil((c - top - left) / width));
    double end = -1.0;
    for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(0, from);
         i < std::min<std::ptrdiff_t>(to, static_cast<std::ptrdiff_t>(columns)); ++i) {
      const auto column = static_cast<std::size_t>(i);
      const double x0 = std::max(left + width * static_cast<double>(i), c - lower[column]);
      const double x1 = std::min(left + width * static_cast<double>(i + 1), c - upper[column]);
      if (x1 - x0 < 0.2) continue;
      if (std::abs(x0 - end) > 0.01) lines.moveTo(x0, c - x0);
      lines.lineTo(x1, c - x1);
      end = x1;
    }
  }
}

void paintHatch(QPainter& painter, const QPainterPath& lines, const QColor& color, double pen_width) {
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(color, pen_width));
  painter.drawPath(lines);
}

void fillHatched(QPainter& painter, const QRectF& rectangle, const QColor& color, const QColor& surface) {
  QPainterPath lines;
  addHatch(lines, rectangle, 4.0);
  painter.fillRect(rectangle, mixed(color, surface, 0.2));
  paintHatch(painter, lines, color);
}

}  // namespace remat
