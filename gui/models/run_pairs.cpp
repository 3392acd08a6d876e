#include "gui/models/run_pairs.h"

#include <map>
#include <set>
#include <string>

namespace remat {
namespace {

/// What makes a point the same in two runs; `with_machine`: on the same kind of device and under the same cap.
std::string identityOf(const PointResult& point, bool with_machine) {
  if (with_machine) return point.key();
  PointSpec spec = point.spec();
  spec.device.clear();
  spec.memory_cap_bytes.reset();
  return pointKey(spec);
}

}  // namespace

std::vector<PointPair> pairedPoints(const Run& run_a, const Run& run_b) {
  std::vector<PointPair> pairs;
  for (const PointResult& point : run_a.points) pairs.push_back({&point, nullptr});
  std::set<const PointResult*> taken;
  for (const bool with_machine : {true, false}) {
    std::map<std::string, const PointResult*> free;
    for (const PointResult& point : run_b.points) {
      if (!taken.contains(&point)) free.emplace(identityOf(point, with_machine), &point);
    }
    for (PointPair& pair : pairs) {
      if (pair.b != nullptr) continue;
      const auto at = free.find(identityOf(*pair.a, with_machine));
      if (at == free.end()) continue;
      pair.b = at->second;
      taken.insert(at->second);
      free.erase(at);
    }
  }
  for (const PointResult& point : run_b.points) {
    if (!taken.contains(&point)) pairs.push_back({nullptr, &point});
  }
  return pairs;
}

}  // namespace remat
