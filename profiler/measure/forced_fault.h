// A failure on purpose: what follows a failure can so be tested with the real worker, and on a GPU with a real device
// error or a real refusal of the allocator. Asked for in the worker's environment as
// REMATSCOPE_FORCE_FAULT=KIND:PASS:POLICY, such as device_error:timing:full or out_of_memory@optimizer:memory:full;
// every hello of such a worker says so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/exec/step_scope.h"
#include "profiler/measure/measured_device.h"

namespace remat {

enum class FaultKind : std::uint8_t {
  device_error,   ///< that stays: on a GPU an assertion in a kernel, which every later call returns too
  leak,           ///< a step that fails and leaves bytes behind
  out_of_memory,  ///< as a phase of the step begins: more is asked of the allocator than any device has
  hang,           ///< nothing ever comes back
  crash           ///< the process dies
};

enum class FaultPass : std::uint8_t { memory, timing };

struct ForcedFault {
  FaultKind kind = FaultKind::device_error;
  FaultPass pass = FaultPass::memory;
  std::string policy{};        ///< command-line form
  Phase phase = Phase::setup;  ///< of out_of_memory only
  bool operator==(const ForcedFault&) const = default;
};

inline constexpr const char* kForceFaultVariable = "REMATSCOPE_FORCE_FAULT";

/// nullopt for an empty text. Throws Error(usage) naming what can be asked for.
[[nodiscard]] std::optional<ForcedFault> parseForcedFault(std::string_view text);
/// Of this process's environment.
[[nodiscard]] std::optional<ForcedFault> forcedFault();

/// Fails if `fault` is about this pass and policy; does nothing otherwise. A fault within the step comes while what is
/// returned is kept.
[[nodiscard]] std::unique_ptr<ScopeListener> failIfForced(const std::optional<ForcedFault>& fault, FaultPass pass,
                                                          const std::string& policy, const MeasuredDevice& device);

}  // namespace remat
