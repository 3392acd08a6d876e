#include "profiler/measure/timed_conditions.h"

#include <algorithm>

namespace remat {
namespace {

void addReasons(const std::vector<std::string>& reasons, std::vector<std::string>& all) {
  for (const std::string& reason : reasons)
    if (std::find(all.begin(), all.end(), reason) == all.end()) all.push_back(reason);
}

}  // namespace

bool StepConditions::throttled() const {
  return (while_running && !while_running->throttle_reasons.empty()) ||
         (afterwards && !afterwards->throttle_reasons.empty());
}

void TimedConditions::add(const StepConditions& step) {
  ++steps_;
  if (step.allocation_retries.value_or(0) > 0) ++retried_steps_;
  if (!step.while_running && !step.afterwards) return;
  DeviceState state = step.while_running ? *step.while_running : *step.afterwards;
  state.sm_clock_low_hz = state.sm_clock_high_hz = state.sm_clock_hz;
  std::vector<std::string> reasons;
  if (state_) {
    reasons = state_->throttle_reasons;
    if (!state.sm_clock_hz) {
      state.sm_clock_low_hz = state_->sm_clock_low_hz;
      state.sm_clock_high_hz = state_->sm_clock_high_hz;
    } else if (state_->sm_clock_low_hz) {
      state.sm_clock_low_hz = std::min(*state.sm_clock_hz, *state_->sm_clock_low_hz);
      state.sm_clock_high_hz = std::max(*state.sm_clock_hz, *state_->sm_clock_high_hz);
    }
  }
  addReasons(state.throttle_reasons, reasons);
  if (step.afterwards) addReasons(step.afterwards->throttle_reasons, reasons);
  state.throttle_reasons = reasons;
  state_ = state;
}

std::optional<DeviceState> TimedConditions::state(const std::string& point) const {
  std::optional<DeviceState> state = state_;
  if (state) state->point = point;
  return state;
}

std::string TimedConditions::note() const {
  if (retried_steps_ == 0) return {};
  return "the allocator emptied its cache to go on in " + std::to_string(retried_steps_) + " of " +
         std::to_string(steps_) +
         " timed steps, which waits for the device: memory is nearly full, and the step time " +
         "is that of such a step";
}

}  // namespace remat
