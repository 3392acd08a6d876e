#include "engine/spec/config_rules.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace remat {
namespace {

// 2^40 elements are 4 TiB in float32, in one matrix; 2^50 parameters with optimizer state are 16 PiB. Both lie far
// beyond any model, and keep every sum of bytes inside int64.
constexpr double kMaxMatrixElements = 0x1p40;
constexpr double kMaxParameters = 0x1p50;

constexpr double kHuge = 1e30;
constexpr NumberRange kAboveZero{std::numeric_limits<double>::min(), kHuge, "a number above 0"};
constexpr NumberRange kAtLeastOne{1.0, kHuge, "a number of at least 1"};

constexpr const char* kSizesRemedy = "correct the sizes in the file";

void readScaling(ConfigReader& scaling, ModelConfig& config) {
  RopeParameters& rope = config.rope;
  for (const std::string_view layer_type : {"full_attention", "sliding_attention"}) {
    if (scaling.has(layer_type)) {
      scaling.fail(layer_type, "absent", "give one set of values for all layers, one per layer type is not supported");
    }
  }
  scaling.readString("type", rope.rope_type);  // the older name
  const std::string_view key = scaling.readString("rope_type", rope.rope_type) ? "rope_type" : "type";
  scaling.readNumber("rope_theta", rope.rope_theta, kAboveZero);
  constexpr std::array<std::string_view, 3> kTypes = {"default", "linear", "llama3"};
  if (std::find(kTypes.begin(), kTypes.end(), rope.rope_type) == kTypes.end()) {
    scaling.fail(key, "one of default, linear, llama3",
                 "remove the object to train unscaled, other ways of scaling are not supported");
  }
  if (rope.rope_type == "default") return;
  const auto readNeeded = [&](std::string_view name, double& value, NumberRange range) {
    if (!scaling.has(name)) {
      scaling.fail(name, std::string(range.text), "rope_type " + rope.rope_type + " has no default for it");
    }
    scaling.readNumber(name, value, range);
  };
  readNeeded("factor", rope.factor, kAtLeastOne);
  if (rope.rope_type == "linear") return;
  readNeeded("low_freq_factor", rope.low_freq_factor, kAboveZero);
  readNeeded("high_freq_factor", rope.high_freq_factor, kAboveZero);
  rope.original_max_position_embeddings = static_cast<double>(config.max_position_embeddings);
  scaling.readNumber("original_max_position_embeddings", rope.original_max_position_embeddings, kAtLeastOne);
  if (rope.high_freq_factor <= rope.low_freq_factor) {
    scaling.fail("high_freq_factor", "above low_freq_factor " + scaling.shown("low_freq_factor"),
                 "correct one of the two");
  }
}

/// One entry per layer. Only "full first, then windowed" can be said with first_sliding_layer.
void applyLayerTypes(const ConfigReader& reader, const std::vector<std::string>& types, ModelConfig& config) {
  const auto layers = static_cast<std::int64_t>(types.size());
  if (layers != config.num_hidden_layers) {
    reader.fail("layer_types", "a list of num_hidden_layers " + std::to_string(config.num_hidden_layers) + " entries",
                "correct one of the two, or remove layer_types");
  }
  for (const std::string& type : types) {
    if (type == "full_attention" || type == "sliding_attention") continue;
    reader.fail("layer_types", "full_attention or sliding_attention in every entry", "other layers are not supported",
                "\"" + type.substr(0, 40) + "\"");
  }
  const auto first = std::find(types.begin(), types.end(), "sliding_attention");
  if (first == types.end()) {
    config.sliding_window.reset();
    return;
  }
  if (!config.sliding_window) {
    reader.fail("layer_types", "full_attention everywhere when no sliding window is on",
                "set sliding_window, and use_sliding_window if the family has it", "sliding_attention");
  }
  if (std::find(first, types.end(), "full_attention") != types.end()) {
    reader.fail("layer_types", "full_attention layers first and sliding_attention layers last",
                "remove layer_types to use max_window_layers, mixed orders are not supported", "a mixed order");
  }
  config.first_sliding_layer = first - types.begin();
}

double parameterEstimate(const ModelConfig& config) {
  const auto hidden = static_cast<double>(config.hidden_size);
  const double queries = static_cast<double>(config.num_attention_heads) * static_cast<double>(config.head_dim);
  const double layer = hidden * (4.0 * queries + 3.0 * static_cast<double>(config.intermediate_size));
  const double tables = static_cast<double>(config.vocab_size) * 2.0 + static_cast<double>(config.type_vocab_size);
  return static_cast<double>(config.num_hidden_layers) * layer + tables * hidden;
}

void checkProducts(const ConfigReader& reader, const ConfigFamily& family, const ModelConfig& config) {
  struct Rows {
    std::string_view key;
    std::int64_t count;
    std::int64_t head_dim = 1;
  };
  const ConfigKeys& keys = family.keys;
  // A rotary model has no table of positions.
  const std::int64_t positions = family.rotary ? 1 : config.max_position_embeddings;
  const std::array<Rows, 7> matrices = {{{"vocab_size", config.vocab_size},
                                         {keys.intermediate_size, config.intermediate_size},
                                         {keys.hidden_size, config.hidden_size},
                                         {keys.max_position_embeddings, positions},
                                         {keys.type_vocab_size, config.type_vocab_size},
                                         {"num_labels", config.num_labels},
                                         {keys.num_attention_heads, config.num_attention_heads, config.head_dim}}};
  for (const auto& [key, count, head_dim] : matrices) {
    const double elements =
        static_cast<double>(count) * static_cast<double>(head_dim) * static_cast<double>(config.hidden_size);
    if (elements <= kMaxMatrixElements) continue;
    const std::string heads = head_dim == 1 ? "" : " * head_dim " + std::to_string(head_dim);
    reader.fail(key,
                "small enough for " + std::string(key) + heads + " * " + std::string(keys.hidden_size) + " " +
                    std::to_string(config.hidden_size) + " elements to be at most 2^40",
                kSizesRemedy, shownOrDefault(reader, key, count));
  }
  if (parameterEstimate(config) > kMaxParameters) {
    reader.fail(keys.num_hidden_layers, "small enough for a model of at most 2^50 parameters", kSizesRemedy,
                shownOrDefault(reader, keys.num_hidden_layers, config.num_hidden_layers));
  }
}

}  // namespace

