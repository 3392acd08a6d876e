// The constants of a step: what the tables of a ModelGraph hold for given token ids and labels.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/spec/model_config.h"
#include "engine/spec/model_graph.h"

namespace remat {

/// One per ModelGraph::tables. ids: int64 [batch, sequence]; labels: int64, unshifted as transformers takes them.
[[nodiscard]] std::vector<at::Tensor> makeStepTables(const ModelGraph& graph, const ModelConfig& config,
                                                     const at::Tensor& ids, const at::Tensor& labels);

}  // namespace remat
