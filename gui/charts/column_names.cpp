#include "gui/charts/column_names.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace remat {

void drawColumnNames(QCPPainter& painter, const QStringList& names, const QRectF& columns, double y, double right,
                     const QFont& font, const QColor& color) {
  if (names.isEmpty()) return;
  const double width = columns.width() / static_cast<double>(names.size());
  double widest = 0;
  for (const QString& name : names.mid(1, std::max<qsizetype>(0, names.size() - 3)))
    widest = std::max(widest, textSize(name, font).width());
  const auto every = std::max<qsizetype>(1, static_cast<qsizetype>(std::ceil((widest + 10) / std::max(1.0, width))));
  std::vector<QRectF> taken;
  const auto draw = [&](qsizetype column) {
    QRectF box({}, textSize(names[column], font));
    box.moveCenter({columns.left() + width * (static_cast<double>(column) + 0.5), y + box.height() / 2});
    box.moveRight(std::min(box.right(), right));
    const auto hits = [&](const QRectF& other) { return other.adjusted(-4, 0, 4, 0).intersects(box); };
    if (std::any_of(taken.begin(), taken.end(), hits)) return;
    taken.push_back(box);
    drawTextAt(painter, box.topLeft(), Qt::AlignLeft | Qt::AlignTop, names[column], font, color);
  };
  draw(0);
  draw(names.size() - 1);
  for (qsizetype column = 1; column < names.size() - 1; column += every) draw(column);
}

}  // namespace remat
