// What a Hugging Face config.json says about a model: sizes, features and regularisation, with the defaults of its
// family filled in. Sources: shared semantics of transformers 5.x (configuration_<family>.py); keys keep their
// Hugging Face spelling.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/spec/dtype.h"

namespace remat {

/// Rotary position frequencies: rope_type "default", "linear" or "llama3".
struct RopeParameters {
  std::string rope_type = "default";
  double rope_theta = 10000.0;
  double factor = 1.0;
  double low_freq_factor = 1.0;
  double high_freq_factor = 4.0;
  double original_max_position_embeddings = 8192;
  bool operator==(const RopeParameters&) const = default;
};

struct ModelConfig {
  std::string name;        ///< for people and records: the file's name without ".json", or its folder's for config.json
  std::string model_type;  ///< "llama", "gpt2", ...
  std::int64_t vocab_size = 0;
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t num_hidden_layers = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t max_position_embeddings = 0;
  std::int64_t type_vocab_size = 0;
  std::int64_t num_labels = 2;
  std::int64_t pad_token_id = -1;  ///< -1: none; its embedding row gets no gradient
  std::string hidden_act;          ///< "silu", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu"
  double norm_eps = 1e-6;
  double initializer_range = 0.02;
  bool tie_word_embeddings = false;
  bool attention_bias = false;         ///< on q, k, v
  bool attention_output_bias = false;  ///< on o
  bool mlp_bias = false;
  bool qk_norm = false;  ///< RMSNorm over head_dim on q and k (qwen3)
  RopeParameters rope;
  std::optional<std::int64_t> sliding_window;  ///< in tokens; absent: every layer sees everything
  std::int64_t first_sliding_layer = 0;        ///< layers from here on are windowed, if sliding_window is there
  double embedding_dropout = 0.0;
  double hidden_dropout = 0.0;
  double attention_dropout = 0.0;
  double classifier_dropout = 0.0;
  std::optional<std::string> architecture;        ///< first entry of "architectures", if any
  std::map<std::string, std::string> other_keys;  ///< keys that decide nothing here, as JSON text
  bool operator==(const ModelConfig&) const = default;
};

/// Reads and checks a config.json. Throws Error(bad_input) naming file, JSON pointer, expected and found.
/// Bare NaN and Infinity, unknown keys and nulls are accepted where transformers accepts them.
[[nodiscard]] ModelConfig loadModelConfig(const std::filesystem::path& path);

/// The text of a config file; throws Error(bad_input) for one that cannot be read or is larger than 4 MiB.
[[nodiscard]] std::string readConfigText(const std::filesystem::path& path);
/// What a model is called: the name of its file, or of its folder for a config.json.
[[nodiscard]] std::string configName(const std::filesystem::path& path);

/// The same for text already in memory; `where` names it in messages.
[[nodiscard]] ModelConfig parseModelConfig(std::string_view text, const std::string& where, const std::string& name);

/// model_type values that can be built, sorted.
/// A note for people if sequences of this length are longer than the model is made for, else empty. Models that look
/// positions up in a table refuse such a length; rotary ones go on.
[[nodiscard]] std::string sequenceNote(const ModelConfig& config, std::int64_t sequence_length);

[[nodiscard]] std::vector<std::string> supportedModelTypes();

}  // namespace remat
