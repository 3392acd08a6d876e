// Points of a run that can be compared.

#include <unordered_map>
#include <utility>

#include "profiler/core/run.h"

namespace remat {
namespace {

/// What the points of a group share.
PointSpec withoutPolicy(PointSpec spec) {
  spec.config_path.clear();
  spec.policy.clear();
  spec.policy_json.clear();
  return spec;
}

void addPoint(const Run& run, std::size_t point, PointGroup& group) {
  group.points.push_back(point);
  if (run.points[point].spec().policy == "store_all" && run.points[point].completed()) group.baseline = point;
}

}  // namespace

std::vector<PointGroup> groupPoints(const Run& run) {
  std::vector<PointGroup> groups;
  std::unordered_map<std::string, std::size_t> group_of;
  for (std::size_t i = 0; i < run.points.size(); ++i) {
    const auto [at, is_new] = group_of.try_emplace(pointKey(withoutPolicy(run.points[i].spec())), groups.size());
    if (is_new) groups.emplace_back();
    addPoint(run, i, groups[at->second]);
  }
  return groups;
}

PointGroup groupOf(const Run& run, std::size_t point) {
  const PointSpec shared = withoutPolicy(run.points[point].spec());
  PointGroup group;
  for (std::size_t i = 0; i < run.points.size(); ++i) {
    if (withoutPolicy(run.points[i].spec()) == shared) addPoint(run, i, group);
  }
  return group;
}

}  // namespace remat
