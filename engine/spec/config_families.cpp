#include "engine/spec/config_families.h"

namespace remat {
namespace {

constexpr ConfigKeys kLlamaKeys{.num_key_value_heads = "num_key_value_heads",
                                .head_dim = "head_dim",
                                .pad_token_id = "pad_token_id",
                                .norm_eps = "rms_norm_eps",
                                .attention_dropout = "attention_dropout"};

ConfigFamily llama() {
  ConfigFamily family;
  ModelConfig& defaults = family.defaults;
  defaults.model_type = "llama";
  defaults.vocab_size = 32000;
  defaults.hidden_size = 4096;
  defaults.intermediate_size = 11008;
  defaults.num_hidden_layers = 32;
  defaults.num_attention_heads = 32;
  defaults.max_position_embeddings = 2048;
  defaults.hidden_act = "silu";
  defaults.norm_eps = 1e-6;
  family.keys = kLlamaKeys;
  family.keys.attention_bias = "attention_bias";
  family.keys.mlp_bias = "mlp_bias";
  family.rotary = true;
  return family;
}

ConfigFamily mistral() {
  ConfigFamily family = llama();
  family.defaults.model_type = "mistral";
  family.defaults.intermediate_size = 14336;
  family.defaults.num_key_value_heads = 8;
  family.defaults.max_position_embeddings = 131072;
  family.defaults.sliding_window = 4096;
  family.keys = kLlamaKeys;  // bias keys in a file are ignored: the modules have none
  family.sliding_window = SlidingWindow::always;
  family.heads_divide_hidden_size = false;
  return family;
}

ConfigFamily qwen2() {
  ConfigFamily family = mistral();
  family.defaults.model_type = "qwen2";
  family.defaults.vocab_size = 151936;
  family.defaults.intermediate_size = 22016;
  family.defaults.num_key_value_heads = 32;
  family.defaults.max_position_embeddings = 32768;
  family.defaults.attention_bias = true;  // q, k and v have one, o has none, whatever a file says
  family.sliding_window = SlidingWindow::opt_in;
  family.max_window_layers = 28;
  return family;
}

ConfigFamily qwen3() {
  ConfigFamily family = qwen2();
  family.defaults.model_type = "qwen3";
  family.defaults.head_dim = 128;
  family.defaults.attention_bias = false;
  family.defaults.qk_norm = true;
  family.keys.attention_bias = "attention_bias";
  return family;
}

ConfigFamily bert() {
  ConfigFamily family;
  ModelConfig& defaults = family.defaults;
  defaults.model_type = "bert";
  defaults.vocab_size = 30522;
  defaults.hidden_size = 768;
  defaults.intermediate_size = 3072;
  defaults.num_hidden_layers = 12;
  defaults.num_attention_heads = 12;
  defaults.max_position_embeddings = 512;
  defaults.type_vocab_size = 2;
  defaults.pad_token_id = 0;
  defaults.hidden_act = "gelu";
  defaults.norm_eps = 1e-12;
  defaults.tie_word_embeddings = true;
  defaults.attention_bias = true;
  defaults.attention_output_bias = true;
  defaults.mlp_bias = true;
  defaults.embedding_dropout = 0.1;
  defaults.hidden_dropout = 0.1;
  defaults.attention_dropout = 0.1;
  defaults.classifier_dropout = -1.0;
  family.keys.type_vocab_size = "type_vocab_size";
  family.keys.pad_token_id = "pad_token_id";
  family.keys.norm_eps = "layer_norm_eps";
  family.keys.embedding_dropout = "hidden_dropout_prob";
  family.keys.hidden_dropout = "hidden_dropout_prob";
  family.keys.attention_dropout = "attention_probs_dropout_prob";
  family.keys.classifier_dropout = "classifier_dropout";
  family.required = {{"is_decoder", false},
                     {"add_cross_attention", false},
                     {"position_embedding_type", std::string_view("absolute")},
                     {"chunk_size_feed_forward", std::int64_t{0}}};
  return family;
}

ConfigFamily roberta() {
  ConfigFamily family = bert();
  family.defaults.model_type = "roberta";
  family.defaults.vocab_size = 50265;
  family.defaults.pad_token_id = 1;
  family.positions_follow_padding = true;
  return family;
}

ConfigFamily gpt2() {
  ConfigFamily family;
  ModelConfig& defaults = family.defaults;
  defaults.model_type = "gpt2";
  defaults.vocab_size = 50257;
  defaults.hidden_size = 768;
  defaults.num_hidden_layers = 12;
  defaults.num_attention_heads = 12;
  defaults.max_position_embeddings = 1024;
  defaults.hidden_act = "gelu_new";
  defaults.norm_eps = 1e-5;
  defaults.tie_word_embeddings = true;
  defaults.attention_bias = true;
  defaults.attention_output_bias = true;
  defaults.mlp_bias = true;
  defaults.embedding_dropout = 0.1;
  defaults.hidden_dropout = 0.1;
  defaults.attention_dropout = 0.1;
  // No pad_token_id: the embedding of gpt2 has no padding row.
  family.keys = {.hidden_size = "n_embd",
                 .intermediate_size = "n_inner",
                 .num_hidden_layers = "n_layer",
                 .num_attention_heads = "n_head",
                 .max_position_embeddings = "n_positions",
                 .hidden_act = "activation_function",
                 .norm_eps = "layer_norm_epsilon",
                 .embedding_dropout = "embd_pdrop",
                 .hidden_dropout = "resid_pdrop",
                 .attention_dropout = "attn_pdrop"};
  family.aliases = {{"hidden_size", "n_embd"},
                    {"num_hidden_layers", "n_layer"},
                    {"num_attention_heads", "n_head"},
                    {"max_position_embeddings", "n_positions"}};
  family.required = {{"scale_attn_weights", true},
                     {"scale_attn_by_inverse_layer_idx", false},
                     {"reorder_and_upcast_attn", false},
                     {"add_cross_attention", false}};
  return family;
}

}  // namespace

const std::vector<ConfigFamily>& configFamilies() {
  static const std::vector<ConfigFamily> families = {bert(), gpt2(), llama(), mistral(), qwen2(), qwen3(), roberta()};
  return families;
}

}  // namespace remat
