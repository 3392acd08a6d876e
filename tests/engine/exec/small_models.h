// Small models of every family for tests: large enough to have every op, small enough to run in milliseconds.
#pragma once

#include <string>
#include <vector>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/error.h"
#include "engine/spec/model_config.h"

namespace remat::testing {

struct SmallModel {
  std::string name;
  std::string json;
};

inline const std::vector<SmallModel>& smallModels() {
  static const std::string llama =
      R"("vocab_size":61,"hidden_size":32,"intermediate_size":40,"num_hidden_layers":3,"num_attention_heads":4,)"
      R"("num_key_value_heads":2,"max_position_embeddings":64)";
  static const std::string bert =
      R"("vocab_size":61,"hidden_size":32,"intermediate_size":48,"num_hidden_layers":3,"num_attention_heads":4,)"
      R"("max_position_embeddings":66,"type_vocab_size":2,"hidden_dropout_prob":0.1,"attention_probs_dropout_prob":0.1)";
  static const std::vector<SmallModel> models = {
      {"llama", R"({"model_type":"llama","attention_dropout":0.1,)" + llama + "}"},
      {"llama_tied",
       R"({"model_type":"llama","tie_word_embeddings":true,"attention_bias":true,"mlp_bias":true,)" + llama + "}"},
      {"mistral", R"({"model_type":"mistral","sliding_window":4096,)" + llama + "}"},
      {"mistral_windowed", R"({"model_type":"mistral","sliding_window":5,)" + llama + "}"},
      {"qwen2", R"({"model_type":"qwen2",)" + llama + "}"},
      {"qwen3", R"({"model_type":"qwen3","head_dim":16,)" + llama + "}"},
      {"gpt2", R"({"model_type":"gpt2","vocab_size":61,"n_embd":32,"n_layer":3,"n_head":4,"n_positions":64})"},
      {"gpt2_relu",
       R"({"model_type":"gpt2","activation_function":"relu","vocab_size":61,"n_embd":32,"n_layer":3,"n_head":4,"n_positions":64})"},
      {"bert", R"({"model_type":"bert",)" + bert + "}"},
      {"roberta", R"({"model_type":"roberta",)" + bert + "}"},
  };
  return models;
}

inline ModelConfig smallConfig(const std::string& name) {
  for (const SmallModel& model : smallModels())
    if (model.name == name) return parseModelConfig(model.json, name, name);
  throw Error(ErrorKind::failed, name, "is no small model");
}

inline TrainingSpec smallSpec() {
  TrainingSpec spec;
  spec.batch_size = 2;
  spec.sequence_length = 12;
  spec.seed = 7;
  return spec;
}

/// One of every named policy.
inline const std::vector<std::string>& everyPolicy() {
  static const std::vector<std::string> policies = {"store_all",
                                                    "full",
                                                    "act_discard",
                                                    "norm_discard",
                                                    "cheap",
                                                    "core_attention",
                                                    "attention_block",
                                                    "ffn_block",
                                                    "save_attention_out",
                                                    "dots",
                                                    "offload_input",
                                                    "offload_all",
                                                    "offload_selected",
                                                    "every_n:2",
                                                    "first_n:1",
                                                    "last_n:2",
                                                    "segment:2",
                                                    "segment:3",
                                                    "head_checkpoint",
                                                    "full/head_checkpoint",
                                                    "save:attention+residual",
                                                    "recompute:mlp+norm_output"};
  return policies;
}

}  // namespace remat::testing