void readRope(ConfigReader& reader, const ConfigFamily& family, ModelConfig& config) {
  if (!family.rotary) return;
  reader.readNumber("rope_theta", config.rope.rope_theta, kAboveZero);
  for (const std::string_view key : {"rope_parameters", "rope_scaling"}) {
    std::optional<ConfigReader> scaling = reader.takeObject(key);
    if (!scaling) continue;
    readScaling(*scaling, config);
    for (auto& [name, text] : scaling->unusedKeys()) config.other_keys.emplace(std::string(key) + "/" + name, text);
    return;  // an unread rope_scaling stays visible in other_keys
  }
}

void readSlidingWindow(ConfigReader& reader, const ConfigFamily& family, ModelConfig& config) {
  if (family.sliding_window == SlidingWindow::none) return;
  bool on = family.sliding_window == SlidingWindow::always;
  if (!on) reader.readBool("use_sliding_window", on);
  if (on) {
    std::int64_t window = config.sliding_window.value_or(0);
    reader.readInteger("sliding_window", window, {}, 0);
    config.sliding_window = window == 0 ? std::nullopt : std::optional(window);
  } else {
    config.sliding_window.reset();  // and whatever the keys say is not looked at: transformers does not either
  }
  if (on && family.sliding_window == SlidingWindow::opt_in) {
    config.first_sliding_layer = family.max_window_layers;
    reader.readInteger("max_window_layers", config.first_sliding_layer, {.min = 0});
  }
  if (const auto types = reader.strings("layer_types")) applyLayerTypes(reader, *types, config);
}

std::string shownOrDefault(const ConfigReader& reader, std::string_view key, std::int64_t value) {
  return (reader.has(key) ? "" : "the default ") + std::to_string(value);
}

void checkArchitecture(const ConfigReader& reader, const ConfigFamily& family, const ModelConfig& config) {
  const ConfigKeys& keys = family.keys;
  if (config.num_attention_heads % config.num_key_value_heads != 0) {
    reader.fail(
        keys.num_key_value_heads,
        "a divisor of " + std::string(keys.num_attention_heads) + " " + std::to_string(config.num_attention_heads),
        "every key-value head serves the same number of heads",
        shownOrDefault(reader, keys.num_key_value_heads, config.num_key_value_heads));
  }
  if (family.rotary && config.head_dim % 2 != 0) {
    reader.fail(reader.has(keys.head_dim) ? keys.head_dim : keys.num_attention_heads, "such that head_dim is even",
                "correct the sizes in the file, because rotary positions turn pairs of values",
                "head_dim " + std::to_string(config.head_dim));
  }
  if (family.positions_follow_padding && config.max_position_embeddings <= config.pad_token_id + 1) {
    reader.fail(keys.max_position_embeddings, "above pad_token_id " + std::to_string(config.pad_token_id) + " + 1",
                "positions start after the padding index",
                shownOrDefault(reader, keys.max_position_embeddings, config.max_position_embeddings));
  }
  checkProducts(reader, family, config);
}

}  // namespace remat
