// Which point of one run is which of another. For run_comparison.cpp and run_overlay.cpp only.
#pragma once

#include <vector>

#include "profiler/core/run.h"

namespace remat {

/// Null: that run has no such point.
struct PointPair {
  const PointResult* a = nullptr;
  const PointResult* b = nullptr;
};

/// In the order of A; then what only B has. The same model, setup and policy; on the same kind of device if there is
/// such a point.
[[nodiscard]] std::vector<PointPair> pairedPoints(const Run& run_a, const Run& run_b);

}  // namespace remat
