// Proof that a policy is legal: its loss and gradients against those of store_all with the same parameters, inputs and
// random state. The copies live outside torch's allocator, so they do not show in what is measured. They are compared
// on the device, parameter by parameter, where a host would need seconds for a billion of them; that takes memory for a
// moment, so a memory cap should be lifted meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/exec/model_state.h"
#include "profiler/core/records.h"

namespace remat {

/// False if the loss or any element of a gradient is NaN or infinite.
[[nodiscard]] bool isFinite(const ModelState& state, double loss);

/// Loss and gradients of one step, copied byte for byte.
class GradientSnapshot {
 public:
  /// `precision`: of the step, whose gradients are float32 in mixed precision too, but sums of 16-bit products.
  GradientSnapshot(const ModelState& state, double loss, Precision precision = Precision::float32);

  struct Comparison {
    GradientVerdict verdict = GradientVerdict::not_checked;
    double max_relative_difference = 0.0;  ///< largest |a - b|, see relativeDifference in the source
  };
  /// Compares what `state` holds now. within_tolerance: at most 1e-5 relative in float32, 1e-3 in tf32,
  /// 1e-2 in bfloat16 and in mixed precision.
  [[nodiscard]] Comparison compare(const ModelState& state, double loss) const;

 private:
  double loss_;
  Precision precision_;
  std::vector<std::vector<std::byte>> gradients_;  ///< one per parameter; empty without gradient
};

}  // namespace remat
