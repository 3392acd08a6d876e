// Watches a step op by op: for the memory and attribution passes and for tests. Never set while steps are timed.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/spec/schedule.h"

namespace remat {

class StepObserver {
 public:
  virtual ~StepObserver() = default;
  /// An op starts to run: forward, recompute or backward. Backward is announced once per op.
  virtual void began(Action action) = 0;
  /// A forward or replayed op has made an activation of a block.
  virtual void produced(int block, int activation, const at::Tensor& tensor) = 0;
  /// Forward is over, backward has not begun.
  virtual void forwardEnded() = 0;
};

}  // namespace remat
