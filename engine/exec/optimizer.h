// The optimizer step: torch's fused kernels over all parameters that have a gradient.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/exec/loss_scaler.h"
#include "engine/exec/model_state.h"
#include "engine/spec/training_spec.h"

namespace remat {

class OptimizerState {
 public:
  /// `scales_loss`: train as float16 has to be (LossScaler).
  explicit OptimizerState(Optimizer kind, bool scales_loss = false) : kind_(kind), scales_loss_(scales_loss) {}

  /// Allocates the state (AdamW: two moments in the parameter's dtype and a step count each); done by the first step
  /// otherwise.
  void allocate(const ModelState& state);
  /// Updates every parameter that has a gradient. With a learning rate of 0 all kernels run and no parameter changes,
  /// so that the steps of different policies can be compared bit by bit; weight decay is 0.01, betas 0.9 and 0.999.
  void step(ModelState& state, double learning_rate);

  /// Whether gradients are computed times a scale, and only step() divides them by it.
  [[nodiscard]] bool scalesLoss() const { return scales_loss_; }
  /// The loss's own gradient, a float32 scalar; undefined if it is 1.
  [[nodiscard]] at::Tensor lossScale(const ModelState& state);
  /// Whether the last step was left out because a gradient was not finite. Waits for the device.
  [[nodiscard]] bool leftOut() const;

  [[nodiscard]] const std::vector<at::Tensor>& tensors() const { return all_; }

 private:
  void stepSgd(ModelState& state, double learning_rate);
  void stepAdamw(ModelState& state, double learning_rate);
  [[nodiscard]] std::optional<at::Tensor> foundInf() const;

  Optimizer kind_;
  bool scales_loss_;
  std::optional<LossScaler> scaler_;
  std::vector<at::Tensor> first_moments_, second_moments_, step_counts_;  ///< one per parameter
  std::vector<at::Tensor> all_;
};

}  // namespace remat
