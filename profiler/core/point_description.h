// What a point is before it runs: its policy, and the record that announces it. Made in one place, so that the command
// line, which describes points that no worker could start, and the worker say the same.
#pragma once

#include <optional>
#include <string>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/model_graph.h"
#include "engine/spec/schedule.h"
#include "profiler/core/records.h"

namespace remat {

[[nodiscard]] Backend backendOf(const std::string& device);

/// The graph that a point's policy decides about, if it is another than `graph`, the model's own: one whose head is in
/// chunks. Parameters and tables are the same. Throws Error(usage).
[[nodiscard]] std::optional<ModelGraph> policyGraph(const PointSpec& point, const ModelGraph& graph);

/// The policy of a point: from its JSON if it has some, else by name. `graph`: the one it decides about. Throws
/// Error(usage).
[[nodiscard]] CheckpointPolicy policyOf(const PointSpec& point, const ModelGraph& graph);

/// `graph`, `schedule`: of policyOf(point, graph). Throws Error(usage) for sizes that no machine has.
[[nodiscard]] PointStarted describePoint(const PointSpec& point, const ModelGraph& graph, const Schedule& schedule);

}  // namespace remat
