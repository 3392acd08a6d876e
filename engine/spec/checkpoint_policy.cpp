#include "engine/spec/checkpoint_policy.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/spec/error.h"
#include "engine/spec/head_policy.h"
#include "engine/spec/json_scan.h"
#include "engine/spec/nearest_name.h"
#include "engine/spec/policy_file.h"
#include "engine/spec/policy_names.h"
#include "engine/spec/policy_rules.h"

namespace remat {
namespace {

constexpr std::array kRoleNames = std::to_array<std::pair<Role, std::string_view>>({
    {Role::block_input, "block_input"},
    {Role::residual, "residual"},
    {Role::norm_internal, "norm_internal"},
    {Role::norm_statistic, "norm_statistic"},
    {Role::norm_output, "norm_output"},
    {Role::projection, "projection"},
    {Role::rotary, "rotary"},
    {Role::attention_internal, "attention_internal"},
    {Role::attention_statistic, "attention_statistic"},
    {Role::attention_output, "attention_output"},
    {Role::activation_internal, "activation_internal"},
    {Role::activation_output, "activation_output"},
    {Role::gated_product, "gated_product"},
    {Role::dropout_output, "dropout_output"},
    {Role::dropout_mask, "dropout_mask"},
    {Role::cast, "cast"},
    {Role::embedding, "embedding"},
    {Role::head_internal, "head_internal"},
    {Role::loss, "loss"},
});

constexpr std::size_t kShownBytes = 60;

constexpr std::array kArgumentPolicies = std::to_array<PolicyDescription>({
    {"every_n", "N", "full on one of every N layers, store_all on the others (transformers every_n_layers)"},
    {"first_n", "N", "full on the first N layers, store_all on the others (Megatron block)"},
    {"last_n", "N", "full on the last N layers, store_all on the others"},
    {"segment", "N", "keep one input for every N layers, replay the N layers together (Megatron uniform, Chen 2016)"},
    {"save", "A+B", "keep the layer's input and the named ops, groups, activations or roles, replay the rest"},
    {"recompute", "A+B", "replay the named ops, groups, activations or roles, keep the rest"},
});

[[noreturn]] void fail(const std::string& where, const std::string& what, const std::string& remedy) {
  throw Error(ErrorKind::usage, where, what, remedy);
}

BlockDecisions decide(const BlockBody& body, const LayerRules& rules) {
  BlockDecisions decisions(body.activations.size(), Decision::save);
  for (int i = 0; i < static_cast<int>(decisions.size()); ++i) {
    const Activation& own = body.activations[i];
    const bool recomputed = rules.recompute(body, own) || rules.recompute(body, body.activations[castSource(body, i)]);
    if (rules.offload && rules.offload(body, own))
      decisions[i] = Decision::offload;
    else if (recomputed && i != body.input)
      decisions[i] = Decision::recompute;
  }
  return decisions;
}

/// Applies `rule(layer)` to every layer; all other blocks keep everything.
template <typename RuleOfLayer>
CheckpointPolicy perLayer(const std::string& name, const ModelGraph& graph, const RuleOfLayer& rule) {
  CheckpointPolicy policy{name, {}};
  for (int block = 0; block < graph.blockCount(); ++block) {
    const BlockBody& body = graph.body(block);
    const bool layer = graph.blocks[block].kind == BlockKind::layer;
    policy.blocks.push_back(layer ? decide(body, rule(graph.blocks[block].layer))
                                  : BlockDecisions(body.activations.size(), Decision::save));
  }
  return policy;
}

std::int64_t layerCount(const ModelGraph& graph) {
  return std::count_if(graph.blocks.begin(), graph.blocks.end(),
                       [](const Block& block) { return block.kind == BlockKind::layer; });
}

std::int64_t positiveNumber(const std::string& policy, std::string_view argument) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), value);
  if (error != std::errc{} || end != argument.data() + argument.size() || value < 1)
    fail("policy " + shortened(policy, kShownBytes),
         "expected a whole number of at least 1 after ':', got '" + shortened(std::string(argument), kShownBytes) + "'",
         "write for example " + policy.substr(0, policy.find(':')) + ":2");
  return value;
}

std::vector<std::string> splitNames(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('+'), list.size());
    if (end > 0) names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

CheckpointPolicy segments(const std::string& text, const ModelGraph& graph, std::int64_t length) {
  const LayerRule& full = *findLayerRule("full");
  CheckpointPolicy policy = perLayer(text, graph, [&](std::int64_t) { return full.rules(); });
  for (int block = 0; block < graph.blockCount(); ++block) {
    const Block& b = graph.blocks[block];
    if (b.kind == BlockKind::layer && b.layer % length != 0)  // continues the region of the layer before
      policy.blocks[block][graph.body(block).input] = Decision::recompute;
  }
  return policy;
}

