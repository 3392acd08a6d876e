// Whoever follows the allocations of a device, one by one: the memory pass.
#pragma once

#include <cstdint>

namespace remat {

/// Told of every allocation and release while it is set. Must not use torch.
class AllocationListener {
 public:
  virtual ~AllocationListener() = default;
  /// `allocation`: ascending numbers, unique in the process.
  virtual void allocated(std::int64_t allocation, std::int64_t bytes) = 0;
  virtual void released(std::int64_t allocation, std::int64_t bytes) = 0;
  /// A request that cannot be granted: c10::OutOfMemoryError follows.
  virtual void refused(std::int64_t bytes) = 0;
};

}  // namespace remat
