#include "profiler/report/model_summary.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/chunked_head.h"
#include "engine/spec/head_policy.h"
#include "engine/spec/schedule.h"
#include "profiler/core/units.h"

namespace remat {
namespace {

/// What one policy does, with the kept activations of each block as flags.
struct PolicyEffect {
  PolicySummary summary;
  std::vector<std::vector<int>> kept;  ///< block -> its kept activations, sorted
};

/// What `kept` of the policy's own graph is in the model's, where an activation that was cut into chunks is not kept.
std::vector<std::vector<int>> inModelGraph(const std::vector<std::vector<int>>& kept, const ModelGraph& own,
                                           const ModelGraph& graph) {
  std::vector<std::vector<int>> found(kept.size());
  for (int block = 0; block < graph.blockCount(); ++block) {
    const std::vector<Activation>& activations = graph.body(block).activations;
    for (int activation : kept[block]) {
      const std::string& name = own.body(block).activations[activation].name;
      const auto same = std::find_if(activations.begin(), activations.end(),
                                     [&](const Activation& candidate) { return candidate.name == name; });
      if (same != activations.end()) found[block].push_back(static_cast<int>(same - activations.begin()));
    }
    std::sort(found[block].begin(), found[block].end());
  }
  return found;
}

PolicyEffect effectOf(const std::string& name, const ModelGraph& model_graph, const TrainingSpec& spec,
                      Backend backend) {
  const std::optional<ModelGraph> own = graphForHead(model_graph, headPartOf(name), spec);
  const ModelGraph& graph = own ? *own : model_graph;
  const CheckpointPolicy policy = makePolicy(name, graph, spec.placement);
  const Schedule schedule = makeSchedule(graph, policy, spec, backend);
  const std::vector<std::int64_t> bytes = retainedBytes(graph, schedule, spec.sizes(), backend);
  PolicyEffect effect;
  effect.summary.policy = name;
  effect.summary.retained_bytes = std::accumulate(bytes.begin(), bytes.end(), std::int64_t{0});
  effect.summary.note = policyNote(policy, graph);
  for (const Region& region : schedule.regions) {
    const std::vector<char>& replayed = schedule.plans[region.plan].replayed;
    effect.summary.recomputed_ops += region.reentrant ? static_cast<std::int64_t>(replayed.size())
                                                      : std::count(replayed.begin(), replayed.end(), char{1});
  }
  effect.kept = retainedActivations(graph, schedule);
  if (own) effect.kept = inModelGraph(effect.kept, *own, model_graph);
  return effect;
}

Kept keptIn(const PolicyEffect& effect, int first, int count, int activation) {
  int keeping = 0;
  for (int block = first; block < first + count; ++block) {
    const std::vector<int>& kept = effect.kept[block];
    keeping += std::binary_search(kept.begin(), kept.end(), activation);
  }
  return keeping == 0 ? Kept::none : keeping == count ? Kept::all : Kept::some;
}

std::string kindName(BlockKind kind) {
  return kind == BlockKind::embedding ? "embedding" : kind == BlockKind::layer ? "layer" : "head";
}

ActivationSummary activationOf(const BlockBody& body, int index, Sizes sizes) {
  const Activation& a = body.activations[index];
  ActivationSummary summary;
  summary.name = a.name;
  summary.role = roleName(a.role);
  if (a.producer >= 0) {
    summary.group = body.ops[a.producer].group;
    summary.op = body.ops[a.producer].name;
  }
  summary.shape = shapeText(a.shape);
  summary.sizes = evaluate(a.shape, sizes);
  summary.dtype = dtypeName(a.dtype);
  summary.bytes = storageBytes(body, index, sizes);
  if (a.alias_of >= 0) summary.view_of = body.activations[storageOf(body, index)].name;
  return summary;
}

BlockSummary blockOf(const ModelGraph& graph, int first, int count, const std::vector<PolicyEffect>& effects,
                     Sizes sizes) {
  const Block& block = graph.blocks[first];
  const BlockBody& body = graph.body(first);
  BlockSummary summary;
  summary.name = block.name;
  if (count > 1) summary.name += "-" + std::to_string(graph.blocks[first + count - 1].layer);
  summary.kind = kindName(block.kind);
  summary.count = count;
  for (int parameter : std::set<int>(block.parameters.begin(), block.parameters.end()))
    summary.parameter_count += elementCount(graph.parameters[parameter].shape, {});
  summary.forward_flops = forwardFlops(graph, first, sizes);
  for (int index = 0; index < static_cast<int>(body.activations.size()); ++index) {
    ActivationSummary activation = activationOf(body, index, sizes);
    for (const PolicyEffect& effect : effects) activation.kept_by.push_back(keptIn(effect, first, count, index));
    summary.activations.push_back(std::move(activation));
  }
  return summary;
}

std::vector<std::string> notesOf(const ModelConfig& config, const ModelGraph& graph, const TrainingSpec& spec) {
  std::vector<std::string> notes;
  const bool drops = config.embedding_dropout > 0 || config.hidden_dropout > 0 || config.attention_dropout > 0;
  if (drops && !spec.dropout)
    notes.emplace_back("The config drops activations; it is trained without here (--dropout changes that).");
  if (config.architecture && *config.architecture != graph.architecture)
    notes.push_back("The config names " + *config.architecture + "; this is " + graph.architecture +
                    " (--head changes that).");
  if (config.sliding_window && *config.sliding_window >= spec.sequence_length)
    notes.push_back("The sliding window of " + std::to_string(*config.sliding_window) +
                    " tokens covers the whole sequence, so it changes nothing.");
  if (const std::string note = sequenceNote(config, spec.sequence_length); !note.empty())
    notes.push_back("Here, " + note + ".");
  return notes;
}

/// What certainly does not fit; of the rest, only a measurement tells.
void applyCap(std::int64_t memory_cap_bytes, ModelSummary& summary) {
  summary.memory_cap_bytes = memory_cap_bytes;
  std::string exceeding;
  for (PolicySummary& policy : summary.policies) {
    policy.exceeds_memory_cap = policy.retained_bytes > memory_cap_bytes - summary.parameter_bytes;
    if (policy.exceeds_memory_cap) exceeding += (exceeding.empty() ? "" : ", ") + policy.policy;
  }
  const std::string cap = "the memory cap of " + bytesText(memory_cap_bytes);
  summary.notes.push_back(
      (exceeding.empty() ? "No policy's retained bytes and the parameters alone exceed " + cap
                         : "With the parameters alone, what these policies retain exceeds " + cap + ": " + exceeding) +
      ". Gradients, optimizer state and temporaries come on top; 'rematscope sweep --memory-cap' tells what fits.");
}

}  // namespace

std::vector<std::string> commonPolicies() {
  std::vector<std::string> names;
  for (const PolicyDescription& known : policyDescriptions())
    if (known.argument.empty()) names.emplace_back(known.name);
  names.insert(names.end(), {"every_n:2", "segment:2", "head_checkpoint"});
  return names;
}

ModelSummary summarize(const ModelConfig& config, const TrainingSpec& spec, const std::vector<std::string>& policies,
                       Backend backend, std::optional<std::int64_t> memory_cap_bytes) {
  const ModelGraph graph = buildModelGraph(config, spec, backend);
  const Sizes sizes = spec.sizes();
  ModelSummary summary;
  summary.model = config.name;
  summary.model_type = graph.model_type;
  summary.architecture = graph.architecture;
  summary.training = spec;
  summary.num_hidden_layers = spec.num_hidden_layers.value_or(config.num_hidden_layers);
  summary.training.num_hidden_layers = summary.num_hidden_layers;
  summary.parameter_count = parameterCount(graph);
  summary.parameter_bytes = parameterBytes(graph);
  summary.forward_flops = forwardFlops(graph, sizes);
  std::vector<PolicyEffect> effects;
  for (const std::string& policy : policies) effects.push_back(effectOf(policy, graph, spec, backend));
  const std::int64_t everything = effectOf("store_all", graph, spec, backend).summary.retained_bytes;
  for (PolicyEffect& effect : effects) {
    effect.summary.retained_ratio =
        static_cast<double>(effect.summary.retained_bytes) / static_cast<double>(everything);
    summary.policies.push_back(effect.summary);
  }
  for (int first = 0; first < graph.blockCount();) {
    int count = 1;
    while (first + count < graph.blockCount() && graph.blocks[first + count].body == graph.blocks[first].body) ++count;
    summary.blocks.push_back(blockOf(graph, first, count, effects, sizes));
    first += count;
  }
  summary.notes = notesOf(config, graph, spec);
  if (memory_cap_bytes) applyCap(*memory_cap_bytes, summary);
  return summary;
}

}  // namespace remat
