#include "profiler/core/point_description.h"

#include <cstdint>
#include <vector>

#include "engine/spec/attention_choice.h"
#include "engine/spec/chunked_head.h"
#include "engine/spec/head_policy.h"

namespace remat {

Backend backendOf(const std::string& device) { return device.starts_with("cuda") ? Backend::cuda : Backend::cpu; }

std::optional<ModelGraph> policyGraph(const PointSpec& point, const ModelGraph& graph) {
  const HeadPart head =
      point.policy_json.empty() ? headPartOf(point.policy) : headPartOfJson(point.policy_json, point.policy);
  return graphForHead(graph, head, point.training);
}

CheckpointPolicy policyOf(const PointSpec& point, const ModelGraph& graph) {
  const Placement placement = point.training.placement;
  if (point.policy_json.empty()) return makePolicy(point.policy, graph, placement);
  CheckpointPolicy policy = policyFromJson(point.policy_json, point.policy, graph, placement);
  policy.name = point.policy;  // not the one in the file: a point is known by what the command line named
  return policy;
}

/// Of the first layer that has one; layers do not differ in it.
static std::string attentionOf(const ModelGraph& graph) {
  for (const BlockBody& body : graph.bodies)
    for (const Op& op : body.ops) {
      if (op.kind == OpKind::attention) return std::string(attentionKernelName(op.attributes.attention));
      if (op.kind == OpKind::attention_scores) return std::string(attentionKernelName(AttentionKernel::math));
    }
  return {};
}

PointStarted describePoint(const PointSpec& point, const ModelGraph& graph, const Schedule& schedule) {
  const Sizes sizes = point.training.sizes();
  PointStarted started;
  started.point = pointKey(point);
  started.spec = point;
  started.architecture = graph.architecture;
  started.attention = attentionOf(graph);
  started.parameter_count = parameterCount(graph);
  for (const std::int64_t bytes : retainedBytes(graph, schedule, sizes, backendOf(point.device)))
    started.planned_retained_bytes = sum(started.planned_retained_bytes, bytes);
  for (const std::int64_t bytes : hostBytes(graph, schedule, sizes))
    started.planned_host_bytes = sum(started.planned_host_bytes, bytes);
  started.forward_flops = forwardFlops(graph, sizes);
  return started;
}

}  // namespace remat
