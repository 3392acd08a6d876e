// Columns about the device: how it was set, and whether it ran at its full clocks.

#include "profiler/report/table_columns.h"

namespace remat {
namespace {

/// Absent where nobody says whether the device was slowed down.
Cell throttledCell(const PointRow& row) {
  const std::int64_t throttled = row.point.throttledSamples();
  return row.point.device_state || throttled > 0 ? Cell(throttled) : Cell();
}

using enum ColumnUnit;

}  // namespace

const std::vector<ComputedColumn>& deviceColumns() {
  static const std::vector<ComputedColumn> columns = {
      {{"allocator", "", text}, [](const PointRow& r) { return Cell(r.point.spec().allocator); }},
      {{"throttled_samples", "throttled", count, /*quiet_zero=*/true}, throttledCell},
  };
  return columns;
}

}  // namespace remat
