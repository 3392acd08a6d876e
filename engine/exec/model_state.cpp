#include "engine/exec/model_state.h"

#include <optional>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/zeros.h>

#include "engine/exec/kernels.h"
#include "engine/exec/step_tables.h"
#include "engine/spec/error.h"
#include "engine/spec/weight_names.h"

namespace remat {
namespace {

using at::Tensor;

constexpr std::int64_t kIgnoredLabel = -100;  // ignore_index of cross entropy in torch

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

void check(bool holds, const std::string& where, const std::string& what, const std::string& remedy = {}) {
  if (!holds) throw Error(ErrorKind::bad_input, where, what, remedy);
}

std::string sizesText(at::IntArrayRef sizes) {
  std::string text = "[";
  for (std::size_t i = 0; i < sizes.size(); ++i) text += (i ? ", " : "") + std::to_string(sizes[i]);
  return text + "]";
}

/// Every value from 0 to limit - 1; `ignored` too where it is set (torch's ignore_index).
void checkRange(const Tensor& values, std::int64_t limit, std::optional<std::int64_t> ignored,
                const std::string& where) {
  Tensor wrong = (values < 0).logical_or(values >= limit);
  if (ignored) wrong = wrong.logical_and(values != *ignored);
  if (!wrong.any().item<bool>()) return;
  const auto first = values.masked_select(wrong)[0].item<std::int64_t>();
  check(false, where,
        "expected values from 0 to " + std::to_string(limit - 1) +
            (ignored ? ", or " + std::to_string(*ignored) + " for no label" : "") + ", got " + std::to_string(first));
}

void loadParameter(Tensor& parameter, const Tensor& weight, const std::string& where) {
  check(weight.is_floating_point(), where,
        std::string("expected floating point numbers, got ") + c10::toString(weight.scalar_type()));
  check(weight.sizes() == parameter.sizes(), where,
        "expected shape " + sizesText(parameter.sizes()) + ", got " + sizesText(weight.sizes()));
  parameter.detach().copy_(weight);
}

bool sameValues(const Tensor& a, const Tensor& b) { return a.scalar_type() == b.scalar_type() && at::equal(a, b); }

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
  state.tables = makeStepTables(graph, config, ids, labels);
  return state;
}

void moveTo(ModelState& state, c10::Device device) {
  if (device.is_cpu()) return;
  const at::NoGradGuard no_grad;
  for (Tensor& parameter : state.parameters) parameter = parameter.detach().to(device).set_requires_grad(true);
  for (Tensor& table : state.tables) table = table.to(device);
}

void loadParameters(ModelState& state, const ModelGraph& graph, const NamedTensors& weights, const std::string& where) {
  const at::NoGradGuard no_grad;
  std::vector<std::string> names;
  names.reserve(weights.size());
  for (const auto& [name, tensor] : weights) names.push_back(name);
  const WeightNames holders = matchWeightNames(graph, names, where);
  for (std::size_t i = 0; i < holders.size(); ++i) {
    const std::string& name = holders[i].front();
    const Tensor& weight = weights.at(name);
    loadParameter(state.parameters[i], weight, where + " " + name);
    for (std::size_t other = 1; other < holders[i].size(); ++other)
      check(sameValues(weights.at(holders[i][other]), weight), where,
            "expected the same values in " + name + " and " + holders[i][other],
            "they are one weight in this config; if it should be two, set tie_word_embeddings to false");
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
  checkRange(ids, config.vocab_size, std::nullopt, where + " input_ids");
  const Tensor labels = take("labels");
  const bool classes = graph.head == Head::sequence_classification;
  const auto wanted = classes ? ids.sizes().slice(0, 1) : ids.sizes();
  check(labels.sizes() == wanted, where + " labels",
        "expected shape " + sizesText(wanted) + ", got " + sizesText(labels.sizes()));
  checkRange(labels, classes ? config.num_labels : config.vocab_size, kIgnoredLabel, where + " labels");
  state.tables = makeStepTables(graph, config, ids, labels);
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
