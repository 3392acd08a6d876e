// How the mark of a policy is drawn, everywhere alike: in charts, lists and item delegates. Shape and fill both tell
// the policy; filled is measured, hollow predicted, dimmed dominated, a cross ran out of memory.
#pragma once

#include <cstdint>

#include <QPainterPath>
#include <QPixmap>
#include <QPointF>

#include "gui/models/policy_style.h"

class QPainter;

namespace remat {

enum class MarkLook : std::uint8_t { filled, hollow, dimmed, crossed };

/// Around the origin; all shapes look equally large at the same radius.
[[nodiscard]] QPainterPath markPath(MarkShape shape, double radius);
void paintMark(QPainter& painter, QPointF centre, const PolicyStyle& style, bool dark, double radius,
               MarkLook look = MarkLook::filled);
/// `size` in logical pixels, both ways; `scale`: pixels per unit of the screen.
[[nodiscard]] QPixmap markPixmap(const PolicyStyle& style, bool dark, int size, double scale = 1.0,
                                 MarkLook look = MarkLook::filled);

}  // namespace remat
