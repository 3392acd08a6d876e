// The unit of an axis, chosen once for all values on it: GiB or MiB, ms or s. Coordinates of charts are in it.
#pragma once

#include <cstdint>

#include <QString>

namespace remat {

struct AxisUnit {
  double size = 1.0;  ///< bytes or nanoseconds in one
  QString name{};     ///< "GiB"
  bool operator==(const AxisUnit&) const = default;

  [[nodiscard]] double of(double amount) const { return amount / size; }
  [[nodiscard]] double of(std::int64_t amount) const { return static_cast<double>(amount) / size; }
};

/// The one in which the largest value of an axis is at least 1.
[[nodiscard]] AxisUnit memoryUnit(std::int64_t largest_bytes);
[[nodiscard]] AxisUnit timeUnit(std::int64_t largest_ns);

}  // namespace remat
