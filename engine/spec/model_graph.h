// A model as data: the one description that parameter counts, FLOPs, bytes, execution, prediction and drawing share.
//
// A ModelGraph is a list of blocks (embedding, transformer layers, head with loss). A block is a list of ops over named
// activations. The rule that everything rests on: every tensor that autograd saves inside an op is one of its inputs,
// one of its outputs, or a constant (parameter or table). Equal blocks share one BlockBody and differ in parameters.
//
// Left for exact prediction: an Op will carry strides and allocation sequences; AllocationTimeline records of the
// worker hold what to check them against.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/spec/dtype.h"
#include "engine/spec/op_kind.h"
#include "engine/spec/shape.h"
#include "engine/spec/training_spec.h"

namespace remat {

/// What an activation is for. Named policies are rows of a table over roles, so a new family gets them for free.
enum class Role : std::uint8_t {
  block_input,     ///< what the block before hands over
  residual,        ///< sum on the residual stream
  norm_internal,   ///< square, mean, normalised value: inside a norm written out of elementary ops
  norm_statistic,  ///< reciprocal deviation, mean: one number per token
  norm_output,
  projection,           ///< output of a matrix multiplication with a weight
  rotary,               ///< q and k after the rotary embedding
  attention_internal,   ///< repeated keys and values, scores, probabilities
  attention_statistic,  ///< log-sum-exp
  attention_output,     ///< output of the attention core
  activation_internal,  ///< inside an activation function written out of elementary ops
  activation_output,    ///< output of the activation function
  gated_product,        ///< activation output times the up projection
  dropout_output,
  dropout_mask,
  cast,           ///< copy in another dtype, of an activation or a parameter
  embedding,      ///< looked-up or summed embeddings
  head_internal,  ///< logits, log-probabilities
  loss
};

struct Activation {
  std::string name;  ///< unique in its block: "attn_norm_out"
  Role role = Role::residual;
  Shape shape;
  Dtype dtype = Dtype::float32;
  int alias_of = -1;  ///< activation whose storage this one views, or -1
  int producer = -1;  ///< op of the block that makes it, or -1 for the block's input
};

/// An input of an op. index: activation of the block, slot in Block::parameters, or entry of ModelGraph::tables.
struct Operand {
  enum class Kind : std::uint8_t { activation, parameter, table } kind = Kind::activation;
  int index = 0;
  bool operator==(const Operand&) const = default;
};

struct Op {
  std::string name;  ///< unique in its block: "q_proj"
  OpKind kind = OpKind::add;
  std::string group;  ///< what people see first: "attn_norm", "attention", "mlp"
  std::vector<Operand> inputs;
  std::vector<int> outputs;  ///< activations of the block
  OpAttributes attributes;
};

struct Parameter {
  std::string name;  ///< of the Hugging Face state dict: "model.layers.0.self_attn.q_proj.weight"
  Shape shape;       ///< no batch or sequence in it
  Dtype dtype = Dtype::float32;
  /// How the engine fills it when no weights are given.
  enum class Initial : std::uint8_t { normal, zeros, ones } initial = Initial::normal;
};

enum class TableKind : std::uint8_t {
  input_ids,
  labels,  ///< next token for causal_lm (shifted, -100 at the end), else as given
  token_type_ids,
  position_ids,
  rope_cos,
  rope_sin,
  sliding_window_mask
};

/// A constant of a step that is not trained: token ids, rotary tables, masks.
struct Table {
  TableKind kind = TableKind::input_ids;
  Shape shape;
  Dtype dtype = Dtype::int64;
};

struct BlockBody {
  std::vector<Activation> activations;
  std::vector<Op> ops;
  int input = -1;   ///< activation handed in by the block before, -1 for the embedding
  int output = -1;  ///< activation handed on; the loss for the head
};

enum class BlockKind : std::uint8_t { embedding, layer, head };

struct Block {
  std::string name;  ///< "embedding", "layer 0", "head"
  BlockKind kind = BlockKind::layer;
  int layer = -1;               ///< index of the transformer layer, or -1
  int body = 0;                 ///< entry of ModelGraph::bodies
  std::vector<int> parameters;  ///< slot -> entry of ModelGraph::parameters; a tied weight appears in several blocks
};

struct ModelGraph {
  std::string model_type;
  std::string architecture;  ///< the transformers class that this is: "LlamaForCausalLM"
  Head head = Head::causal_lm;
  std::vector<Parameter> parameters;
  std::vector<Table> tables;
  std::vector<BlockBody> bodies;
  std::vector<Block> blocks;

  [[nodiscard]] const BlockBody& body(int block) const { return bodies[blocks[block].body]; }
  [[nodiscard]] int blockCount() const { return static_cast<int>(blocks.size()); }
};

/// Number of elements of all parameters, tied ones once.
[[nodiscard]] std::int64_t parameterCount(const ModelGraph& graph);
[[nodiscard]] std::int64_t parameterBytes(const ModelGraph& graph);

/// Activation whose storage `activation` uses: itself, or the end of its alias chain.
[[nodiscard]] int storageOf(const BlockBody& body, int activation);
/// Bytes of the activation's own storage; 0 for an alias.
[[nodiscard]] std::int64_t storageBytes(const BlockBody& body, int activation, Sizes sizes);
/// Shape and dtype of an operand of an op of `block`.
[[nodiscard]] TensorType operandType(const ModelGraph& graph, int block, Operand operand);

/// One step's forward FLOPs of an op, of a block, of the model (a multiply-add counts 2).
[[nodiscard]] std::int64_t forwardFlops(const ModelGraph& graph, int block, const Op& op, Sizes sizes);
[[nodiscard]] std::int64_t forwardFlops(const ModelGraph& graph, int block, Sizes sizes);
[[nodiscard]] std::int64_t forwardFlops(const ModelGraph& graph, Sizes sizes);

}  // namespace remat
