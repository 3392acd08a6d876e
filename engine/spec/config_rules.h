// Reading the parts of a config.json that are rules rather than plain keys, and checking that the whole can be built.
// Used by model_config.cpp only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/spec/config_families.h"
#include "engine/spec/config_reader.h"
#include "engine/spec/model_config.h"

namespace remat {

/// rope_parameters (transformers 5), else rope_theta and rope_scaling (transformers 4). Needs
/// max_position_embeddings. Keys of the scaling that decide nothing go to other_keys as "rope_scaling/<key>".
void readRope(ConfigReader& reader, const ConfigFamily& family, ModelConfig& config);

/// sliding_window, use_sliding_window, max_window_layers and layer_types. Needs num_hidden_layers.
void readSlidingWindow(ConfigReader& reader, const ConfigFamily& family, ModelConfig& config);

/// For messages: the value, marked as a default when the file does not give it.
[[nodiscard]] std::string shownOrDefault(const ConfigReader& reader, std::string_view key, std::int64_t value);

/// Divisibility, rotary halves, room for positions, and sizes whose products a count of bytes can hold.
void checkArchitecture(const ConfigReader& reader, const ConfigFamily& family, const ModelConfig& config);

}  // namespace remat
