// The kinds of ops a model is made of, and what is known about each before anything runs: the types of its outputs,
// what autograd saves in it, its FLOPs, and what autocast does to it. One row per kind in op_kind.cpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/spec/dtype.h"
#include "engine/spec/shape.h"
#include "engine/spec/training_spec.h"

namespace remat {

/// Inputs are written in order; P is usually a parameter, T a table.
enum class OpKind : std::uint8_t {
  embedding,        ///< P weight, T ids -> rows; attributes.padding_index gets no gradient
  add,              ///< a, b
  multiply,         ///< a, b (broadcast)
  multiply_scalar,  ///< a * attributes.scalar
  add_scalar,       ///< a + attributes.scalar
  power,            ///< a ^ attributes.scalar
  mean_last,        ///< mean over the last dimension, kept as 1
  rsqrt,            ///< 1 / sqrt(a + attributes.scalar)
  tanh,
  silu,
  relu,
  gelu,               ///< exact
  gelu_tanh,          ///< tanh approximation, one kernel
  linear,             ///< x, P weight [out, in], optional P bias
  conv1d,             ///< x, P weight [in, out], P bias: GPT-2's projection
  layer_norm,         ///< x, P weight, P bias -> y, mean, reciprocal deviation; attributes.scalar = epsilon
  rms_norm,           ///< x, P weight -> y, reciprocal deviation: one kernel; attributes.scalar = epsilon
  split_heads,        ///< [.., heads * head_dim] -> [.., heads, head_dim], a view
  split_qkv,          ///< [.., 3 * h] -> q, k, v, views
  rotary,             ///< q, k, T cos, T sin -> q, k as [B, heads, S, head_dim]
  expand_heads,       ///< q, k or v -> own copy [B, heads, S, head_dim] * attributes.scalar, heads repeated as needed
  attention,          ///< q, k, v, optional T mask -> out [B, S, heads * head_dim], log-sum-exp (on a GPU also the two
                      ///< states of its random generator): one kernel, attributes.attention; drops attributes.dropout
  attention_scores,   ///< q, k as expand_heads makes them -> [B, heads, S, S], masked if attributes.causal
  softmax,            ///< over the last dimension
  attention_context,  ///< probabilities, v -> [B, S, heads * head_dim]
  dropout,            ///< x -> y, mask; attributes.scalar = probability
  cast,               ///< x -> attributes.dtype
  first_token,        ///< [B, S, h] -> [B, h], a view
  log_softmax,        ///< over the last dimension of [rows, classes]; a view of logits [.., classes]
  nll_loss,           ///< log-probabilities, T labels -> loss, total weight (mean over labels that are not -100)
  split_rows,         ///< [.., h] -> the rows of each of attributes.chunks, views [rows, h]
  nll_sum,            ///< log-probabilities of attributes.chunk, T labels of all rows -> loss (a sum), total weight
  divide_by_count     ///< sum of losses, T labels -> loss, count of labels that are not -100; both float32
};

[[nodiscard]] std::string_view opKindName(OpKind kind);
/// All kinds, for listings and lookup by name.
[[nodiscard]] const std::vector<OpKind>& allOpKinds();

struct OpAttributes {
  double scalar = 0.0;
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t padding_index = -1;
  bool causal = false;
  double dropout = 0.0;  ///< probability, of an op that drops inside its kernel
  AttentionKernel attention = AttentionKernel::flash;
  Dtype dtype = Dtype::float32;
  std::int64_t rows = 0;    ///< of all chunks together
  std::int64_t chunks = 0;  ///< that the rows are cut into, as even as can be
  std::int64_t chunk = 0;   ///< whose rows the op takes
  bool operator==(const OpAttributes&) const = default;
};

struct RowRange {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// The rows of one chunk; the first ones have one more if it does not come out even.
[[nodiscard]] constexpr RowRange rowsOfChunk(const OpAttributes& a, std::int64_t chunk) {
  const std::int64_t each = a.rows / a.chunks;
  const std::int64_t larger = a.rows % a.chunks;
  return {chunk * each + (chunk < larger ? chunk : larger), each + (chunk < larger ? 1 : 0)};
}

struct TensorType {
  Shape shape;
  Dtype dtype = Dtype::float32;
  bool operator==(const TensorType&) const = default;
};

struct OutputType {
  TensorType type;
  int alias_of_input = -1;  ///< input whose storage the output views, or -1
};

/// A tensor that autograd keeps for an op's backward: input i or output k of the op. Parameters and tables are inputs
/// too; they cost no activation bytes.
struct Saved {
  enum class Side : std::uint8_t { input, output } side = Side::input;
  int index = 0;
  bool operator==(const Saved&) const = default;
};

/// What `torch.autocast` does with an op: runs it in the low precision, in float32, or in whatever type it gets.
enum class AutocastRule : std::uint8_t { low_precision, full_precision, promote };

/// Types of the outputs of an op, in order. Throws Error(failed) for another number of inputs
/// than the kind takes; that their shapes fit is up to the family.
[[nodiscard]] std::vector<OutputType> outputTypes(OpKind kind, const OpAttributes& attributes,
                                                  const std::vector<TensorType>& inputs, Backend backend);

/// What autograd saves, in the order in which it saves. `grads[i]`: whether input i needs a gradient. Rows of a GPU
/// were checked with torch's fake CUDA tensors.
[[nodiscard]] std::vector<Saved> savedTensors(OpKind kind, const OpAttributes& attributes,
                                              const std::vector<bool>& grads, const std::vector<TensorType>& inputs,
                                              Backend backend);

[[nodiscard]] std::int64_t opFlops(OpKind kind, const OpAttributes& attributes, const std::vector<TensorType>& inputs,
                                   Sizes sizes);

/// The lists differ by device: on a GPU power, rsqrt and LayerNorm run in float32, on a CPU they take what they get.
[[nodiscard]] AutocastRule autocastRule(OpKind kind, Backend backend);

/// True if the op draws random numbers.
[[nodiscard]] constexpr bool isRandom(OpKind kind, const OpAttributes& attributes) {
  return kind == OpKind::dropout || attributes.dropout > 0.0;
}

/// Device bytes of random state that the engine keeps for a random op that will be replayed: torch's CPU generator
/// state is a tensor of 5,056 bytes; that of a GPU's generator is one of 16 in host memory.
[[nodiscard]] constexpr std::int64_t randomStateBytes(Backend backend) { return backend == Backend::cpu ? 5056 : 0; }

}  // namespace remat
