#include "engine/spec/op_kind.h"

#include <array>
#include <string>

#include "engine/spec/error.h"

namespace remat {
namespace {

/// Everything a row of the table may look at.
struct Call {
  const OpAttributes& attributes;
  const std::vector<TensorType>& inputs;
  Backend backend = Backend::cpu;
  Sizes sizes = {};

  [[nodiscard]] const Shape& shape(std::size_t i) const { return inputs.at(i).shape; }
  [[nodiscard]] Dtype dtype(std::size_t i) const { return inputs.at(i).dtype; }
  [[nodiscard]] std::int64_t elements(std::size_t i) const { return elementCount(shape(i), sizes); }
};

using Outputs = std::vector<OutputType>;
using Saves = std::vector<Saved>;
using Grads = std::vector<bool>;

constexpr Saved in(int i) { return {Saved::Side::input, i}; }
constexpr Saved out(int k) { return {Saved::Side::output, k}; }

Shape withLast(Shape shape, Extent last) {
  shape.back() = last;
  return shape;
}

Shape flattened(const Shape& shape) {  // all but the last dimension as rows
  Extent rows = 1;
  for (std::size_t i = 0; i + 1 < shape.size(); ++i) rows = rows * shape[i];
  return {rows, shape.back()};
}

Shape broadcast(const Shape& a, const Shape& b) {
  const Shape& longer = a.size() >= b.size() ? a : b;
  const Shape& shorter = a.size() >= b.size() ? b : a;
  Shape result = longer;
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    Extent& extent = result[longer.size() - shorter.size() + i];
    if (extent == Extent(1)) extent = shorter[i];
  }
  return result;
}

/// [B, S, ..] of q, k or v in either layout: three dimensions, or [B, heads, S, head_dim].
Extent sequenceOf(const Shape& shape) { return shape.size() == 4 ? shape[2] : shape[1]; }

// ---- types of the outputs ----
Outputs sameAsInput(const Call& c) { return {{c.inputs.at(0)}}; }
Outputs embeddingTypes(const Call& c) {
  Shape shape = c.shape(1);
  shape.push_back(c.shape(0).back());
  return {{{shape, c.dtype(0)}}};
}
Outputs pairTypes(const Call& c) { return {{{broadcast(c.shape(0), c.shape(1)), promote(c.dtype(0), c.dtype(1))}}}; }
Outputs meanTypes(const Call& c) { return {{{withLast(c.shape(0), 1), c.dtype(0)}}}; }
Outputs linearTypes(const Call& c) { return {{{withLast(c.shape(0), c.shape(1)[0]), c.dtype(0)}}}; }
Outputs conv1dTypes(const Call& c) { return {{{withLast(c.shape(0), c.shape(1)[1]), c.dtype(0)}}}; }
Outputs layerNormTypes(const Call& c) {
  const Dtype statistic = c.backend == Backend::cuda ? Dtype::float32 : c.dtype(1);
  const TensorType per_row{withLast(c.shape(0), 1), statistic};
  return {{c.inputs.at(0)}, {per_row}, {per_row}};
}
Outputs rmsNormTypes(const Call& c) {
  return {{{c.shape(0), promote(c.dtype(0), c.dtype(1))}}, {{withLast(c.shape(0), 1), Dtype::float32}}};
}
Outputs splitHeadsTypes(const Call& c) {
  Shape shape = withLast(c.shape(0), c.attributes.heads);
  shape.emplace_back(c.attributes.head_dim);
  return {{{shape, c.dtype(0)}, 0}};
}
Outputs splitQkvTypes(const Call& c) {
  const OutputType part{{withLast(c.shape(0), c.attributes.heads * c.attributes.head_dim), c.dtype(0)}, 0};
  return Outputs(3, part);
}
Outputs rotaryTypes(const Call& c) {
  const auto rotated = [&](std::size_t i, std::int64_t heads) -> OutputType {
    return {{{c.shape(i)[0], heads, c.shape(i)[1], c.attributes.head_dim}, promote(c.dtype(i), c.dtype(2))}};
  };
  return {rotated(0, c.attributes.heads), rotated(1, c.attributes.kv_heads)};
}
Outputs expandHeadsTypes(const Call& c) {
  return {{{{c.shape(0)[0], c.attributes.heads, sequenceOf(c.shape(0)), c.attributes.head_dim}, c.dtype(0)}}};
}
/// On a GPU every kernel hands on the seed and the offset of its generator, dropped or not.
Outputs attentionTypes(const Call& c) {
  const Extent batch = c.shape(0)[0];
  const Extent sequence = sequenceOf(c.shape(0));
  const bool cudnn = c.attributes.attention == AttentionKernel::cudnn;
  const Shape statistic = {batch, c.attributes.heads, sequence};
  Outputs outputs = {{{{batch, sequence, c.attributes.heads * c.attributes.head_dim}, c.dtype(0)}},
                     {{cudnn ? Shape{batch, c.attributes.heads, sequence, 1} : statistic, Dtype::float32}}};
  if (c.backend == Backend::cpu) return outputs;
  const bool flash = c.attributes.attention == AttentionKernel::flash;  // one tensor of two numbers, one unused
  outputs.push_back({{flash ? Shape{2} : Shape{}, Dtype::int64}});
  outputs.push_back({{{}, Dtype::int64}});
  return outputs;
}
Outputs scoresTypes(const Call& c) {
  const Extent sequence = sequenceOf(c.shape(0));
  return {{{{c.shape(0)[0], c.attributes.heads, sequence, sequence}, c.dtype(0)}}};
}
Outputs contextTypes(const Call& c) {
  return {{{{c.shape(0)[0], c.shape(0)[2], c.attributes.heads * c.attributes.head_dim}, c.dtype(0)}}};
}
Outputs dropoutTypes(const Call& c) {
  const Dtype mask = c.backend == Backend::cuda ? Dtype::boolean : c.dtype(0);
  return {{c.inputs.at(0)}, {{c.shape(0), mask}}};
}
Outputs castTypes(const Call& c) { return {{{c.shape(0), c.attributes.dtype}}}; }
Outputs firstTokenTypes(const Call& c) { return {{{{c.shape(0)[0], c.shape(0)[2]}, c.dtype(0)}, 0}}; }
Outputs logSoftmaxTypes(const Call& c) { return {{{flattened(c.shape(0)), c.dtype(0)}}}; }
Outputs nllTypes(const Call& c) { return {{{{}, c.dtype(0)}}, {{{}, c.dtype(0)}}}; }
Outputs splitRowsTypes(const Call& c) {
  Outputs outputs;
  for (std::int64_t chunk = 0; chunk < c.attributes.chunks; ++chunk)
    outputs.push_back({{{rowsOfChunk(c.attributes, chunk).count, c.shape(0).back()}, c.dtype(0)}, 0});
  return outputs;
}
Outputs meanLossTypes(const Call&) { return {{{{}, Dtype::float32}}, {{{}, Dtype::float32}}}; }

// ---- what autograd saves, in its order; the engine checks it whenever it hooks an op ----
Saves nothing(const Grads&, const Call&) { return {}; }
Saves firstInput(const Grads&, const Call&) { return {in(0)}; }
Saves secondInput(const Grads&, const Call&) { return {in(1)}; }
Saves firstOutput(const Grads&, const Call&) { return {out(0)}; }
Saves factors(const Grads& grads, const Call&) {  // each factor's gradient needs the other factor
  Saves saves;
  if (grads[0]) saves.push_back(in(1));
  if (grads[1]) saves.push_back(in(0));
  return saves;
}
Saves bothOperands(const Grads&, const Call&) { return {in(1), in(0)}; }
Saves inputAndWeight(const Grads&, const Call&) { return {in(0), in(1)}; }  // addmm
Saves linearSaves(const Grads& grads, const Call& c) {                      // addmm with a bias, mm without
  return c.inputs.size() > 2 ? inputAndWeight(grads, c) : bothOperands(grads, c);
}
Saves layerNormSaves(const Grads&, const Call&) { return {in(2), in(0), in(1), out(1), out(2)}; }
Saves rmsNormSaves(const Grads&, const Call&) { return {in(0), in(1), out(1)}; }
Saves rotarySaves(const Grads&, const Call&) { return {in(2), in(3), in(2), in(3)}; }
Saves attentionSaves(const Grads&, const Call& c) {
  Saves saves;
  if (c.inputs.size() > 3) saves.push_back(in(3));
  saves.insert(saves.end(), {in(1), in(0), in(2)});
  saves.push_back(out(1));
  saves.push_back(out(0));
  if (c.backend == Backend::cpu) return saves;
  const bool flash = c.attributes.attention == AttentionKernel::flash;
  saves.push_back(out(flash ? 2 : 3));
  saves.push_back(out(flash ? 3 : 2));
  return saves;
}
Saves secondOutput(const Grads&, const Call&) { return {out(1)}; }
Saves nllSaves(const Grads&, const Call&) { return {in(0), in(1), out(1)}; }

// ---- FLOPs; a multiply-add counts 2, other kernels one per element they write ----
std::int64_t perElement(const Call& c) { return c.elements(0); }
std::int64_t free(const Call&) { return 0; }
std::int64_t matrixProduct(const Call& c) {
  const std::int64_t rows = c.elements(0) / evaluate(c.shape(0).back(), c.sizes);
  return product(2 * rows, c.elements(1));
}
std::int64_t fivePerElement(const Call& c) { return product(5, c.elements(0)); }
std::int64_t rotaryFlops(const Call& c) { return product(3, sum(c.elements(0), c.elements(1))); }
std::int64_t oneAttentionProduct(const Call& c) {
  const std::int64_t sequence = evaluate(sequenceOf(c.shape(0)), c.sizes);
  const std::int64_t rows = product(evaluate(c.shape(0)[0], c.sizes), sequence);
  return product(product(2 * c.attributes.heads * c.attributes.head_dim, rows), sequence);
}
std::int64_t attentionFlops(const Call& c) {  // two products, of which a causal kernel does half
  return product(c.attributes.causal ? 1 : 2, oneAttentionProduct(c));
}
std::int64_t contextFlops(const Call& c) { return product(2 * c.attributes.head_dim, c.elements(0)); }

struct Row {
  OpKind kind;
  std::string_view name;
  std::size_t fewest_inputs, most_inputs;
  AutocastRule cpu_autocast, cuda_autocast;
  Outputs (*types)(const Call&);
  Saves (*saves)(const Grads&, const Call&);
  std::int64_t (*flops)(const Call&);
};

using enum AutocastRule;

constexpr std::array kRows = {
    Row{OpKind::embedding, "embedding", 2, 2, promote, promote, embeddingTypes, secondInput, free},
    Row{OpKind::add, "add", 2, 2, promote, promote, pairTypes, nothing, perElement},
    Row{OpKind::multiply, "multiply", 2, 2, promote, promote, pairTypes, factors, perElement},
    Row{OpKind::multiply_scalar, "multiply_scalar", 1, 1, promote, promote, sameAsInput, nothing, perElement},
    Row{OpKind::add_scalar, "add_scalar", 1, 1, promote, promote, sameAsInput, nothing, perElement},
    Row{OpKind::power, "power", 1, 1, promote, full_precision, sameAsInput, firstInput, perElement},
    Row{OpKind::mean_last, "mean_last", 1, 1, promote, promote, meanTypes, nothing, perElement},
    Row{OpKind::rsqrt, "rsqrt", 1, 1, promote, full_precision, sameAsInput, firstOutput, perElement},
    Row{OpKind::tanh, "tanh", 1, 1, promote, promote, sameAsInput, firstOutput, perElement},
    Row{OpKind::silu, "silu", 1, 1, promote, promote, sameAsInput, firstInput, perElement},
    Row{OpKind::relu, "relu", 1, 1, promote, promote, sameAsInput, firstOutput, perElement},
    Row{OpKind::gelu, "gelu", 1, 1, promote, promote, sameAsInput, firstInput, perElement},
    Row{OpKind::gelu_tanh, "gelu_tanh", 1, 1, promote, promote, sameAsInput, firstInput, perElement},
    Row{OpKind::linear, "linear", 2, 3, low_precision, low_precision, linearTypes, linearSaves, matrixProduct},
    Row{OpKind::conv1d, "conv1d", 3, 3, low_precision, low_precision, conv1dTypes, inputAndWeight, matrixProduct},
    Row{OpKind::layer_norm, "layer_norm", 3, 3, promote, full_precision, layerNormTypes, layerNormSaves,
        fivePerElement},
    Row{OpKind::rms_norm, "rms_norm", 2, 2, promote, promote, rmsNormTypes, rmsNormSaves, fivePerElement},
    Row{OpKind::split_heads, "split_heads", 1, 1, promote, promote, splitHeadsTypes, nothing, free},
    Row{OpKind::split_qkv, "split_qkv", 1, 1, promote, promote, splitQkvTypes, nothing, free},
    Row{OpKind::rotary, "rotary", 4, 4, promote, promote, rotaryTypes, rotarySaves, rotaryFlops},
    Row{OpKind::expand_heads, "expand_heads", 1, 1, promote, promote, expandHeadsTypes, nothing, free},
    Row{OpKind::attention, "attention", 3, 4, low_precision, low_precision, attentionTypes, attentionSaves,
        attentionFlops},
    Row{OpKind::attention_scores, "attention_scores", 2, 2, promote, promote, scoresTypes, bothOperands,
        oneAttentionProduct},
    Row{OpKind::softmax, "softmax", 1, 1, full_precision, full_precision, sameAsInput, firstOutput, perElement},
    Row{OpKind::attention_context, "attention_context", 2, 2, promote, promote, contextTypes, bothOperands,
        contextFlops},
    Row{OpKind::dropout, "dropout", 1, 1, promote, promote, dropoutTypes, secondOutput, perElement},
    Row{OpKind::cast, "cast", 1, 1, promote, promote, castTypes, nothing, free},
    Row{OpKind::first_token, "first_token", 1, 1, promote, promote, firstTokenTypes, nothing, free},
    Row{OpKind::log_softmax, "log_softmax", 1, 1, full_precision, full_precision, logSoftmaxTypes, firstOutput,
        perElement},
    Row{OpKind::nll_loss, "nll_loss", 2, 2, full_precision, full_precision, nllTypes, nllSaves, free},
    Row{OpKind::split_rows, "split_rows", 1, 1, promote, promote, splitRowsTypes, nothing, free},
    Row{OpKind::nll_sum, "nll_sum", 2, 2, full_precision, full_precision, nllTypes, nllSaves, free},
    Row{OpKind::divide_by_count, "divide_by_count", 2, 2, promote, promote, meanLossTypes, secondOutput, perElement},
};

constexpr bool rowsAreInOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i)
    if (static_cast<std::size_t>(kRows[i].kind) != i) return false;
  return true;
}
static_assert(rowsAreInOrder(), "kRows is indexed by OpKind");

