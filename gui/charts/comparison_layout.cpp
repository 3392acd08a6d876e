#include "gui/charts/comparison_layout.h"

#include <algorithm>

namespace remat {
namespace {

// In units of the text's scale.
constexpr double kHead = 24, kPitch = 22, kLeastPitch = 17;
constexpr double kTwoColumns = 880;  // from this width on the causes stand beside the quantities
constexpr double kLeastBlocks = 132, kLeastSteps = 90;
constexpr double kGap = 10;

double heightOf(std::size_t rows, double pitch) { return kHead + static_cast<double>(rows) * pitch + 4; }

/// Quantities and causes, beside each other or one above the other; returns the height left over below.
void placeTop(ComparisonLayout& layout, QSizeF size, const ComparisonParts& parts, double height) {
  const std::size_t causes = parts.causes == 0 ? 0 : parts.causes + 1;  // and their sum
  layout.rows = QRectF(0, 0, size.width(), height);
  if (causes == 0) return;
  if (size.width() >= kTwoColumns) {
    const double left = size.width() * 0.56;
    layout.rows.setWidth(left);
    layout.causes = QRectF(left + 2 * kGap, 0, size.width() - left - 2 * kGap, height);
    return;
  }
  const double least = heightOf(parts.rows, kLeastPitch);
  const double below = height - least - kGap;
  if (below < heightOf(causes, kLeastPitch)) return;
  layout.rows.setHeight(least);
  layout.causes = QRectF(0, least + kGap, size.width(), below);
}

double topHeight(QSizeF size, const ComparisonParts& parts, double pitch) {
  const std::size_t causes = parts.causes == 0 ? 0 : parts.causes + 1;
  if (size.width() >= kTwoColumns) return heightOf(std::max(parts.rows, causes), pitch);
  return heightOf(parts.rows, pitch) + (causes == 0 ? 0 : kGap + heightOf(causes, pitch));
}

/// What is below the quantities: both if they have room, else the blocks.
void placeBelow(ComparisonLayout& layout, QSizeF size, const ComparisonParts& parts, double top) {
  const double room = size.height() - top;
  const bool both = parts.blocks && parts.steps && room >= kLeastBlocks + kLeastSteps + kGap;
  const bool blocks = parts.blocks && room >= kLeastBlocks;
  const bool steps = parts.steps && room >= kLeastSteps && (both || !blocks);
  const double steps_height = !steps ? 0 : blocks ? (room - kGap) * 0.48 : room;
  if (blocks) layout.blocks = QRectF(0, top, size.width(), room - steps_height - (steps ? kGap : 0));
  if (steps) layout.steps = QRectF(0, size.height() - steps_height, size.width(), steps_height);
}

}  // namespace

ComparisonLayout comparisonLayout(QSizeF size, double scale, const ComparisonParts& parts) {
  const QSizeF in_units = size / scale;
  ComparisonLayout layout;
  double top = in_units.height();
  if (parts.blocks || parts.steps) {
    const double least = topHeight(in_units, parts, kLeastPitch);
    top = std::clamp(in_units.height() * 0.42, least, std::max(least, topHeight(in_units, parts, kPitch)));
    if (in_units.height() - top - kGap < kLeastSteps) top = in_units.height();
  }
  placeTop(layout, in_units, parts, top);
  if (top < in_units.height()) placeBelow(layout, in_units, parts, top + kGap);
  for (QRectF* part : {&layout.rows, &layout.causes, &layout.blocks, &layout.steps})
    *part = QRectF(part->topLeft() * scale, part->size() * scale);
  return layout;
}

}  // namespace remat
