// How a device was while the steps of a point were timed. A GPU's clocks drop and rise within milliseconds, and what
// slows it down is gone once it is idle, so it is asked while a step runs as well as afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/measure/measured_device.h"

namespace remat {

/// Of one step. Absent where nobody tells.
struct StepConditions {
  std::optional<DeviceState> launched{};             ///< once all of it was launched
  bool while_running = false;                        ///< whether the device was still at work on it then
  std::vector<std::string> slowed_afterwards{};      ///< what slowed the device down once it had done it
  std::optional<std::int64_t> allocation_retries{};  ///< times the allocator emptied its cache, and so waited

  /// To be called once all of the step is launched. Where the host is the slower one, the device may have done it by
  /// then, and tells how it is when it is idle.
  void askOnceLaunched(MeasuredDevice& device);
  /// Whether something slowed the step down, as far as either of both tells.
  [[nodiscard]] bool throttled() const;
};

/// Of the timed steps of a point.
class TimedConditions {
 public:
  void add(const StepConditions& step);
  /// As FORMAT.md has it; nullopt if nobody told anything. Of a device that worked, as soon as it did in any step.
  [[nodiscard]] std::optional<DeviceState> state(const std::string& point) const;
  /// A sentence for PointFinished::notes if the allocator retried in any step, else empty.
  [[nodiscard]] std::string note() const;

 private:
  std::optional<DeviceState> state_;
  bool while_running_ = false;  ///< whether state_ is of a device at work
  std::vector<std::string> slowed_;
  std::int64_t steps_ = 0;
  std::int64_t retried_steps_ = 0;
};

}  // namespace remat
