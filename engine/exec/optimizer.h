// The optimizer step: torch's fused kernels over all parameters that have a gradient.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/exec/model_state.h"
#include "engine/spec/training_spec.h"

namespace remat {

class OptimizerState {
 public:
  explicit OptimizerState(Optimizer kind) : kind_(kind) {}

  /// Allocates the state (AdamW: two moments in the parameter's dtype and a step count each); done by the first step
  /// otherwise.
  void allocate(const ModelState& state);
  /// Updates every parameter that has a gradient. With a learning rate of 0 all kernels run and no parameter changes,
  /// so that the steps of different policies can be compared bit by bit; weight decay is 0.01, betas 0.9 and 0.999.
  void step(ModelState& state, double learning_rate);

  [[nodiscard]] const std::vector<at::Tensor>& tensors() const { return all_; }

 private:
  Optimizer kind_;
  std::vector<at::Tensor> first_moments_, second_moments_, step_counts_;  ///< one per parameter
  std::vector<at::Tensor> all_;
};

}  // namespace remat
