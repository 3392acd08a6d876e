#include "gui/models/sweep_slice.h"

#include <algorithm>

namespace remat {
namespace {

/// A point's settings with the policy and the axis taken out: what the points of a slice share.
PointSpec shared(PointSpec spec, SweepAxis axis) {
  spec.policy.clear();
  spec.policy_json.clear();
  spec.config_path.clear();
  if (axis == SweepAxis::batch) {
    spec.training.batch_size = 0;
  } else {
    spec.training.num_hidden_layers = 0;
  }
  return spec;
}

}  // namespace

std::int64_t axisValue(const PointSpec& spec, SweepAxis axis) {
  return axis == SweepAxis::batch ? spec.training.batch_size : spec.training.num_hidden_layers.value_or(0);
}

std::optional<double> tokensPerSecond(const PointResult& point) {
  if (!point.completed() || !point.finished->step_time_ns || *point.finished->step_time_ns <= 0) return std::nullopt;
  const TrainingSpec& training = point.spec().training;
  return static_cast<double>(training.batch_size) * static_cast<double>(training.sequence_length) * 1e9 /
         static_cast<double>(*point.finished->step_time_ns);
}

SweepSlice sweepSlice(const Run& run, const PointGroup& group, SweepAxis axis) {
  SweepSlice slice{.axis = axis};
  if (group.points.empty()) return slice;
  const PointSpec reference = shared(run.points[group.points.front()].spec(), axis);
  std::vector<std::size_t> points;
  for (std::size_t i = 0; i < run.points.size(); ++i) {
    const PointSpec& spec = run.points[i].spec();
    if (shared(spec, axis) != reference) continue;
    points.push_back(i);
    slice.values.push_back(axisValue(spec, axis));
  }
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