CheckpointPolicy withArgument(const std::string& text, std::string_view name, std::string_view argument,
                              const ModelGraph& graph, Placement placement) {
  const LayerRules full = findLayerRule("full")->rules();
  const LayerRules store = findLayerRule("store_all")->rules();
  if (name == "save" || name == "recompute") {
    const std::vector<std::string> list = splitNames(argument);
    if (list.empty())
      fail("policy " + text, "expected names of ops, groups, activations or roles", "separate them with '+'");
    checkNames("policy " + shortened(text, kShownBytes), list, namesIn(layerBodies(graph)));
    const NameSet names(list.begin(), list.end());
    const bool save = name == "save";
    return perLayer(text, graph, [&](std::int64_t) {
      return LayerRules{
          [&, save](const BlockBody& body, const Activation& a) { return isNamed(body, a, names) != save; }};
    });
  }
  const std::int64_t n = positiveNumber(text, argument);
  if (name == "segment") return segments(text, graph, n);
  const std::int64_t layers = layerCount(graph);
  return perLayer(text, graph, [&](std::int64_t layer) {
    bool checkpointed = layer < n;  // first_n
    if (name == "last_n") checkpointed = layer >= layers - n;
    if (name == "every_n") checkpointed = layer % n == (placement == Placement::first ? 0 : n - 1);
    return checkpointed ? full : store;
  });
}

[[noreturn]] void failUnknown(const std::string& text, std::string_view name) {
  std::vector<std::string> names;
  std::string list;
  for (const PolicyDescription& known : policyDescriptions()) {
    names.emplace_back(known.name);
    list += (list.empty() ? "" : ", ") + std::string(known.name) +
            (known.argument.empty() ? "" : ":" + std::string(known.argument));
  }
  for (const PolicyDescription& known : headPolicies()) names.emplace_back(known.name);
  const std::string shown = shortened(std::string(name), kShownBytes);  // no longer word is close to a known one
  fail("policy " + shortened(text, kShownBytes),
       "expected one of " + list + ", with /head_checkpoint or /head_chunked:N or without, or a JSON file",
       didYouMean(shown, names));
}

/// Whether a layer has scores, probabilities or repeated keys and values: what a flash kernel does without.
bool writesOutAttention(const ModelGraph& graph) {
  const std::vector<const BlockBody*> bodies = layerBodies(graph);
  return std::any_of(bodies.begin(), bodies.end(), [](const BlockBody* body) {
    return std::any_of(body->activations.begin(), body->activations.end(),
                       [](const Activation& a) { return a.role == Role::attention_internal; });
  });
}

/// A policy without a head part.
CheckpointPolicy layersPolicy(const std::string& text, const ModelGraph& graph, Placement placement) {
  const std::size_t colon = text.find(':');
  const std::string_view name = std::string_view(text).substr(0, colon);
  const LayerRule* rule = findLayerRule(name);
  const bool takes_argument = std::any_of(kArgumentPolicies.begin(), kArgumentPolicies.end(),
                                          [&](const PolicyDescription& known) { return known.name == name; });
  if (!rule && !takes_argument) failUnknown(text, name);
  if (rule && colon != std::string::npos) fail("policy " + text, "takes no argument", "write " + std::string(name));
  if (rule) return perLayer(text, graph, [&](std::int64_t) { return rule->rules(); });
  if (colon == std::string::npos)
    fail("policy " + text, "expected an argument",
         "write for example " + text + (name == "save" || name == "recompute" ? ":attention" : ":2"));
  return withArgument(text, name, std::string_view(text).substr(colon + 1), graph, placement);
}

}  // namespace

const std::vector<PolicyDescription>& policyDescriptions() {
  static const std::vector<PolicyDescription> all = [] {
    std::vector<PolicyDescription> rows;
    for (const LayerRule& rule : layerRules()) rows.push_back({rule.name, "", rule.summary});
    rows.insert(rows.end(), kArgumentPolicies.begin(), kArgumentPolicies.end());
    return rows;
  }();
  return all;
}

CheckpointPolicy makePolicy(const std::string& text, const ModelGraph& graph, Placement placement) {
  if (text.ends_with(".json")) return policyFromJson(readPolicyFile(text), text, graph, placement);
  const PolicyParts parts = splitPolicy(text);
  CheckpointPolicy policy = layersPolicy(parts.layers, graph, placement);
  policy.name = text;
  policy.blocks.back() = decideHead(graph, parts.head);
  return policy;
}

HeadPart headPartOf(const std::string& text) {
  return text.ends_with(".json") ? headPartOfJson(readPolicyFile(text), text) : splitPolicy(text).head;
}

std::string policyNote(const CheckpointPolicy& policy, const ModelGraph& graph) {
  const bool core_attention = policy.name == "core_attention" || policy.name.starts_with("core_attention/");
  if (core_attention && !writesOutAttention(graph))
    return "core_attention replays the attention kernel for its log-sum-exp alone: this " + graph.model_type +
           " model stores no scores that it could spare";
  for (int block = 0; block < graph.blockCount(); ++block)
    for (Decision decision : policy.blocks[block])
      if (decision != Decision::save) return {};
  if (policy.name == "store_all") return {};
  return policy.name + " recomputes nothing in a " + graph.model_type +
         " model of this size: it is the same as store_all";
}

std::string_view roleName(Role role) {
  const auto found =
      std::find_if(kRoleNames.begin(), kRoleNames.end(), [&](const auto& row) { return row.first == role; });
  return found == kRoleNames.end() ? "" : found->second;
}

}  // namespace remat
