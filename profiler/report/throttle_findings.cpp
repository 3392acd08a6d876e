#include "profiler/report/throttle_findings.h"

#include <algorithm>
#include <string>

#include "profiler/report/phrases.h"

namespace remat {
namespace {

std::string throttledText(const PointResult& point) {
  const auto samples = std::count_if(point.samples.begin(), point.samples.end(), [](auto& s) { return !s.warm_up; });
  std::string text = std::to_string(point.throttledSamples()) + " of " + std::to_string(samples) + " samples of " +
                     quoted(point.spec().policy);
  // Before version 1.4 the reasons are those at the end of the point's timing: there may be none any more.
  if (point.device_state && !point.device_state->throttle_reasons.empty())
    text += " (" + listed(point.device_state->throttle_reasons) + ")";
  return text;
}

}  // namespace

void addThrottleFinding(const Run& run, const PointGroup& group, std::vector<Finding>& findings) {
  std::vector<std::string> throttled;
  for (const std::size_t index : group.points) {
    const PointResult& point = run.points[index];
    if (point.throttledSamples() > 0) throttled.push_back(throttledText(point));
  }
  if (throttled.empty()) return;
  findings.push_back({Finding::Kind::caution, "Taken while something slowed the device down: " + listed(throttled) +
                                                  ". Such times are longer than those at full clocks."});
}

}  // namespace remat
