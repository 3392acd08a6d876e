// Turns the caching allocator's trace into an AllocationListener's calls, with a number for every allocation.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "profiler/measure/allocation_listener.h"

namespace remat {

/// The part of an allocator's trace that is followed. `address` identifies an allocation while it lives.
class AllocationTrace {
 public:
  void setListener(AllocationListener* listener) { listener_ = listener; }
  [[nodiscard]] bool isFollowed() const { return listener_ != nullptr; }

  void allocated(std::uintptr_t address, std::int64_t bytes);
  void released(std::uintptr_t address, std::int64_t bytes);
  void refused(std::int64_t bytes);
  /// One that nobody followed when it was made gets its number when it is first asked for, and so a lower one than all
  /// that are made later.
  [[nodiscard]] std::int64_t numberOf(std::uintptr_t address);

 private:
  AllocationListener* listener_ = nullptr;
  std::unordered_map<std::uintptr_t, std::int64_t> numbers_;
  std::int64_t last_ = 0;
};

}  // namespace remat
