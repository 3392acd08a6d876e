// Which tensors of a published weights file are which parameters of a ModelGraph.
//
// Files on the Hugging Face Hub were saved by many classes and versions: by the base model (names without its prefix),
// by models with another head, with buffers that are computed today, with both names of a tied weight, with LayerNorms
// of TensorFlow's spelling. This reads them as from_pretrained of transformers 5.x does, but for one thing: where that
// warns and goes on with random values, this refuses. Sources: modeling_utils.py (_adjust_missing_and_unexpected_keys,
// tie_weights), core_model_loading.py (rename_source_key), conversion_mapping.py ("legacy").
#pragma once

#include <string>
#include <vector>

#include "engine/spec/model_graph.h"

namespace remat {

/// One per ModelGraph::parameters: the names in the file that hold it, at least one. Several, for a tied weight that
/// was saved under both its names, must hold the same values.
using WeightNames = std::vector<std::vector<std::string>>;

/// `names`: those of the file, called `where` in messages. Throws Error(bad_input) naming a parameter that the file
/// lacks, or a tensor of it that is neither a parameter nor known to be of no use here.
[[nodiscard]] WeightNames matchWeightNames(const ModelGraph& graph, const std::vector<std::string>& names,
                                           const std::string& where);

}  // namespace remat
