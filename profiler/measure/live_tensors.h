// The list of what was alive at a peak, short enough to read, and still adding up by category.
#pragma once

#include <cstddef>
#include <vector>

#include "profiler/core/records.h"

namespace remat {

/// The tensors of the `names` names that hold most, largest first: a name that equal blocks share is listed with all
/// of its tensors or with none. Then one row per category for its others ("12 other activations"), a single other one
/// under its own name. The bytes of each category stay what they were.
[[nodiscard]] std::vector<LiveTensor> withOthersSummedUp(std::vector<LiveTensor> tensors, std::size_t names);

}  // namespace remat
