// A model family: what a config of it becomes. To add one: write a file beside this that appends the embedding, layer
// and head blocks, declare its function here, and give its model types a row in families.cpp.
#pragma once

#include <cstdint>

#include "engine/spec/graph_builder.h"
#include "engine/spec/model_config.h"
#include "engine/spec/training_spec.h"

namespace remat::families {

/// What every family's builder gets: config with overrides applied, and where to write.
struct Context {
  const ModelConfig& config;
  const TrainingSpec& spec;
  Backend backend = Backend::cpu;
  Dtype dtype = Dtype::float32;  ///< of the parameters
  Head head = Head::causal_lm;
  ModelGraph& graph;

  [[nodiscard]] BlockBuilder block() const;
  /// A probability of the config, or 0 if the spec trains without dropout.
  [[nodiscard]] double dropout(double probability) const { return spec.dropout ? probability : 0.0; }
};

/// llama, mistral, qwen2, qwen3: RMSNorm, rotary embedding, gated MLP.
void buildLlama(const Context& context);
/// gpt2: LayerNorm, learned positions, fused qkv projection, plain MLP.
void buildGpt2(const Context& context);
/// bert, roberta: LayerNorm after each sum, masked-language or classification head.
void buildBert(const Context& context);

// ---- pieces that families share; each adds ops to the block and returns the activation it ends with ----

/// Affine projection with weight [out, in] (`prefix`.weight, `prefix`.bias).
int linear(BlockBuilder& block, const std::string& op, const std::string& prefix, int input, std::int64_t out,
           bool bias, Role role = Role::projection);
/// RMSNorm over the last dimension, spelled as the spec says. `of_projection`: the input comes straight from a matrix
/// multiplication, so that mixed precision makes it low and the norm's own casts matter.
int rmsNorm(const Context& context, BlockBuilder& block, const std::string& name, const std::string& weight, int input,
            bool of_projection = false);
int layerNorm(const Context& context, BlockBuilder& block, const std::string& name, const std::string& prefix,
              int input);
/// The config's hidden_act, spelled as the spec says.
int activationFunction(const Context& context, BlockBuilder& block, int input);
/// Nothing if the probability is 0.
int dropout(BlockBuilder& block, const std::string& name, int input, double probability);
int residual(BlockBuilder& block, const std::string& name, int stream, int branch);

struct AttentionInputs {
  int q, k, v;
  bool causal = true;
  bool windowed = false;  ///< sliding window shorter than the sequence: needs a mask
};
/// Attention core: in one kernel, or written out where the spec or torch wants its math path.
int attention(const Context& context, BlockBuilder& block, const AttentionInputs& inputs);
/// Cross entropy of logits against the labels table, in float32 if `upcast`; returns the loss.
int crossEntropy(BlockBuilder& block, int logits, const Shape& labels, bool upcast);

/// Embedding lookup in `parameter` [rows, hidden_size].
int embedding(const Context& context, BlockBuilder& block, const std::string& name, const std::string& parameter,
              std::int64_t rows, Operand ids, std::int64_t padding_index = -1);
/// The token ids looked up in `parameter` [vocab_size, hidden_size].
int tokenEmbedding(const Context& context, BlockBuilder& block, const std::string& name, const std::string& parameter,
                   std::int64_t padding_index = -1);
/// How learned positions are counted: from 0 alike in every sequence, or over the tokens of each that are no padding.
enum class Positions : std::uint8_t { from_zero, after_padding };
/// Learned positions looked up in `parameter` [max_position_embeddings, hidden_size].
int positionEmbedding(const Context& context, BlockBuilder& block, const std::string& parameter, Positions positions);
int embeddingSum(BlockBuilder& block, const std::string& name, int left, int right);

// ---- blocks: each appends one to the graph ----

/// The embedding block, which hands on `sum` after the config's dropout.
void addEmbeddingBlock(const Context& context, BlockBuilder& block, int sum);
/// Transformer layer `index`; its parameters are named `prefix`<index>.<name>.
void addLayer(const Context& context, const BlockTemplate& layer, std::int64_t index, const std::string& prefix);
/// The head of a causal language model over the final norm's output: logits with a weight of its own or, if the config
/// ties it, that of `embedding_module`.
void addCausalHead(const Context& context, BlockBuilder& block, int input, const std::string& embedding_module);
/// Any other head, which ends in `loss`.
void addHeadBlock(const Context& context, BlockBuilder& block, int loss);

}  // namespace remat::families
