// What a device did while one step was traced, as plain values: made from CUPTI's records by profiler/measure/cuda or
// by a test, folded by attribution.h. All times are nanoseconds of the host's steady clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/core/gpu_records.h"

namespace remat {

/// Where the host's side of a copy lies. Copies from pageable memory block the thread that asks for them.
enum class HostMemory : std::uint8_t { none, pageable, pinned, managed };

struct DeviceActivity {
  ActivityKind kind = ActivityKind::kernel;
  HostMemory host_memory = HostMemory::none;
  std::int32_t name = -1;  ///< in ActivityLog::names; copies and memsets have none
  std::uint32_t stream = 0;
  std::uint32_t correlation = 0;  ///< of the call that launched it, runtime or driver
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  std::int64_t bytes = 0;  ///< of copies and memsets
  bool operator==(const DeviceActivity&) const = default;
};

/// The scope in which a call was made: packed(ScopeId).
struct ExternalCorrelation {
  std::uint32_t correlation = 0;
  std::uint64_t scope = 0;
  bool operator==(const ExternalCorrelation&) const = default;
};

/// The training thread entered a scope.
struct ScopeEntry {
  std::int64_t time_ns = 0;
  std::uint64_t scope = 0;  ///< packed(ScopeId)
  bool operator==(const ScopeEntry&) const = default;
};

/// Everything of one traced step, in any order.
struct ActivityLog {
  std::int64_t begin_ns = 0;  ///< the device was idle before and after
  std::int64_t end_ns = 0;
  /// The step by the marks that timed steps have too; nullopt: without. begin to end is longer: it waits for the host.
  std::optional<std::int64_t> marked_step_ns{};
  std::vector<std::string> names{};
  std::vector<DeviceActivity> activities{};
  std::vector<ExternalCorrelation> correlations{};
  std::vector<ScopeEntry> scopes{};      ///< in the order of their times
  std::int64_t dropped_records = 0;      ///< that found no room, or no time stamps
  std::int64_t unknown_records = 0;      ///< of kinds that this program does not read
  std::int64_t overhead_ns = 0;          ///< that CUPTI says it took itself
  std::int64_t device_buffer_bytes = 0;  ///< device memory that CUPTI took for its buffers, or may take at most
  std::string problem{};                 ///< what failed, as a sentence; then nothing else here can be relied on
  bool operator==(const ActivityLog&) const = default;
};

}  // namespace remat
