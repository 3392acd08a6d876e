// The attribution pass after the fact: what a device did in one traced step, folded into records. Pure: no device, no
// CUPTI, so that fabricated and recorded logs are folded by the same code as live ones.
//
// Join: activity -> correlation id -> scope in which the call was made -> (phase, block, op). An activity without a
// scope, with the scope of another step or of a place that the model does not have is unattributed, and shown as such.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/spec/model_graph.h"
#include "profiler/core/gpu_records.h"
#include "profiler/core/kernel_activity.h"

namespace remat {

/// What the numbers of a scope are called.
struct ScopeNames {
  struct OpName {
    std::string op;
    std::string group;
  };
  struct BlockName {
    std::string name;
    std::vector<OpName> ops;
  };
  std::vector<BlockName> blocks;
};

[[nodiscard]] ScopeNames scopeNames(const ModelGraph& graph);

struct TracedStep {
  std::string point{};
  std::int64_t step = 0;  ///< ScopeId::step of its scopes
  ScopeNames names{};
  ActivityLog log{};
  std::optional<std::int64_t> timed_step_ns{};  ///< median of the timing pass, for the overhead
};

struct AttributedStep {
  Attribution attribution;
  std::vector<OpTime> ops;                 ///< by phase, block, op; the unattributed rest last; empty if unavailable
  std::optional<KernelTimeline> timeline;  ///< absent if unavailable
  std::string note{};                      ///< what people should know of how it was taken; mostly empty
};

/// Up to this part of the kernel time may be unattributed without a word of caution.
inline constexpr double kUnattributedRatio = 0.01;

/// Unavailable, with the reason, if the log says that something failed, if records were dropped (sums would be too
/// small and nobody could tell by how much), or if there is no kernel at all.
[[nodiscard]] AttributedStep attribute(const TracedStep& traced);

/// For a point whose pass did not take place. `reason`: a sentence.
[[nodiscard]] Attribution unavailableAttribution(const std::string& point, const std::string& reason);

}  // namespace remat
