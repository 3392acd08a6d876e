// What rematscope inspect tells: a model's blocks and activations with their bytes, and what each policy keeps of them.
// Computed from the ModelGraph alone; nothing is run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/spec/model_config.h"
#include "engine/spec/model_graph.h"
#include "engine/spec/training_spec.h"

namespace remat {

/// How many of a run of equal blocks keep an activation between forward and backward.
enum class Kept : std::uint8_t { none, some, all };

struct ActivationSummary {
  std::string name;
  std::string role;
  std::string group;  ///< empty for a block's input
  std::string op;     ///< that makes it; empty for a block's input
  std::string shape;  ///< "[B, S, 768]"
  std::vector<std::int64_t> sizes;
  std::string dtype;
  std::int64_t bytes = 0;     ///< of its own storage, 0 for a view
  std::string view_of;        ///< activation whose storage it uses, or empty
  std::vector<Kept> kept_by;  ///< one per policy of the summary
};

/// A run of consecutive equal blocks; parameters, FLOPs and bytes are those of one of them.
struct BlockSummary {
  std::string name;  ///< "layer 0-11"
  std::string kind;  ///< "embedding", "layer", "head"
  std::int64_t count = 1;
  std::int64_t parameter_count = 0;
  std::int64_t forward_flops = 0;
  std::vector<ActivationSummary> activations;
};

struct PolicySummary {
  std::string policy;
  std::int64_t retained_bytes = 0;
  double retained_ratio = 1.0;  ///< of what store_all retains
  std::int64_t recomputed_ops = 0;
  bool exceeds_memory_cap = false;  ///< what it retains and the parameters do, with nothing else alive
  std::string note;
};

struct ModelSummary {
  std::string model, model_type, architecture;
  TrainingSpec training;
  std::int64_t parameter_count = 0;
  std::int64_t parameter_bytes = 0;
  std::int64_t num_hidden_layers = 0;
  std::int64_t forward_flops = 0;
  std::optional<std::int64_t> memory_cap_bytes;
  std::vector<BlockSummary> blocks;
  std::vector<PolicySummary> policies;
  std::vector<std::string> notes;
};

/// Policies that are told when none are named: all that take no argument, and an example of those that do.
[[nodiscard]] std::vector<std::string> commonPolicies();

/// Throws Error(usage) for a policy that cannot be made, or a spec that does not fit the config.
[[nodiscard]] ModelSummary summarize(const ModelConfig& config, const TrainingSpec& spec,
                                     const std::vector<std::string>& policies, Backend backend = Backend::cpu,
                                     std::optional<std::int64_t> memory_cap_bytes = std::nullopt);

[[nodiscard]] std::string summaryJson(const ModelSummary& summary);
/// For the terminal.
[[nodiscard]] std::string summaryText(const ModelSummary& summary);

}  // namespace remat
