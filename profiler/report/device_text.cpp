#include "profiler/report/device_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include "profiler/core/units.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

struct Fact {
  const char* name;
  std::optional<std::int64_t> DeviceState::*field;
  std::int64_t divisor;  ///< from the field's unit to the one that is shown
  const char* unit;
};
constexpr std::array kFacts = {Fact{"SM clock ", &DeviceState::sm_clock_hz, 1'000'000, " MHz"},
                               Fact{"memory clock ", &DeviceState::memory_clock_hz, 1'000'000, " MHz"},
                               Fact{"", &DeviceState::temperature_celsius, 1, " °C"},
                               Fact{"", &DeviceState::power_milliwatts, 1000, " W"}};

std::vector<const DeviceState*> statesOf(const Run& run) {
  std::vector<const DeviceState*> states;
  for (const PointResult& point : run.points)
    if (point.device_state) states.push_back(&*point.device_state);
  return states;
}

/// Empty where no state tells it.
std::string rangeText(const std::vector<const DeviceState*>& states, const Fact& fact) {
  std::vector<std::int64_t> values;
  for (const DeviceState* state : states)
    if (const auto& value = state->*fact.field) values.push_back(*value / fact.divisor);
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return fact.name + countText(*low) + (*low == *high ? "" : " to " + countText(*high)) + fact.unit;
}

}  // namespace

std::string deviceStateText(const Run& run) {
  const std::vector<const DeviceState*> states = statesOf(run);
  std::string text;
  for (const Fact& fact : kFacts)
    if (const std::string range = rangeText(states, fact); !range.empty()) text += (text.empty() ? "" : ", ") + range;
  if (text.empty()) return {};
  std::set<std::string> reasons;
  for (const DeviceState* state : states)
    reasons.insert(state->throttle_reasons.begin(), state->throttle_reasons.end());
  return text + " when the timing of points ended; " +
         (reasons.empty() ? "nothing slowed it down then"
                          : "slowed down by: " + listed({reasons.begin(), reasons.end()}));
}

}  // namespace remat
