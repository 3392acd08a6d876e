// Lifts a memory cap for a while, for what is no part of a step.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>

#include "profiler/measure/measured_device.h"

namespace remat {

class UncappedMemory {
 public:
  UncappedMemory(MeasuredDevice& device, std::optional<std::int64_t> cap_bytes)
      : device_(device), cap_bytes_(cap_bytes) {
    device_.setMemoryCap(std::nullopt);
  }
  /// Gives back what has been left in the allocator's cache meanwhile. A device that is lost says so again: the first
  /// error is under way already.
  ~UncappedMemory() {
    try {
      if (cap_bytes_) device_.releaseCache();
      device_.setMemoryCap(cap_bytes_);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    }
  }
  UncappedMemory(const UncappedMemory&) = delete;
  UncappedMemory& operator=(const UncappedMemory&) = delete;

 private:
  MeasuredDevice& device_;
  std::optional<std::int64_t> cap_bytes_;
};

}  // namespace remat
