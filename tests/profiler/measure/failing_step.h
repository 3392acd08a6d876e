// A step that fails on its way, as a device or a library would make it.
#pragma once

#include <functional>
#include <utility>

#include "engine/exec/step_scope.h"

namespace remat::testing {

/// Calls `fail`, which throws, after the first op of `phase` since `armed` says that it is time, and never again. One
/// at a time. Only an op that begins has a number in forward and replays: scopes that are left have none.
class FailingStep final : public ScopeListener {
 public:
  FailingStep(
      Phase phase, std::function<void()> fail, std::function<bool()> armed = [] { return true; })
      : phase_(phase), fail_(std::move(fail)), armed_(std::move(armed)) {
    scope_listener = this;
  }
  ~FailingStep() override { scope_listener = nullptr; }
  FailingStep(const FailingStep&) = delete;
  FailingStep& operator=(const FailingStep&) = delete;

  void scopeChanged(const StepScope& scope) override {
    const bool begins = scope.phase == phase_ && (scope.op >= 0 || phase_ == Phase::offload);
    if (begins && armed_() && ++begun_ == 2) fail_();
  }

 private:
  Phase phase_;
  std::function<void()> fail_;
  std::function<bool()> armed_;
  int begun_ = 0;
};

}  // namespace remat::testing
