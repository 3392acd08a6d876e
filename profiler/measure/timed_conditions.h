// How a device was while the steps of a point were timed. A GPU's clocks drop and rise within milliseconds, and what
// slows it down is gone once it is idle, so it is asked while a step runs as well as afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "profiler/core/gpu_records.h"

namespace remat {

/// Of one step. Absent where nobody tells.
struct StepConditions {
  std::optional<DeviceState> while_running{};        ///< once all of it was launched
  std::optional<DeviceState> afterwards{};           ///< once the device had done it
  std::optional<std::int64_t> allocation_retries{};  ///< times the allocator emptied its cache, and so waited

  /// Whether something slowed the step down, as far as either of both tells.
  [[nodiscard]] bool throttled() const;
};

/// Of the timed steps of a point.
class TimedConditions {
 public:
  void add(const StepConditions& step);
  /// As FORMAT.md has it; nullopt if nobody told anything.
  [[nodiscard]] std::optional<DeviceState> state(const std::string& point) const;
  /// A sentence for PointFinished::notes if the allocator retried in any step, else empty.
  [[nodiscard]] std::string note() const;

 private:
  std::optional<DeviceState> state_;
  std::int64_t steps_ = 0;
  std::int64_t retried_steps_ = 0;
};

}  // namespace remat
