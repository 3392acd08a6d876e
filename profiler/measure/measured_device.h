// A device as the passes see it: its allocator, its limits, its state. The CPU is one implementation, an NVIDIA GPU the
// other; nothing else in the passes knows which it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "engine/spec/training_spec.h"
#include "profiler/core/records.h"
#include "profiler/measure/allocation_listener.h"

namespace remat {

/// A count of bytes now and at its highest since resetPeaks().
struct BytesAndPeak {
  std::int64_t live_bytes = 0;
  std::int64_t peak_bytes = 0;
};

/// What the allocator of a device holds.
struct DeviceMemory {
  BytesAndPeak requested;  ///< as asked for
  BytesAndPeak allocated;  ///< with the allocator's rounding
  BytesAndPeak reserved;   ///< in use or kept for reuse
  // A GPU's caching allocator only:
  std::optional<BytesAndPeak> active;                   ///< allocated, or freed while a stream may still use it
  std::optional<BytesAndPeak> inactive_split;           ///< kept pieces that are no whole segments: fragmentation
  std::optional<std::int64_t> allocation_retries;       ///< since resetPeaks(): the cache was emptied to go on
  std::optional<std::int64_t> device_used_bytes;        ///< by everybody, as the driver counts
  std::optional<std::int64_t> outside_allocator_bytes;  ///< of those, what is no reserved byte of this process
};

class MeasuredDevice {
 public:
  virtual ~MeasuredDevice() = default;

  [[nodiscard]] virtual c10::Device device() const = 0;
  [[nodiscard]] virtual Backend backend() const = 0;
  /// Fills in name and memory of the device, and notes about what is missing.
  virtual void describe(Hello& hello) const = 0;

  [[nodiscard]] virtual DeviceMemory memory() const = 0;
  virtual void resetPeaks() = 0;
  /// How often in this process the allocator emptied its cache to go on; cheap, to be asked around timed steps. nullopt
  /// where it has no need to.
  [[nodiscard]] virtual std::optional<std::int64_t> allocationRetries() const = 0;
  /// Gives kept blocks back to the system.
  virtual void releaseCache() = 0;
  /// The most that may be reserved, as on a device of that size; nullopt: all there is.
  virtual void setMemoryCap(std::optional<std::int64_t> bytes) = 0;
  /// Of PointSpec::allocator, for what is allocated from here on; gives kept blocks back if they change. Throws
  /// Error(usage) where there are none.
  virtual void setAllocatorSettings(const std::string& settings) = 0;
  /// What a cap means here, for people: "simulated on NVIDIA H200, 512 MiB of it outside the allocator"; else empty.
  [[nodiscard]] virtual std::string capNote() const = 0;
  /// What others did on the device since it was opened that bears on a point, for people; else empty.
  [[nodiscard]] virtual std::string othersNote() const = 0;
  /// Told of every allocation of the device while it is set; nullptr: nobody.
  virtual void setListener(AllocationListener* listener) = 0;
  /// Number of the allocation that starts at `data` (of a storage); -1 for nullptr.
  [[nodiscard]] virtual std::int64_t allocationOf(const void* data) = 0;

  /// Waits until the device has done everything.
  virtual void synchronize() = 0;
  /// Clocks, temperature, power and what slows the device down; nullopt where nobody tells.
  [[nodiscard]] virtual std::optional<DeviceState> state() = 0;
  /// Of these only what slows the device down, in one question.
  [[nodiscard]] virtual std::vector<std::string> throttleReasons() = 0;
  /// Whether the device still has to do something of what it was given; waits for nothing.
  [[nodiscard]] virtual bool working() const = 0;
};

/// "cpu", "cuda:0". Made on first use, and kept: one process measures on one device. Throws Error(worker_failed) with
/// what is missing and how to mend it.
[[nodiscard]] MeasuredDevice& measuredDevice(const std::string& name);

/// What `auto` means here: the first GPU that can be used, else the CPU.
struct AutomaticDevice {
  std::string name = "cpu";
  std::string problem{};  ///< why a GPU is not used although there is a driver
};
[[nodiscard]] AutomaticDevice automaticDevice();

}  // namespace remat
