#include "profiler/report/device_text.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "profiler/core/units.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

using Field = std::optional<std::int64_t> DeviceState::*;

struct Fact {
  const char* name;
  std::vector<Field> fields;  ///< the range is over all of them
  std::int64_t divisor;       ///< from the fields' unit to the one that is shown
  const char* unit;
};

const std::vector<Fact>& facts() {
  static const std::vector<Fact> all = {
      {"SM clock ",
       {&DeviceState::sm_clock_hz, &DeviceState::sm_clock_low_hz, &DeviceState::sm_clock_high_hz},
       1'000'000,
       " MHz"},
      {"memory clock ", {&DeviceState::memory_clock_hz}, 1'000'000, " MHz"},
      {"", {&DeviceState::temperature_celsius}, 1, " °C"},
      {"", {&DeviceState::power_milliwatts}, 1000, " W"}};
  return all;
}

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
    for (const Field field : fact.fields)
      if (const auto& value = state->*field) values.push_back(*value / fact.divisor);
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return fact.name + countText(*low) + (*low == *high ? "" : " to " + countText(*high)) + fact.unit;
}

/// Those that are not empty.
std::string joinedWith(const std::string& separator, const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts)
    if (!part.empty()) text += (text.empty() ? "" : separator) + part;
  return text;
}

/// Empty where no state tells anything.
std::string factsText(const std::vector<const DeviceState*>& states, const std::string& when) {
  std::vector<std::string> ranges;
  for (const Fact& fact : facts()) ranges.push_back(rangeText(states, fact));
  const std::string text = joinedWith(", ", ranges);
  return text.empty() ? text : text + when;
}

}  // namespace

bool toldUnderLoad(const DeviceState& state) { return state.sm_clock_low_hz.has_value(); }

std::string deviceStateText(const Run& run) {
  std::vector<const DeviceState*> states = statesOf(run);
  const auto idle = std::stable_partition(states.begin(), states.end(),
                                          [](const DeviceState* state) { return toldUnderLoad(*state); });
  const std::string told = joinedWith("; ", {factsText({states.begin(), idle}, " while steps were timed"),
                                             factsText({idle, states.end()}, " when the timing of points ended")});
  if (told.empty()) return {};
  std::set<std::string> reasons;
  for (const DeviceState* state : states)
    reasons.insert(state->throttle_reasons.begin(), state->throttle_reasons.end());
  return told + "; " +
         (reasons.empty() ? "nothing slowed it down then"
                          : "slowed down by: " + listed({reasons.begin(), reasons.end()}));
}

}  // namespace remat
