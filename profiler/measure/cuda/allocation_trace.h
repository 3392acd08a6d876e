// Turns the caching allocator's trace into an AllocationListener's calls, with a number for every allocation.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "profiler/measure/allocation_listener.h"

namespace remat {

/// The part of an allocator's trace that is followed. `address` identifies an allocation while it lives.
class AllocationTrace {
 public:
  /// The allocator tells of all devices; the listener is told of this one.
  void setListener(AllocationListener* listener, int device) {
    listener_ = listener;
    device_ = device;
  }
  [[nodiscard]] bool isFollowed(int device) const { return listener_ != nullptr && device == device_; }

  void allocated(std::uintptr_t address, std::int64_t bytes);
  void released(std::uintptr_t address, std::int64_t bytes);
  void refused(std::int64_t bytes);
  /// One that nobody followed when it was made gets its number when it is first asked for, and so a lower one than all
  /// that are made later.
  [[nodiscard]] std::int64_t numberOf(std::uintptr_t address);

 private:
  AllocationListener* listener_ = nullptr;
  int device_ = 0;
  std::unordered_map<std::uintptr_t, std::int64_t> numbers_;
  std::int64_t last_ = 0;
};

}  // namespace remat
