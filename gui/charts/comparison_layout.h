// Where the parts of a comparison are: quantities, causes of time, blocks, both steps. A part that has no room is left
// out; its numbers are in the table.
#pragma once

#include <cstddef>

#include <QRectF>
#include <QSizeF>

namespace remat {

struct ComparisonParts {
  std::size_t rows = 0, causes = 0;
  bool blocks = false, steps = false;  ///< there are some
};

/// An empty rectangle: not drawn.
struct ComparisonLayout {
  QRectF rows, causes, blocks, steps;
};

/// `scale`: of the text, 1.0 for 13 pixels.
[[nodiscard]] ComparisonLayout comparisonLayout(QSizeF size, double scale, const ComparisonParts& parts);

}  // namespace remat
