#include "engine/exec/step_tables.h"

#include <limits>
#include <numbers>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/full.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "engine/exec/kernels.h"

namespace remat {
namespace {

using at::Tensor;

/// llama3: long wavelengths are stretched by `factor`, short ones kept, those between blended.
/// Source: transformers modeling_rope_utils.py, _compute_llama3_parameters.
Tensor llama3Frequencies(const Tensor& frequencies, const RopeParameters& rope) {
  const double low_wavelength = rope.original_max_position_embeddings / rope.low_freq_factor;
  const double high_wavelength = rope.original_max_position_embeddings / rope.high_freq_factor;
  const Tensor wavelength = 2 * std::numbers::pi / frequencies;
  const Tensor stretched = at::where(wavelength > low_wavelength, frequencies / rope.factor, frequencies);
  const Tensor smooth = (rope.original_max_position_embeddings / wavelength - rope.low_freq_factor) /
                        (rope.high_freq_factor - rope.low_freq_factor);
  const Tensor blended = (1 - smooth) * stretched / rope.factor + smooth * stretched;
  const Tensor between = (wavelength < high_wavelength).logical_not() * (wavelength > low_wavelength).logical_not();
  return at::where(between, blended, stretched);
}

Tensor rotaryAngles(const ModelConfig& config, std::int64_t sequence) {
  const RopeParameters& rope = config.rope;
  const Tensor exponents = at::arange(0, config.head_dim, 2, at::kFloat) / static_cast<double>(config.head_dim);
  Tensor frequencies = 1.0 / at::pow(at::Scalar(rope.rope_theta), exponents);
  if (rope.rope_type == "linear") frequencies = frequencies / rope.factor;
  if (rope.rope_type == "llama3") frequencies = llama3Frequencies(frequencies, rope);
  const Tensor angles = at::arange(0, sequence, at::kFloat).unsqueeze(1) * frequencies.unsqueeze(0);
  return at::cat({angles, angles}, 1).view({1, 1, sequence, config.head_dim});
}

Tensor slidingWindowMask(std::int64_t window, std::int64_t sequence) {  // 0 where a token sees another, else -infinity
  const Tensor positions = at::arange(0, sequence, at::kLong);
  const Tensor distance = positions.unsqueeze(1) - positions.unsqueeze(0);
  const Tensor visible = (distance >= 0) * (distance < window);
  return at::where(visible, at::zeros({}, at::kFloat),
                   at::full({}, -std::numeric_limits<float>::infinity(), at::kFloat))
      .view({1, 1, sequence, sequence});
}

/// RoBERTa: positions count from the padding index on and skip padding; other families count from 0.
Tensor positionIds(const Tensor& ids, const Table& table, const ModelConfig& config, std::int64_t sequence) {
  if (table.shape.front() == Extent(1)) return at::arange(0, sequence, at::kLong).unsqueeze(0);
  const Tensor present = (ids != config.pad_token_id).to(at::kLong);
  return at::cumsum(present, 1) * present + config.pad_token_id;
}

Tensor shiftedLabels(const Tensor& labels, Head head) {
  if (head != Head::causal_lm) return labels.reshape({-1}).contiguous();
  return at::constant_pad_nd(labels, {0, 1}, -100).slice(1, 1).reshape({-1}).contiguous();
}

Tensor makeTable(const Table& table, const Tensor& ids, const Tensor& labels, const ModelGraph& graph,
                 const ModelConfig& config, std::int64_t sequence) {
  switch (table.kind) {
    case TableKind::input_ids: return ids;
    case TableKind::labels: return shiftedLabels(labels, graph.head);
    case TableKind::token_type_ids: return at::zeros_like(ids);
    case TableKind::position_ids: return positionIds(ids, table, config, sequence);
    case TableKind::rope_cos: return rotaryAngles(config, sequence).cos().to(scalarType(table.dtype));
    case TableKind::rope_sin: return rotaryAngles(config, sequence).sin().to(scalarType(table.dtype));
    case TableKind::sliding_window_mask:
      return slidingWindowMask(*config.sliding_window, sequence).to(scalarType(table.dtype));
  }
  return {};
}

}  // namespace

std::vector<Tensor> makeStepTables(const ModelGraph& graph, const ModelConfig& config, const Tensor& ids,
                                   const Tensor& labels) {
  std::vector<Tensor> tables;
  tables.reserve(graph.tables.size());
  for (const Table& table : graph.tables) tables.push_back(makeTable(table, ids, labels, graph, config, ids.size(1)));
  return tables;
}

}  // namespace remat
