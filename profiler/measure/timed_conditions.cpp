#include "profiler/measure/timed_conditions.h"

#include <algorithm>
#include <functional>

namespace remat {
namespace {

void addReasons(const std::vector<std::string>& reasons, std::vector<std::string>& all) {
  for (const std::string& reason : reasons)
    if (std::find(all.begin(), all.end(), reason) == all.end()) all.push_back(reason);
}

/// The one of both that comes first by `order`; the other one where one is absent.
template <typename Order>
std::optional<std::int64_t> chosen(Order order, std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  if (!a || !b) return a ? a : b;
  return order(*a, *b) ? a : b;
}

}  // namespace

void StepConditions::askOnceLaunched(MeasuredDevice& device) {
  while_running = device.working();
  launched = device.state();
}

bool StepConditions::throttled() const {
  return !slowed_afterwards.empty() || (launched && !launched->throttle_reasons.empty());
}

void TimedConditions::add(const StepConditions& step) {
  ++steps_;
  if (step.allocation_retries.value_or(0) > 0) ++retried_steps_;
  if (step.launched) addReasons(step.launched->throttle_reasons, slowed_);
  addReasons(step.slowed_afterwards, slowed_);
  if (!step.launched || (while_running_ && !step.while_running)) return;
  DeviceState state = *step.launched;
  if (step.while_running) {
    const DeviceState before = state_.value_or(DeviceState{});
    state.sm_clock_low_hz = chosen(std::less<>(), state.sm_clock_hz, before.sm_clock_low_hz);
    state.sm_clock_high_hz = chosen(std::greater<>(), state.sm_clock_hz, before.sm_clock_high_hz);
  }
  while_running_ = step.while_running;
  state_ = state;
}

std::optional<DeviceState> TimedConditions::state(const std::string& point) const {
  std::optional<DeviceState> state = state_;
  if (!state) return state;
  state->point = point;
  state->throttle_reasons = slowed_;
  return state;
}

std::string TimedConditions::note() const {
  if (retried_steps_ == 0) return {};
  const bool usual = 2 * retried_steps_ > steps_;  // so the median is one of them
  return "the allocator emptied its cache to go on in " + std::to_string(retried_steps_) + " of " +
         std::to_string(steps_) + " timed steps, which waits for the device: memory is nearly full, and " +
         (usual ? "the step time is that of such a step" : "those steps are longer");
}

}  // namespace remat
