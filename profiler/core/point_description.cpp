#include "profiler/core/point_description.h"

#include <cstdint>
#include <vector>

namespace remat {

Backend backendOf(const std::string& device) { return device.starts_with("cuda") ? Backend::cuda : Backend::cpu; }

CheckpointPolicy policyOf(const PointSpec& point, const ModelGraph& graph) {
  const Placement placement = point.training.placement;
  if (point.policy_json.empty()) return makePolicy(point.policy, graph, placement);
  CheckpointPolicy policy = policyFromJson(point.policy_json, point.policy, graph, placement);
  policy.name = point.policy;  // not the one in the file: a point is known by what the command line named
  return policy;
}

PointStarted describePoint(const PointSpec& point, const ModelGraph& graph, const Schedule& schedule) {
  const Sizes sizes = point.training.sizes();
  PointStarted started;
  started.point = pointKey(point);
  started.spec = point;
  started.architecture = graph.architecture;
  started.parameter_count = parameterCount(graph);
  for (const std::int64_t bytes : retainedBytes(graph, schedule, sizes, backendOf(point.device)))
    started.planned_retained_bytes = sum(started.planned_retained_bytes, bytes);
  started.forward_flops = forwardFlops(graph, sizes);
  return started;
}

}  // namespace remat
