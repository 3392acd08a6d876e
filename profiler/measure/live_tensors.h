// The list of what was alive at a peak, short enough to read, and still adding up by category.
#pragma once

#include <cstddef>
#include <vector>

#include "profiler/core/records.h"

namespace remat {

/// The `listed` largest tensors, largest first; then one row per category for its smaller ones ("12 smaller
/// activations"), a single smaller one under its own name. The bytes of each category stay what they were.
[[nodiscard]] std::vector<LiveTensor> withSmallerSummedUp(std::vector<LiveTensor> tensors, std::size_t listed);

}  // namespace remat
