#include "profiler/report/sweep_axis.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "profiler/report/tables.h"

namespace remat {
namespace {

/// A point's settings with the policy and the axis taken out: what the points along it share.
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

std::vector<std::size_t> pointsAlong(const Run& run, const PointGroup& group, SweepAxis axis) {
  std::vector<std::size_t> points;
  if (group.points.empty()) return points;
  const PointSpec reference = shared(run.points[group.points.front()].spec(), axis);
  for (std::size_t i = 0; i < run.points.size(); ++i) {
    if (shared(run.points[i].spec(), axis) == reference) points.push_back(i);
  }
  return points;
}

std::vector<std::size_t> groupsToShowAlong(const Run& run, const std::vector<PointGroup>& groups, SweepAxis axis) {
  struct Alike {
    std::size_t first, count;
  };
  // One look at each group: of a long run there are thousands.
  std::unordered_map<std::string, Alike> by_settings;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const PointSpec& spec = run.points[groups[i].points.front()].spec();
    ++by_settings.try_emplace(pointKey(shared(spec, axis)), Alike{i, 0}).first->second.count;
  }
  std::vector<std::size_t> shown;
  for (const auto& [settings, alike] : by_settings)
    if (alike.count > 1) shown.push_back(alike.first);
  std::sort(shown.begin(), shown.end());
  return shown;
}

std::string titleAlong(const Run& run, const PointGroup& group, SweepAxis axis) {
  const std::vector<std::size_t> points = pointsAlong(run, group, axis);
  if (points.empty()) return {};
  const auto value = [&](std::size_t point) { return axisValue(run.points[point].spec(), axis); };
  const auto less = [&](std::size_t a, std::size_t b) { return value(a) < value(b); };
  const auto [least, most] = std::minmax_element(points.begin(), points.end(), less);
  std::string range = std::to_string(value(*least));
  if (value(*most) != value(*least)) range += " to " + std::to_string(value(*most));
  SizeTexts sizes;
  (axis == SweepAxis::batch ? sizes.batch : sizes.layers) = range;
  return groupTitle(run.points[group.points.front()].spec(), sizes);
}

std::optional<SweepAxis> axisOfChart(std::string_view chart) {
  static constexpr std::array all = {std::pair{std::string_view("batch-grid"), SweepAxis::batch},
                                     std::pair{std::string_view("throughput"), SweepAxis::batch},
                                     std::pair{std::string_view("layer-grid"), SweepAxis::layers},
                                     std::pair{std::string_view("depth"), SweepAxis::layers}};
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.first == chart; });
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace remat
