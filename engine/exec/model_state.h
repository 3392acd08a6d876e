// The tensors of a model in training: parameters, their gradients, and the constants of a step.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/spec/model_config.h"
#include "engine/spec/model_graph.h"
#include "engine/spec/training_spec.h"

namespace remat {

struct ModelState {
  std::vector<at::Tensor> parameters;  ///< one per ModelGraph::parameters, leaves that require grad
  std::vector<at::Tensor> tables;      ///< one per ModelGraph::tables
};

using NamedTensors = std::map<std::string, at::Tensor>;

/// Random parameters (normal with the config's initializer_range; norms 1, biases 0) and random token ids and labels,
/// all from spec.seed. The tensors live in the current default allocator of the device.
[[nodiscard]] ModelState makeModelState(const ModelGraph& graph, const ModelConfig& config, const TrainingSpec& spec);

/// Moves parameters and tables to a device, before anything refers to them.
void moveTo(ModelState& state, c10::Device device);

/// Copies weights over the parameters; their names may be those of any Hugging Face file, see
/// engine/spec/weight_names.h. Throws Error(bad_input) for a parameter that is missing or has another shape, for two
/// different values of one tied weight, and for names that nobody knows, since they mean another model.
void loadParameters(ModelState& state, const ModelGraph& graph, const NamedTensors& weights, const std::string& where);

/// Replaces token ids ("input_ids") and labels ("labels", unshifted as transformers takes them; -100: none). Throws
/// Error(bad_input) for one that is missing, has another shape or a value out of range.
void loadInputs(ModelState& state, const ModelGraph& graph, const ModelConfig& config, const NamedTensors& inputs,
                const std::string& where);

/// fresh: drops all gradients; kept: zeroes them in place.
void resetGradients(ModelState& state, Gradients gradients);

/// Gradients with the names of their parameters; parameters without gradient are left out.
[[nodiscard]] NamedTensors gradientsOf(const ModelState& state, const ModelGraph& graph);

}  // namespace remat
