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

int neighbourIndex(std::optional<int> from, int steps, int count) {
  return std::clamp(from.value_or(steps > 0 ? -1 : count) + steps, 0, count - 1);
}

QString neighbourIn(const std::vector<QString>& order, const QString& from, int steps) {
  if (order.empty()) return {};
  const auto found = std::find(order.begin(), order.end(), from);
  std::optional<int> at;
  if (found != order.end()) at = static_cast<int>(found - order.begin());
  return order[static_cast<std::size_t>(neighbourIndex(at, steps, static_cast<int>(order.size())))];
}

}  // namespace remat
