// Small graphs and the ways to look into them that the tests of engine/spec share.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/error.h"
#include "engine/spec/schedule.h"

namespace remat {

inline const std::vector<std::string>& families() {
  static const std::vector<std::string> names = {"llama", "mistral", "qwen2", "qwen3", "gpt2", "bert", "roberta"};
  return names;
}

/// Two layers, hidden size 8, two heads; more members of the config may follow: R"("attention_bias": true)".
inline ModelConfig smallConfig(const std::string& model_type, const std::string& members = {}) {
  std::string json = R"({"model_type": ")" + model_type + R"(", "vocab_size": 11)";
  if (model_type == "gpt2")
    json += R"(, "n_embd": 8, "n_layer": 2, "n_head": 2, "n_positions": 16)";
  else
    json += R"(, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12)"
            R"(, "max_position_embeddings": 16)";
  if (model_type == "llama" || model_type == "mistral" || model_type.starts_with("qwen"))
    json += R"(, "num_key_value_heads": 1)";
  if (model_type == "qwen3") json += R"(, "head_dim": 4)";
  return parseModelConfig(json + (members.empty() ? "" : ", " + members) + "}", "small", "small");
}

inline TrainingSpec smallSpec() {
  TrainingSpec spec;
  spec.batch_size = 2;
  spec.sequence_length = 5;
  return spec;
}

inline ModelGraph smallGraph(const std::string& model_type, const TrainingSpec& spec = smallSpec(),
                             Backend backend = Backend::cpu) {
  return buildModelGraph(smallConfig(model_type), spec, backend);
}

inline int firstLayer(const ModelGraph& graph) {
  int block = 0;
  while (graph.blocks.at(block).kind != BlockKind::layer) ++block;
  return block;
}

inline const BlockBody& layerBody(const ModelGraph& graph) { return graph.body(firstLayer(graph)); }

inline int activationNamed(const BlockBody& body, const std::string& name) {
  for (std::size_t i = 0; i < body.activations.size(); ++i)
    if (body.activations[i].name == name) return static_cast<int>(i);
  throw std::out_of_range("no activation is named " + name);
}

inline int opNamed(const BlockBody& body, const std::string& name) {
  for (std::size_t i = 0; i < body.ops.size(); ++i)
    if (body.ops[i].name == name) return static_cast<int>(i);
  throw std::out_of_range("no op is named " + name);
}

/// Text of the Error(kind) that a call throws; another text if it throws none or another kind.
inline std::string errorOf(ErrorKind kind, const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind() == kind ? error.what() : "an error of another kind: " + std::string(error.what());
  }
  return "no error";
}

}  // namespace remat
