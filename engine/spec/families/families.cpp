// The table of families, and the checks of a spec against a config that hold for all of them.
#include <algorithm>
#include <array>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/error.h"
#include "engine/spec/families/family.h"
#include "engine/spec/mixed_precision.h"

namespace remat {
namespace {

struct Family {
  std::string_view model_type;
  void (*build)(const families::Context&);
  Head default_head;
  /// transformers classes by head; empty: the family has no such head.
  std::string_view causal_lm, masked_lm, sequence_classification;
  /// Positions are looked up in a table, so a sequence can be at most max_position_embeddings - reserved long.
  bool learned_positions;
  bool positions_after_padding;
};

using families::buildBert;
using families::buildGpt2;
using families::buildLlama;

constexpr std::array kFamilies = {
    Family{"llama", buildLlama, Head::causal_lm, "LlamaForCausalLM", "", "", false, false},
    Family{"mistral", buildLlama, Head::causal_lm, "MistralForCausalLM", "", "", false, false},
    Family{"qwen2", buildLlama, Head::causal_lm, "Qwen2ForCausalLM", "", "", false, false},
    Family{"qwen3", buildLlama, Head::causal_lm, "Qwen3ForCausalLM", "", "", false, false},
    Family{"gpt2", buildGpt2, Head::causal_lm, "GPT2LMHeadModel", "", "", true, false},
    Family{"bert", buildBert, Head::masked_lm, "", "BertForMaskedLM", "BertForSequenceClassification", true, false},
    Family{"roberta", buildBert, Head::masked_lm, "", "RobertaForMaskedLM", "RobertaForSequenceClassification", true,
           true},
};

std::string_view architectureOf(const Family& family, Head head) {
  switch (head) {
    case Head::causal_lm: return family.causal_lm;
    case Head::masked_lm: return family.masked_lm;
    case Head::sequence_classification: return family.sequence_classification;
    case Head::automatic: break;
  }
  return {};
}

void check(bool holds, const std::string& where, const std::string& what, const std::string& remedy = {}) {
  if (!holds) throw Error(ErrorKind::usage, where, what, remedy);
}

/// Far above any model, and few enough that a graph fits in memory: a block takes about 200 bytes and each of its
/// parameters about as much.
constexpr std::int64_t kMostLayers = 100'000;

void checkSpec(const Family& family, const ModelConfig& config, const TrainingSpec& spec) {
  check(spec.batch_size >= 1, "--batch", "must be at least 1, got " + std::to_string(spec.batch_size));
  check(spec.sequence_length >= 1, "--sequence", "must be at least 1, got " + std::to_string(spec.sequence_length));
  check(config.num_hidden_layers >= 1 && config.num_hidden_layers <= kMostLayers, "--layers",
        "must be from 1 to " + std::to_string(kMostLayers) + ", got " + std::to_string(config.num_hidden_layers));
  if (family.learned_positions) {
    const std::int64_t reserved =
        family.positions_after_padding ? std::max<std::int64_t>(config.pad_token_id, 0) + 1 : 0;
    const std::int64_t longest = config.max_position_embeddings - reserved;
    check(spec.sequence_length <= longest, "--sequence",
          "must be at most " + std::to_string(longest) + " for " + config.name + " (its table of positions has " +
              std::to_string(config.max_position_embeddings) + " rows), got " + std::to_string(spec.sequence_length),
          "use a shorter sequence");
  }
}

/// Bytes and FLOPs are counted in int64 without further checks from here on.
void checkCountable(const ModelGraph& graph, Sizes sizes) {
  std::int64_t bytes = 0;
  for (int block = 0; block < graph.blockCount(); ++block)
    for (int a = 0; a < static_cast<int>(graph.body(block).activations.size()); ++a)
      bytes = sum(bytes, storageBytes(graph.body(block), a, sizes));
  (void)forwardFlops(graph, sizes);
}

const Family& familyOf(const ModelConfig& config) {
  const auto found = std::find_if(kFamilies.begin(), kFamilies.end(),
                                  [&](const Family& family) { return family.model_type == config.model_type; });
  check(found != kFamilies.end(), "model_type", "expected a supported family, got " + config.model_type);
  return *found;
}

}  // namespace

ModelGraph buildModelGraph(const ModelConfig& config, const TrainingSpec& spec, Backend backend) {
  ModelConfig model = config;
  if (spec.num_hidden_layers) model.num_hidden_layers = *spec.num_hidden_layers;
  const Family& family = familyOf(model);
  checkSpec(family, model, spec);
  const Head head = spec.head == Head::automatic ? family.default_head : spec.head;
  const std::string_view architecture = architectureOf(family, head);
  check(!architecture.empty(), "--head", "model type " + model.model_type + " has no such head",
        "leave --head out for the family's usual one");
  check(head != Head::causal_lm || spec.sequence_length >= 2, "--sequence",
        "must be at least 2 for a causal language model, which learns from each token what the next one is, got 1",
        "use a longer sequence");
  check(head != Head::sequence_classification || model.num_labels >= 2, "/num_labels",
        "must be at least 2, got " + std::to_string(model.num_labels),
        "a single label means regression, which is not supported");

  ModelGraph graph;
  graph.model_type = model.model_type;
  graph.architecture = architecture;
  graph.head = head;
  family.build({model, spec, backend, parameterDtype(spec.precision), head, graph});
  if (const auto low = autocastDtype(spec.precision)) graph = withAutocast(graph, *low, backend);
  checkCountable(graph, spec.sizes());
  return graph;
}

}  // namespace remat
