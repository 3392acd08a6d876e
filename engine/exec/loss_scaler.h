// Loss scaling for float16: gradients too small for it are computed times a scale and divided by it afterwards. By the
// rules and with the numbers of torch.amp.GradScaler.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "engine/exec/model_state.h"

namespace remat {

class LossScaler {
 public:
  explicit LossScaler(c10::Device device);

  /// The loss's own gradient: a float32 scalar.
  [[nodiscard]] const at::Tensor& scale() const { return scale_; }
  /// Divides every gradient by the scale and notes whether one is not finite.
  void unscale(ModelState& state);
  /// float32 scalar: 1 if a gradient was not finite at the last unscale, and the optimizer has to leave the step out.
  [[nodiscard]] const at::Tensor& foundInf() const { return found_inf_; }
  /// Halves the scale after such a step, doubles it after 2,000 others.
  void update();

 private:
  at::Tensor scale_, growth_tracker_, found_inf_;
};

}  // namespace remat
