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
                               Named<FaultKind>{"leak", FaultKind::leak},
                               Named<FaultKind>{"out_of_memory", FaultKind::out_of_memory},
                               Named<FaultKind>{"hang", FaultKind::hang}, Named<FaultKind>{"crash", FaultKind::crash}};
constexpr std::array kPasses = {Named<FaultPass>{"memory", FaultPass::memory},
                                Named<FaultPass>{"timing", FaultPass::timing}};
constexpr std::array kPhases = {Named<Phase>{"forward", Phase::forward}, Named<Phase>{"recompute", Phase::recompute},
                                Named<Phase>{"backward", Phase::backward}, Named<Phase>{"optimizer", Phase::optimizer}};

template <typename Value, std::size_t count>
Value valueOf(std::string_view name, const std::array<Named<Value>, count>& known) {
  std::string names;
  for (const Named<Value>& each : known) {
    if (each.name == name) return each.value;
    names += (names.empty() ? "" : ", ") + std::string(each.name);
  }
  throw Error(ErrorKind::usage, kForceFaultVariable, "expected one of " + names + ", found '" + std::string(name) + "'",
              "it reads KIND:PASS:POLICY or out_of_memory@PHASE:PASS:POLICY, or is not set at all");
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

/// The allocator refuses for real: it is asked for what no device has, and says so as when it is full.
class OutOfMemoryInPhase final : public ScopeListener {
 public:
  OutOfMemoryInPhase(Phase phase, c10::Device device) : phase_(phase), device_(device) { scope_listener = this; }
  ~OutOfMemoryInPhase() override { scope_listener = nullptr; }
  OutOfMemoryInPhase(const OutOfMemoryInPhase&) = delete;
  OutOfMemoryInPhase& operator=(const OutOfMemoryInPhase&) = delete;

  void scopeChanged(const StepScope& scope) override {
    if (scope.phase != phase_ || begun_) return;
    begun_ = true;
    constexpr std::int64_t pebibyte = std::int64_t{1} << 50;
    (void)at::empty({pebibyte}, at::TensorOptions().device(device_).dtype(at::kByte));
  }

 private:
  Phase phase_;
  c10::Device device_;
  bool begun_ = false;
};

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
  const std::string_view kind = text.substr(0, first);
  const std::size_t at = kind.find('@');
  ForcedFault fault{valueOf(kind.substr(0, at), kKinds), valueOf(text.substr(first + 1, second - first - 1), kPasses),
                    std::string(text.substr(second + 1))};
  if (at != std::string_view::npos || fault.kind == FaultKind::out_of_memory)
    fault.phase = valueOf(at == std::string_view::npos ? "" : kind.substr(at + 1), kPhases);
  return fault;
}

std::optional<ForcedFault> forcedFault() {
  const char* text = std::getenv(kForceFaultVariable);
  return parseForcedFault(text ? text : "");
}

std::unique_ptr<ScopeListener> failIfForced(const std::optional<ForcedFault>& fault, FaultPass pass,
                                            const std::string& policy, const MeasuredDevice& device) {
  if (!fault || fault->pass != pass || fault->policy != policy) return nullptr;
  switch (fault->kind) {
    case FaultKind::out_of_memory: return std::make_unique<OutOfMemoryInPhase>(fault->phase, device.device());
    case FaultKind::device_error: breakDevice(device); break;
    case FaultKind::leak: leak(device); break;
    case FaultKind::hang: hang();
    case FaultKind::crash: std::abort();
  }
  return nullptr;
}

}  // namespace remat
