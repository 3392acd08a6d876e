#include "profiler/measure/forced_fault.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <ATen/ops/_assert_async.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

template <typename Value>
struct Named {
  std::string_view name;
  Value value;
};
constexpr std::array kKinds = {Named<FaultKind>{"device_error", FaultKind::device_error},
                               Named<FaultKind>{"leak", FaultKind::leak}, Named<FaultKind>{"hang", FaultKind::hang},
                               Named<FaultKind>{"crash", FaultKind::crash}};
constexpr std::array kPasses = {Named<FaultPass>{"memory", FaultPass::memory},
                                Named<FaultPass>{"timing", FaultPass::timing}};

template <typename Value, std::size_t count>
Value valueOf(std::string_view name, const std::array<Named<Value>, count>& known) {
  std::string names;
  for (const Named<Value>& each : known) {
    if (each.name == name) return each.value;
    names += (names.empty() ? "" : ", ") + std::string(each.name);
  }
  throw Error(ErrorKind::usage, kForceFaultVariable, "expected one of " + names + ", found '" + std::string(name) + "'",
              "it reads KIND:PASS:POLICY, or is not set at all");
}

/// Returns before a GPU has run into it, as a real one does: the step that follows is told.
void breakDevice(const MeasuredDevice& device) {
  if (device.backend() == Backend::cpu) throw Error(ErrorKind::failed, "", "CUDA error: none, but forced on a CPU");
  at::_assert_async(at::zeros({}, at::TensorOptions().device(device.device()).dtype(at::kBool)));
}

void leak(const MeasuredDevice& device) {
  static at::Tensor left_behind;
  left_behind = at::empty({1 << 20}, at::TensorOptions().device(device.device()).dtype(at::kByte));
  throw Error(ErrorKind::failed, "", "a step failed and left bytes behind, as forced");
}

[[noreturn]] void hang() {
  while (true) std::this_thread::sleep_for(std::chrono::hours(1));
}

}  // namespace

std::optional<ForcedFault> parseForcedFault(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos)
    throw Error(ErrorKind::usage, kForceFaultVariable, "expected KIND:PASS:POLICY, found '" + std::string(text) + "'",
                "such as device_error:timing:full");
  return ForcedFault{valueOf(text.substr(0, first), kKinds),
                     valueOf(text.substr(first + 1, second - first - 1), kPasses),
                     std::string(text.substr(second + 1))};
}

std::optional<ForcedFault> forcedFault() {
  const char* text = std::getenv(kForceFaultVariable);
  return parseForcedFault(text ? text : "");
}

void failIfForced(const std::optional<ForcedFault>& fault, FaultPass pass, const std::string& policy,
                  const MeasuredDevice& device) {
  if (!fault || fault->pass != pass || fault->policy != policy) return;
  switch (fault->kind) {
    case FaultKind::device_error: return breakDevice(device);
    case FaultKind::leak: return leak(device);
    case FaultKind::hang: hang();
    case FaultKind::crash: std::abort();
  }
}

}  // namespace remat
