// Who else uses the device that this process measures on. What a device holds outside this process's allocator is its
// own context and libraries, and what others hold: without knowing the others, one that comes later would be taken for
// a part of this process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/measure/cuda/nvml.h"

namespace remat {

using DeviceProcesses = std::optional<std::vector<DeviceProcess>>;  ///< nullopt: nobody tells

/// What is on the device at one moment.
struct DeviceUse {
  DeviceProcesses processes{};
  std::int64_t used_bytes = 0;      ///< by everybody
  std::int64_t reserved_bytes = 0;  ///< of those, by this process's allocator
};

class OtherProcesses {
 public:
  OtherProcesses() = default;
  /// before and after: as this process made its context, which tells who of those listed it is, also where its number
  /// is another one (in a container). used_bytes_before: by everybody.
  OtherProcesses(const DeviceProcesses& before, const DeviceUse& after, std::int64_t process_id,
                 std::int64_t used_bytes_before);

  /// Held by others; as at the beginning where nobody tells.
  [[nodiscard]] std::int64_t usedBytes(const DeviceProcesses& now) const;
  /// Of this process beside its allocator: context, loaded kernels, libraries' workspaces.
  [[nodiscard]] std::int64_t fixedBytes(const DeviceUse& now) const;
  /// A sentence if others have come or grown since the beginning; where nobody lists them, if what is outside the
  /// allocator has grown by more than libraries take. The same for points that are measured one after the other, so
  /// that notes can be told once: bytes are rounded to powers of two. Empty if all is as it was.
  [[nodiscard]] std::string note(const DeviceUse& now) const;

 private:
  /// nullopt if nobody tells who is who.
  [[nodiscard]] DeviceProcesses others(const DeviceProcesses& all) const;

  std::optional<std::int64_t> own_id_;   ///< as the driver knows it
  std::vector<DeviceProcess> at_first_;  ///< others
  std::int64_t used_at_first_ = 0;       ///< by them, as the device counts
  std::int64_t fixed_at_first_ = 0;      ///< of this process beside its allocator: its context
};

}  // namespace remat
