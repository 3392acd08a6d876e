// What a policy that offloads moved between device and host memory. FORMAT.md defines each field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace remat {

/// Copies of one step: pass "timing", medians over the samples; the bytes are the same in each. Told only of points
/// that offload.
struct Transfers {
  std::string point{};
  std::int64_t host_bytes = 0;      ///< most that was in host memory at a time
  std::int64_t offload_bytes = 0;   ///< copied to host memory
  std::int64_t prefetch_bytes = 0;  ///< copied back
  std::int64_t offload_ns = 0;      ///< sum over copies
  std::int64_t prefetch_ns = 0;
  std::optional<std::int64_t> link_bytes_per_second{};  ///< both directions; absent if nothing was copied
  std::optional<std::int64_t> exposed_ns{};             ///< of both, while computing waited
  std::optional<std::int64_t> hidden_ns{};              ///< the rest; absent on a CPU, where nothing runs beside a copy
  bool operator==(const Transfers&) const = default;
};

}  // namespace remat
