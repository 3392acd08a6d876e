// What is kept for backward: one decision for every activation of every block.
//
// Named policies are constructors of that value; a planner returns the same type; users edit it. Names and byte
// accounting: Korthikanti et al. 2022 (core attention, full), llm.c -r (act_discard, norm_discard), JAX (dots),
// Megatron (segment, first_n), transformers (every_n).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/spec/model_graph.h"
#include "engine/spec/training_spec.h"

namespace remat {

enum class Decision : std::uint8_t { save, recompute, offload };

/// One entry per activation of a block. The decision about the block's input says whether the block starts a new
/// checkpointed region (save, offload) or continues the one before it (recompute), see `segment`.
using BlockDecisions = std::vector<Decision>;

struct CheckpointPolicy {
  std::string name;                    ///< command-line form: "full", "every_n:2"
  std::vector<BlockDecisions> blocks;  ///< one per block of the graph
  bool operator==(const CheckpointPolicy&) const = default;
};

/// A row of the list that people choose from.
struct PolicyDescription {
  std::string_view name;      ///< "every_n"
  std::string_view argument;  ///< "N", or empty if it takes none
  std::string_view summary;   ///< one line for people
};

[[nodiscard]] const std::vector<PolicyDescription>& policyDescriptions();

/// Makes a policy from its command-line form: `name`, `name:argument`, either with a part for the head after '/' (see
/// engine/spec/head_policy.h), or the path of a JSON file with decisions per block range. `graph`: if the head part is
/// a chunked one, that of withChunkedHead. `placement` matters for every_n. Throws Error(usage), listing the known
/// names and the nearest.
[[nodiscard]] CheckpointPolicy makePolicy(const std::string& text, const ModelGraph& graph,
                                          Placement placement = Placement::first);

/// The JSON form: {"name": "...", "default": POLICY, "head": "head_chunked:8", "blocks": [{"layers": "0-3,7", "policy":
/// "full"}, {"layers": "4-5", "recompute": [...], "save": [...], "offload": [...]}, {"block": "head", "save": [...]}]}.
/// An entry starts from its policy, else from the default or the head part, else from store_all, and changes what its
/// lists name: activations, ops, groups, op kinds or roles, an activation's own name beating all others. Throws
/// Error(usage); `where` names it in messages.
[[nodiscard]] CheckpointPolicy policyFromJson(std::string_view text, const std::string& where, const ModelGraph& graph,
                                              Placement placement = Placement::first);

/// The JSON form of a policy, with one entry per run of layers that are treated alike.
[[nodiscard]] std::string policyToJson(const CheckpointPolicy& policy, const ModelGraph& graph);

/// A note for people if the policy means nothing for this model (core_attention without dropped scores, segment:1),
/// else empty.
[[nodiscard]] std::string policyNote(const CheckpointPolicy& policy, const ModelGraph& graph);

[[nodiscard]] std::string_view roleName(Role role);

}  // namespace remat
