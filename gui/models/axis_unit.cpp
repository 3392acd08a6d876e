#include "gui/models/axis_unit.h"

#include <array>

namespace remat {
namespace {

struct Unit {
  double size;
  double least;  ///< taken from here on
  const char* name;
};

constexpr std::array kMemoryUnits = {Unit{0x1p10, 0.0, "KiB"}, Unit{0x1p20, 0x1p20, "MiB"}, Unit{0x1p30, 0x1p30, "GiB"},
                                     Unit{0x1p40, 0x1p40, "TiB"}};
// Milliseconds up to ten seconds, as everybody who compares steps reads them.
constexpr std::array kTimeUnits = {Unit{1e3, 0.0, "µs"}, Unit{1e6, 1e6, "ms"}, Unit{1e9, 1e10, "s"}};

template <std::size_t count>
AxisUnit unitFor(std::int64_t largest, const std::array<Unit, count>& units) {
  Unit unit = units.front();
  for (const Unit& larger : units) {
    if (static_cast<double>(largest) >= larger.least) unit = larger;
  }
  return {unit.size, QString::fromUtf8(unit.name)};
}

}  // namespace

AxisUnit memoryUnit(std::int64_t largest_bytes) { return unitFor(largest_bytes, kMemoryUnits); }
AxisUnit timeUnit(std::int64_t largest_ns) { return unitFor(largest_ns, kTimeUnits); }

}  // namespace remat
