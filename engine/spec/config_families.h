// How each model family spells, defaults and restricts its config.json, as data. A new family is a new row here.
// Source: configuration_<family>.py and modeling_<family>.py of transformers 5.23.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/spec/model_config.h"

namespace remat {

/// Hugging Face key behind each ModelConfig field. Empty: the family has no such key, its default always holds.
struct ConfigKeys {
  std::string_view hidden_size = "hidden_size";
  std::string_view intermediate_size = "intermediate_size";
  std::string_view num_hidden_layers = "num_hidden_layers";
  std::string_view num_attention_heads = "num_attention_heads";
  std::string_view num_key_value_heads{};
  std::string_view head_dim{};
  std::string_view max_position_embeddings = "max_position_embeddings";
  std::string_view type_vocab_size{};
  std::string_view pad_token_id{};
  std::string_view hidden_act = "hidden_act";
  std::string_view norm_eps{};
  std::string_view attention_bias{};
  std::string_view mlp_bias{};
  std::string_view embedding_dropout{};
  std::string_view hidden_dropout{};
  std::string_view attention_dropout{};
  std::string_view classifier_dropout{};
};

/// A key that may only have one value, because the others change the computation in a way that is not implemented.
struct RequiredValue {
  std::string_view key{};
  std::variant<bool, std::int64_t, std::string_view> value;
};

/// none: every layer sees everything. always: sliding_window holds unless null. opt_in: only with use_sliding_window,
/// and only from layer max_window_layers on.
enum class SlidingWindow : std::uint8_t { none, always, opt_in };

struct ConfigFamily {
  /// What an empty config of this model_type means. Derived when not given: num_key_value_heads 0 (number of heads),
  /// head_dim 0 (hidden_size / heads), intermediate_size 0 (4 * hidden_size), negative classifier_dropout
  /// (hidden_dropout).
  ModelConfig defaults;
  ConfigKeys keys;
  std::vector<std::pair<std::string_view, std::string_view>> aliases;  ///< other name -> key
  std::vector<RequiredValue> required;
  SlidingWindow sliding_window = SlidingWindow::none;
  std::int64_t max_window_layers = 0;     ///< default of the key of that name, with SlidingWindow::opt_in
  bool rotary = false;                    ///< rotary position embedding; else a learned table of positions
  bool heads_divide_hidden_size = true;   ///< even if head_dim is given
  bool positions_follow_padding = false;  ///< first position is pad_token_id + 1, so pad_token_id must be there
};

/// Sorted by model_type.
[[nodiscard]] const std::vector<ConfigFamily>& configFamilies();

}  // namespace remat
