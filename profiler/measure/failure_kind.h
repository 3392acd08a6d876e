// What a failed step means for what comes next: the next point, or a new process first.
#pragma once

#include <exception>

#include "profiler/core/records.h"

namespace remat {

enum class FailureKind : std::uint8_t {
  out_of_memory,       ///< of the allocator, or of a library beside it (cuBLAS, cuDNN)
  host_out_of_memory,  ///< of the memory beside the device: for offloaded activations, pinned or not, or of any program
  device_lost,  ///< a CUDA error that every later call of the process returns too (illegal address, launch failure)
  other
};

[[nodiscard]] FailureKind failureKind(const std::exception& error);

[[nodiscard]] constexpr Outcome outcomeOf(FailureKind kind) {
  const bool no_memory = kind == FailureKind::out_of_memory || kind == FailureKind::host_out_of_memory;
  return no_memory ? Outcome::out_of_memory : Outcome::failed;
}

/// Whether the process can go on. After out-of-memory memory may be fragmented, so a fresh one takes over as well.
[[nodiscard]] constexpr bool needsNewProcess(FailureKind kind) { return kind != FailureKind::other; }

}  // namespace remat
