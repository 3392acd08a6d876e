// Replaces torch's CPU allocator, so that the CPU is a full measuring backend: exact bytes, a cap that gives real
// out-of-memory errors, and every allocation reported in order.
//
// Freed blocks are kept and handed out again for requests of nearly their size, as the caching allocator of a GPU does:
// pages are touched once, and a step does not pay the operating system for memory (glibc would map and unmap large
// tensors every time, which biases the comparison of policies). Requested and allocated bytes are the same here;
// reserved bytes are what the pool holds, in use or kept, with headers and rounding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "profiler/measure/allocation_listener.h"

namespace remat {

struct CpuMemory {
  std::int64_t live_bytes = 0;
  std::int64_t peak_live_bytes = 0;
  std::int64_t reserved_bytes = 0;  ///< live and kept for reuse
  std::int64_t peak_reserved_bytes = 0;
};

/// Installs the allocator for the process. Call before the first tensor; later calls do nothing.
void installCpuAllocator();

[[nodiscard]] CpuMemory cpuMemory();
/// Sets both peaks to what is there now.
void resetCpuPeaks();
/// Gives the kept blocks back to the operating system.
void releaseCpuCache();
/// From now on reserved bytes do not exceed `bytes`: kept blocks are given back in time, then requests throw
/// c10::OutOfMemoryError. A block in use counts with its header and rounding, as it does on the machine, and stays
/// where it is if the cap is below what is in use already. nullopt: no cap.
void setCpuMemoryCap(std::optional<std::int64_t> bytes);
/// nullptr: nobody listens.
void setAllocationListener(AllocationListener* listener);

/// Number of the allocation that starts at `data` (the data pointer of a storage); -1 for nullptr.
[[nodiscard]] std::int64_t allocationOf(const void* data);

}  // namespace remat
