// Names below columns of equal width, such as the blocks of a model. For .cpp files of gui/charts only.
#pragma once

#include <QRectF>
#include <QStringList>

#include "gui/charts/plot_parts.h"

namespace remat {

/// First and last always, then as many of the others as have room, evenly. `columns`: all of them from edge to edge;
/// the names begin at `y`; none goes beyond `right`.
void drawColumnNames(QCPPainter& painter, const QStringList& names, const QRectF& columns, double y, double right,
                     const QFont& font, const QColor& color);

}  // namespace remat
