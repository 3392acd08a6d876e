#include "engine/spec/weight_names.h"

#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "engine/spec/error.h"

namespace remat {
namespace {

struct TiedName {
  std::string_view other;  ///< what files call the weight, too, if the config ties it
  std::string_view name;   ///< what the graph calls it
};

struct FamilyNames {
  std::string_view model_type;
  std::string_view base_prefix;  ///< names in a file of the base model lack it
  std::array<TiedName, 2> tied;
  /// Last parts of names that are no parameters of today's classes: buffers that are computed, not loaded.
  std::array<std::string_view, 2> buffers;
  /// Last parts of the parameters of heads that a file may have besides the one that is trained.
  std::array<std::string_view, 2> other_heads;
};

constexpr std::array<std::string_view, 2> kNoHeads{};
constexpr std::array<TiedName, 2> kLlamaTied{{{"lm_head.weight", "model.embed_tokens.weight"}}};
constexpr std::array<std::string_view, 2> kRotary{"rotary_emb.inv_freq"};

constexpr std::array kFamilies = {
    FamilyNames{"llama", "model.", kLlamaTied, kRotary, kNoHeads},
    FamilyNames{"mistral", "model.", kLlamaTied, kRotary, kNoHeads},
    FamilyNames{"qwen2", "model.", kLlamaTied, kRotary, kNoHeads},
    FamilyNames{"qwen3", "model.", kLlamaTied, kRotary, kNoHeads},
    FamilyNames{"gpt2",
                "transformer.",
                {{{"lm_head.weight", "transformer.wte.weight"}}},
                {"attn.bias", "attn.masked_bias"},  // causal masks
                kNoHeads},
    FamilyNames{"bert",
                "bert.",
                {{{"cls.predictions.decoder.weight", "bert.embeddings.word_embeddings.weight"},
                  {"cls.predictions.decoder.bias", "cls.predictions.bias"}}},
                {"embeddings.position_ids"},
                {"pooler.dense", "cls.seq_relationship"}},
    FamilyNames{"roberta",
                "roberta.",
                {{{"lm_head.decoder.weight", "roberta.embeddings.word_embeddings.weight"},
                  {"lm_head.decoder.bias", "lm_head.bias"}}},
                {"embeddings.position_ids"},
                {"pooler.dense"}},
};

const FamilyNames& familyOf(const ModelGraph& graph) {
  for (const FamilyNames& family : kFamilies)
    if (family.model_type == graph.model_type) return family;
  throw Error(ErrorKind::failed, graph.model_type, "weights of this model type cannot be read",
              "it needs a row in weight_names.cpp");
}

/// Whether the last dotted parts of a name are `parts`.
bool endsWithParts(std::string_view name, std::string_view parts) {
  if (parts.empty() || !name.ends_with(parts)) return false;
  return name.size() == parts.size() || name[name.size() - parts.size() - 1] == '.';
}

bool isBuffer(const FamilyNames& family, std::string_view name) {
  for (const std::string_view buffer : family.buffers)
    if (endsWithParts(name, buffer)) return true;
  return false;
}

bool isOfOtherHead(const FamilyNames& family, std::string_view name) {
  const std::string_view module = name.substr(0, name.rfind('.'));  // without .weight or .bias
  for (const std::string_view head : family.other_heads)
    if (endsWithParts(module, head)) return true;
  return false;
}

/// TensorFlow's names of what a LayerNorm learns, as the first BERT files have them.
std::string withoutTensorFlowSpelling(std::string name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kSpellings{
      {{"LayerNorm.gamma", "weight"}, {"LayerNorm.beta", "bias"}}};
  for (const auto& [old_parts, now] : kSpellings)
    if (endsWithParts(name, old_parts)) return name.substr(0, name.rfind('.') + 1).append(now);
  return name;
}

/// The graph's parameters by name, and what other names lead to them.
class ParametersByName {
 public:
  ParametersByName(const ModelGraph& graph, const FamilyNames& family) : family_(family) {
    for (std::size_t i = 0; i < graph.parameters.size(); ++i) index_.emplace(graph.parameters[i].name, i);
    for (const TiedName& tied : family.tied)
      if (const auto found = index_.find(std::string(tied.name)); found != index_.end() && !tied.other.empty())
        index_.emplace(tied.other, found->second);  // nothing where the graph has both: then they are not tied
  }

  /// The parameter that a name of a file means, if any.
  [[nodiscard]] std::optional<std::size_t> find(const std::string& file_name) const {
    const std::string name = withoutTensorFlowSpelling(file_name);
    const std::string prefix(family_.base_prefix);
    for (const std::string& spelling :
         {name, prefix + name, name.starts_with(prefix) ? name.substr(prefix.size()) : ""})
      if (const auto found = index_.find(spelling); found != index_.end()) return found->second;
    return std::nullopt;
  }

 private:
  const FamilyNames& family_;
  std::unordered_map<std::string, std::size_t> index_;
};

std::string firstOf(const std::vector<std::string>& names) {
  return names.front() + (names.size() > 1 ? " (and " + std::to_string(names.size() - 1) + " more)" : "");
}

void checkNothingIsMissing(const ModelGraph& graph, const FamilyNames& family, const WeightNames& found,
                           const std::vector<std::string>& unknown, const std::string& where) {
  std::vector<std::string> missing;
  bool head_only = true;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i].empty()) continue;
    const std::string& name = missing.emplace_back(graph.parameters[i].name);
    head_only = head_only && (!name.starts_with(family.base_prefix) || isOfOtherHead(family, name));
  }
  if (missing.empty()) return;
  const std::string instead = unknown.empty() ? "" : ", but has " + firstOf(unknown);
  throw Error(ErrorKind::bad_input, where, "has no tensor " + firstOf(missing) + instead,
              head_only ? "the file is of a model without the head of " + graph.architecture +
                              ": save one from that class, or choose another head with --head"
                        : "weights need the names of the Hugging Face state dict of this config");
}

}  // namespace

WeightNames matchWeightNames(const ModelGraph& graph, const std::vector<std::string>& names, const std::string& where) {
  const FamilyNames& family = familyOf(graph);
  const ParametersByName parameters(graph, family);
  WeightNames found(graph.parameters.size());
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    if (const auto parameter = parameters.find(name))
      found[*parameter].push_back(name);
    else if (!isBuffer(family, name) && !isOfOtherHead(family, name))
      unknown.push_back(name);
  }
  checkNothingIsMissing(graph, family, found, unknown, where);
  if (!unknown.empty())
    throw Error(ErrorKind::bad_input, where, "has a tensor that this model does not have: " + firstOf(unknown),
                "is it the file of another config, or of more layers?");
  return found;
}

}  // namespace remat
