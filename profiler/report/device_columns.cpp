// Columns about the device: how it was set, and whether it ran at its full clocks.

#include <algorithm>

#include "profiler/report/table_columns.h"

namespace remat {
namespace {

/// Absent where nobody says whether the device was slowed down.
Cell throttledCell(const PointRow& row) {
  const std::int64_t throttled = row.point.throttledSamples();
  return row.point.device_state || throttled > 0 ? Cell(throttled) : Cell();
}

/// Absent where nobody watched the allocator while steps were timed.
Cell retriedCell(const PointRow& row) {
  const bool watched = std::any_of(row.point.samples.begin(), row.point.samples.end(),
                                   [](const Sample& sample) { return sample.allocation_retries.has_value(); });
  return watched ? Cell(row.point.retriedSamples()) : Cell();
}

/// Of a GPU's caching allocator, and of the whole device as its driver counts.
Cell memoryCell(const PointRow& row, std::optional<std::int64_t> Memory::*field) {
  return row.point.memory ? cellOf((*row.point.memory).*field) : Cell();
}

/// While the point was timed.
Cell stateCell(const PointRow& row, std::optional<std::int64_t> DeviceState::*field) {
  return row.point.device_state ? cellOf((*row.point.device_state).*field) : Cell();
}

Cell attentionCell(const PointRow& row) {
  return row.point.started.attention.empty() ? Cell() : Cell(row.point.started.attention);
}

using enum ColumnUnit;

}  // namespace

const std::vector<ComputedColumn>& deviceColumns() {
  // clang-format off
  static const std::vector<ComputedColumn> columns = {
      {{"allocator", "", text}, [](const PointRow& r) { return Cell(r.point.spec().allocator); }},
      {{"throttled_samples", "throttled", count, /*quiet_zero=*/true}, throttledCell},
      {{"retried_samples", "retried samples", count, /*quiet_zero=*/true}, retriedCell},
      {{"attention", "", text}, attentionCell},
      {{"device_used_bytes", "device used", bytes}, [](const PointRow& r) { return memoryCell(r, &Memory::device_used_bytes); }},
      {{"outside_allocator_bytes", "", bytes}, [](const PointRow& r) { return memoryCell(r, &Memory::outside_allocator_bytes); }},
      {{"peak_active_bytes", "", bytes}, [](const PointRow& r) { return memoryCell(r, &Memory::peak_active_bytes); }},
      {{"peak_inactive_split_bytes", "", bytes}, [](const PointRow& r) { return memoryCell(r, &Memory::peak_inactive_split_bytes); }},
      {{"allocation_retries", "memory pass retries", count, /*quiet_zero=*/true}, [](const PointRow& r) { return memoryCell(r, &Memory::allocation_retries); }},
      {{"sm_clock_hz", "", count}, [](const PointRow& r) { return stateCell(r, &DeviceState::sm_clock_hz); }},
      {{"sm_clock_low_hz", "", count}, [](const PointRow& r) { return stateCell(r, &DeviceState::sm_clock_low_hz); }},
      {{"sm_clock_high_hz", "", count}, [](const PointRow& r) { return stateCell(r, &DeviceState::sm_clock_high_hz); }},
      {{"memory_clock_hz", "", count}, [](const PointRow& r) { return stateCell(r, &DeviceState::memory_clock_hz); }},
      {{"temperature_celsius", "", count}, [](const PointRow& r) { return stateCell(r, &DeviceState::temperature_celsius); }},
      {{"power_milliwatts", "", count}, [](const PointRow& r) { return stateCell(r, &DeviceState::power_milliwatts); }},
  };
  // clang-format on
  return columns;
}

}  // namespace remat
