#include "gui/models/sweep_slice.h"

#include <algorithm>

namespace remat {
std::optional<double> tokensPerSecond(const PointResult& point) {
  if (!point.completed() || !point.finished->step_time_ns || *point.finished->step_time_ns <= 0) return std::nullopt;
  const TrainingSpec& training = point.spec().training;
  return static_cast<double>(training.batch_size) * static_cast<double>(training.sequence_length) * 1e9 /
         static_cast<double>(*point.finished->step_time_ns);
}

SweepSlice sweepSlice(const Run& run, const PointGroup& group, SweepAxis axis) {
  SweepSlice slice{.axis = axis};
  if (group.points.empty()) return slice;
  const std::vector<std::size_t> points = pointsAlong(run, group, axis);
  for (const std::size_t i : points) slice.values.push_back(axisValue(run.points[i].spec(), axis));
  std::sort(slice.values.begin(), slice.values.end());
  slice.values.erase(std::unique(slice.values.begin(), slice.values.end()), slice.values.end());
  const PolicyStyles styles = policyStyles(run);
  for (const std::size_t i : points) {
    const PointSpec& spec = run.points[i].spec();
    auto row = std::find_if(slice.rows.begin(), slice.rows.end(),
                            [&](const SliceRow& known) { return known.policy == spec.policy; });
    if (row == slice.rows.end()) {
      slice.rows.push_back({spec.policy, styles.at(spec.policy), {}});
      row = slice.rows.end() - 1;
      row->points.resize(slice.values.size());
    }
    const auto column = std::lower_bound(slice.values.begin(), slice.values.end(), axisValue(spec, axis));
    row->points[static_cast<std::size_t>(column - slice.values.begin())] = i;
  }
  return slice;
}

}  // namespace remat
