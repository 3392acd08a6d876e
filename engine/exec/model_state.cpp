#include "engine/exec/model_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "engine/exec/kernels.h"
#include "engine/exec/torch_compat.h"
#include "engine/spec/error.h"

namespace remat {
namespace {

using at::Tensor;

Tensor makeParameter(const Parameter& parameter, double deviation, at::Generator& generator) {
  const auto sizes = evaluate(parameter.shape, {});
  const auto options = at::TensorOptions().dtype(scalarType(parameter.dtype));
  Tensor tensor;
  switch (parameter.initial) {
    case Parameter::Initial::zeros: tensor = at::zeros(sizes, options); break;
    case Parameter::Initial::ones: tensor = at::ones(sizes, options); break;
    case Parameter::Initial::normal: tensor = at::empty(sizes, options).normal_(0.0, deviation, generator); break;
  }
  return tensor.set_requires_grad(true);
}

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

void makeTables(ModelState& state, const ModelGraph& graph, const ModelConfig& config, const Tensor& ids,
                const Tensor& labels) {
  state.tables.clear();
  for (const Table& table : graph.tables)
    state.tables.push_back(makeTable(table, ids, labels, graph, config, ids.size(1)));
}

void check(bool holds, const std::string& where, const std::string& what, const std::string& remedy = {}) {
  if (!holds) throw Error(ErrorKind::bad_input, where, what, remedy);
}

std::string sizesText(at::IntArrayRef sizes) {
  std::string text = "[";
  for (std::size_t i = 0; i < sizes.size(); ++i) text += (i ? ", " : "") + std::to_string(sizes[i]);
  return text + "]";
}

void checkRange(const Tensor& values, std::int64_t limit, bool ignored_allowed, const std::string& where) {
  const auto lowest = values.min().item<std::int64_t>();
  const auto highest = values.max().item<std::int64_t>();
  const bool low_fits = lowest >= 0 || (ignored_allowed && lowest == -100);
  check(low_fits && highest < limit, where,
        "expected values from 0 to " + std::to_string(limit - 1) + ", got " + std::to_string(lowest) + " to " +
            std::to_string(highest));
}

}  // namespace

ModelState makeModelState(const ModelGraph& graph, const ModelConfig& config, const TrainingSpec& spec) {
  const at::NoGradGuard no_grad;
  at::Generator generator = at::detail::createCPUGenerator(spec.seed);
  ModelState state;
  for (const Parameter& parameter : graph.parameters)
    state.parameters.push_back(makeParameter(parameter, config.initializer_range, generator));
  const auto shape = {spec.batch_size, spec.sequence_length};
  const auto options = at::TensorOptions().dtype(at::kLong);
  const Tensor ids = at::randint(config.vocab_size, shape, generator, options);
  Tensor labels = ids;
  if (graph.head == Head::masked_lm) labels = at::randint(config.vocab_size, shape, generator, options);
  if (graph.head == Head::sequence_classification)
    labels = at::randint(config.num_labels, {spec.batch_size}, generator, options);
  makeTables(state, graph, config, ids, labels);
  return state;
}

void loadParameters(ModelState& state, const ModelGraph& graph, const NamedTensors& weights, const std::string& where) {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    const std::string& name = graph.parameters[i].name;
    const auto found = weights.find(name);
    check(found != weights.end(), where, "has no tensor " + name,
          "weights need the names of the Hugging Face state dict");
    check(found->second.sizes() == state.parameters[i].sizes(), where + " " + name,
          "expected shape " + sizesText(state.parameters[i].sizes()) + ", got " + sizesText(found->second.sizes()));
    state.parameters[i].detach().copy_(found->second);
  }
  for (const auto& [name, tensor] : weights) {
    const bool known = std::any_of(graph.parameters.begin(), graph.parameters.end(),
                                   [&wanted = name](const Parameter& parameter) { return parameter.name == wanted; });
    check(known, where, "has a tensor that this model does not have: " + name, "is it the file of another config?");
  }
}

void loadInputs(ModelState& state, const ModelGraph& graph, const ModelConfig& config, const NamedTensors& inputs,
                const std::string& where) {
  const at::NoGradGuard no_grad;
  const auto take = [&](const std::string& name) {
    const auto found = inputs.find(name);
    check(found != inputs.end(), where, "has no tensor " + name);
    return found->second.to(at::kLong);
  };
  const Tensor& old_ids = state.tables.at(0);  // every family looks up its ids first
  const Tensor ids = take("input_ids");
  check(ids.sizes() == old_ids.sizes(), where + " input_ids",
        "expected shape " + sizesText(old_ids.sizes()) + " (batch, sequence), got " + sizesText(ids.sizes()),
        "set --batch and --sequence to those of the file");
  checkRange(ids, config.vocab_size, false, where + " input_ids");
  const Tensor labels = take("labels");
  const bool classes = graph.head == Head::sequence_classification;
  const auto wanted = classes ? ids.sizes().slice(0, 1) : ids.sizes();
  check(labels.sizes() == wanted, where + " labels",
        "expected shape " + sizesText(wanted) + ", got " + sizesText(labels.sizes()));
  checkRange(labels, classes ? config.num_labels : config.vocab_size, true, where + " labels");
  makeTables(state, graph, config, ids, labels);
}

void resetGradients(ModelState& state, Gradients gradients) {
  const at::NoGradGuard no_grad;
  for (Tensor& parameter : state.parameters) {
    Tensor& gradient = parameter.mutable_grad();
    if (gradients == Gradients::fresh)
      gradient = Tensor();
    else if (gradient.defined())
      gradient.zero_();
  }
}

NamedTensors gradientsOf(const ModelState& state, const ModelGraph& graph) {
  NamedTensors gradients;
  for (std::size_t i = 0; i < state.parameters.size(); ++i)
    if (state.parameters[i].grad().defined()) gradients[graph.parameters[i].name] = state.parameters[i].grad();
  return gradients;
}

}  // namespace remat
