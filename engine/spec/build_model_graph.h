// From a config and a training spec to the model as data.
#pragma once

#include "engine/spec/model_config.h"
#include "engine/spec/model_graph.h"
#include "engine/spec/training_spec.h"

namespace remat {

/// The graph of one training step's forward. `spec` decides head, number of layers, spellings, dropout, precision and
/// whether a sliding window is shorter than the sequence. Throws Error(usage) if spec and config do not fit.
[[nodiscard]] ModelGraph buildModelGraph(const ModelConfig& config, const TrainingSpec& spec,
                                         Backend backend = Backend::cpu);

}  // namespace remat
