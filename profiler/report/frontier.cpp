#include "profiler/report/frontier.h"

#include <algorithm>

#include "profiler/core/statistics.h"
#include "profiler/core/units.h"

namespace remat {

std::vector<Standing> frontier(const Run& run, const PointGroup& group) {
  std::vector<Standing> standings;
  for (const std::size_t index : group.points) {
    const PointResult& point = run.points[index];
    if (!point.completed() || !point.finished->step_time_ns || !point.finished->peak_allocated_bytes) continue;
    standings.push_back({index, {}});
  }
  const auto timeOf = [&](const Standing& s) { return *run.points[s.point].finished->step_time_ns; };
  const auto peakOf = [&](const Standing& s) { return *run.points[s.point].finished->peak_allocated_bytes; };
  std::stable_sort(standings.begin(), standings.end(), [&](const Standing& a, const Standing& b) {
    return timeOf(a) != timeOf(b) ? timeOf(a) < timeOf(b) : peakOf(a) < peakOf(b);
  });
  // Fastest first: a point is on the frontier if it is smaller than every one before it.
  const Standing* smallest = nullptr;
  for (Standing& standing : standings) {
    if (smallest != nullptr && peakOf(standing) >= peakOf(*smallest)) {
      standing.dominated_by = smallest->point;
    } else {
      smallest = &standing;
    }
  }
  return standings;
}

bool hasInterval(const PointResult& point) {
  return point.completed() && point.finished->step_time_ns && point.finished->samples >= kLeastIntervalSamples;
}

std::optional<TimeDifference> timeDifference(const PointResult& point, const PointResult& baseline) {
  if (!point.completed() || !baseline.completed()) return std::nullopt;
  const PointFinished& now = *point.finished;
  const PointFinished& before = *baseline.finished;
  if (!now.step_time_ns || !before.step_time_ns || *before.step_time_ns == 0) return std::nullopt;
  const auto low = [](const PointFinished& f) { return f.step_time_low_ns.value_or(*f.step_time_ns); };
  const auto high = [](const PointFinished& f) { return f.step_time_high_ns.value_or(*f.step_time_ns); };
  return TimeDifference{.ratio = differenceRatio(*now.step_time_ns, *before.step_time_ns),
                        .low_ratio = differenceRatio(low(now), high(before)),
                        .high_ratio = differenceRatio(high(now), low(before)),
                        .is_known = hasInterval(point) && hasInterval(baseline)};
}

}  // namespace remat
