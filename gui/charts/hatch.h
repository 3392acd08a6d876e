// Hatching as lines: pattern brushes would be bitmaps in vector files and change their pitch with the screen.
#pragma once

#include <vector>

#include <QColor>
#include <QPainterPath>
#include <QRectF>

class QPainter;

namespace remat {

/// Adds diagonals through a rectangle to `lines`; their places do not depend on the rectangle, so that neighbours
/// match.
void addHatch(QPainterPath& lines, const QRectF& rectangle, double pitch = 5.0);
/// The same for the area between two step lines: column i is `width` wide and goes from upper[i] down to lower[i].
void addHatch(QPainterPath& lines, double left, double width, const std::vector<double>& upper,
              const std::vector<double>& lower, double pitch = 5.0);
void paintHatch(QPainter& painter, const QPainterPath& lines, const QColor& color, double pen_width = 1.0);
/// A swatch or bar of what is hatched everywhere: what was recomputed.
void fillHatched(QPainter& painter, const QRectF& rectangle, const QColor& color, const QColor& surface);

}  // namespace remat
