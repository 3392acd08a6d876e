#include "gui/models/selection.h"

#include <utility>

namespace remat {

// Each setter is the same sentence: take a new value, and say so if it is new.

void Selection::setPoint(const QString& key) {
  if (std::exchange(point_, key) != key) emit pointChanged();
}

void Selection::setBaseline(const QString& key) {
  if (std::exchange(baseline_, key) != key) emit baselineChanged();
}

void Selection::setBlock(std::optional<int> block) {
  if (std::exchange(block_, block) != block) emit blockChanged();
}

void Selection::setHoveredBlock(std::optional<int> block) {
  if (std::exchange(hovered_block_, block) != block) emit hoveredBlockChanged();
}

void Selection::setHoveredPoint(const QString& key) {
  if (std::exchange(hovered_point_, key) != key) emit hoveredPointChanged();
}

void Selection::setActivation(const QString& name) {
  if (std::exchange(activation_, name) != name) emit activationChanged();
}

void Selection::setMemoryLineBytes(std::optional<std::int64_t> bytes) {
  if (std::exchange(memory_line_bytes_, bytes) != bytes) emit memoryLineChanged();
}

void Selection::setSpeedUnit(SpeedUnit unit) {
  if (std::exchange(speed_unit_, unit) != unit) emit speedUnitChanged();
}

}  // namespace remat