const Row& row(OpKind kind) { return kRows.at(static_cast<std::size_t>(kind)); }

}  // namespace

std::string_view opKindName(OpKind kind) { return row(kind).name; }

const std::vector<OpKind>& allOpKinds() {
  static const std::vector<OpKind> kinds = [] {
    std::vector<OpKind> all;
    for (const Row& entry : kRows) all.push_back(entry.kind);
    return all;
  }();
  return kinds;
}

std::vector<OutputType> outputTypes(OpKind kind, const OpAttributes& attributes, const std::vector<TensorType>& inputs,
                                    Backend backend) {
  const Row& entry = row(kind);
  if (inputs.size() < entry.fewest_inputs || inputs.size() > entry.most_inputs)
    throw Error(ErrorKind::failed, std::string(entry.name),
                "expected " + std::to_string(entry.fewest_inputs) + " to " + std::to_string(entry.most_inputs) +
                    " inputs, got " + std::to_string(inputs.size()));
  return entry.types({attributes, inputs, backend});
}

std::vector<Saved> savedTensors(OpKind kind, const OpAttributes& attributes, const std::vector<bool>& grads,
                                const std::vector<TensorType>& inputs, Backend backend) {
  return row(kind).saves(grads, {attributes, inputs, backend});
}

std::int64_t opFlops(OpKind kind, const OpAttributes& attributes, const std::vector<TensorType>& inputs, Sizes sizes) {
  return row(kind).flops({attributes, inputs, Backend::cpu, sizes});
}

AutocastRule autocastRule(OpKind kind, Backend backend) {
  return backend == Backend::cpu ? row(kind).cpu_autocast : row(kind).cuda_autocast;
}

}  // namespace remat
