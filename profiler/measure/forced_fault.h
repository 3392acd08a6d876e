// A failure on purpose: what follows a failure can so be tested with the real worker, and on a GPU with a real device
// error. Asked for in the worker's environment as REMATSCOPE_FORCE_FAULT=KIND:PASS:POLICY, such as
// device_error:timing:full; every hello of such a worker says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "profiler/measure/measured_device.h"

namespace remat {

enum class FaultKind : std::uint8_t {
  device_error,  ///< that stays: on a GPU an assertion in a kernel, which every later call returns too
  leak,          ///< a step that fails and leaves bytes behind
  hang,          ///< nothing ever comes back
  crash          ///< the process dies
};

enum class FaultPass : std::uint8_t { memory, timing };

struct ForcedFault {
  FaultKind kind = FaultKind::device_error;
  FaultPass pass = FaultPass::memory;
  std::string policy{};  ///< command-line form
  bool operator==(const ForcedFault&) const = default;
};

inline constexpr const char* kForceFaultVariable = "REMATSCOPE_FORCE_FAULT";

/// nullopt for an empty text. Throws Error(usage) naming what can be asked for.
[[nodiscard]] std::optional<ForcedFault> parseForcedFault(std::string_view text);
/// Of this process's environment.
[[nodiscard]] std::optional<ForcedFault> forcedFault();

/// Fails if `fault` is about this pass and policy; does nothing otherwise.
void failIfForced(const std::optional<ForcedFault>& fault, FaultPass pass, const std::string& policy,
                  const MeasuredDevice& device);

}  // namespace remat
