#include "gui/charts/arrow_keys.h"

#include <algorithm>

namespace remat {

ArrowStep arrowStep(int key) {
  switch (key) {
    case Qt::Key_Right: return {.right = 1};
    case Qt::Key_Left: return {.right = -1};
    case Qt::Key_Down: return {.down = 1};
    case Qt::Key_Up: return {.down = -1};
    default: return {};
  }
}

QString neighbourIn(const std::vector<QString>& order, const QString& from, int steps) {
  if (order.empty()) return {};
  const auto count = static_cast<std::ptrdiff_t>(order.size());
  const auto found = std::find(order.begin(), order.end(), from);
  const std::ptrdiff_t outside = steps > 0 ? -1 : count;
  const std::ptrdiff_t at = found == order.end() ? outside : found - order.begin();
  return order[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + steps, 0, count - 1))];
}

}  // namespace remat
