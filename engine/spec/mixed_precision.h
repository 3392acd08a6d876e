// Mixed precision as a transformation of the graph: the casts that torch.autocast would make become ops with names, so
// that their bytes are counted and a policy can decide about them.
#pragma once

#include "engine/spec/model_graph.h"

namespace remat {

/// The same model under autocast(`low`): ops of the low-precision list get casts before every float32 input, weights
/// included; ops of the float32 list get casts up. As autocast does, a parameter is cast once per block and an
/// activation once for every op that reads it. Source: aten/src/ATen/autocast_mode.h.
[[nodiscard]] ModelGraph withAutocast(const ModelGraph& graph, Dtype low, Backend backend);

}  // namespace remat
