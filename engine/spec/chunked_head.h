// The head in chunks of rows: a transformation of a graph's head block, so that bytes are known before anything runs.
//
// The projection and what follows it become one row of ops per chunk: a view of the chunk's rows -> logits ->
// log-probabilities -> sum of their losses; the sums are added up in order and divided once by the number of labels
// that count. Everything before the projection, parameters and tables stay as they are, so tensors of the model fit
// both graphs. The gradient of the projection's weight is a sum over the chunks, each of which makes a part of its
// size. Chunked losses: Hsu et al. 2024 (Liger Kernel), torchtune CEWithChunkedOutputLoss.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/spec/head_policy.h"
#include "engine/spec/model_graph.h"
#include "engine/spec/training_spec.h"

namespace remat {

/// Chunks that the head of a graph is cut into; 0 if it is not.
[[nodiscard]] std::int64_t headChunks(const ModelGraph& graph);

/// The result holds for the spec's sizes only: how many rows a chunk has is a number in it. Throws Error(usage) for
/// more chunks than rows, for a head with nothing to chunk, and where chunks cannot be replayed one by one.
[[nodiscard]] ModelGraph withChunkedHead(const ModelGraph& graph, std::int64_t chunks, const TrainingSpec& spec);

/// The graph that a policy with this head part decides about, if it is another than the model's own.
[[nodiscard]] std::optional<ModelGraph> graphForHead(const ModelGraph& graph, const HeadPart& part,
                                                     const TrainingSpec& spec);

}  // namespace remat
