// Equal blocks make tensors that differ in the block's name only: what those have in common.
#pragma once

#include <string>

#include "profiler/core/records.h"

namespace remat {

/// The name without what tells equal blocks apart: "layer 3 gate" is "gate", "model.layers.3.mlp.weight" is
/// "model.layers.*.mlp.weight". The name itself if the row sums up several tensors.
[[nodiscard]] std::string sharedName(const LiveTensor& tensor);

}  // namespace remat
