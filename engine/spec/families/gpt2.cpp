// GPT-2: LayerNorm before each branch, learned positions, one fused qkv projection, plain MLP.
// Source: transformers models/gpt2/modeling_gpt2.py. Projections are Conv1D modules: weight stored [in, out].
#include "engine/spec/families/family.h"

namespace remat::families {
namespace {

int conv1d(BlockBuilder& block, const std::string& op, const std::string& prefix, int input, std::int64_t out) {
  const Operand weight = block.parameter(prefix + ".weight", {block.type(input).shape.back(), out});
  const Operand bias = block.parameter(prefix + ".bias", {out}, Parameter::Initial::zeros);
  return block.add(op, OpKind::conv1d, {BlockBuilder::activation(input), weight, bias}, {{op, Role::projection}})[0];
}

void addEmbedding(const Context& context) {
  BlockBuilder block = context.block();
  block.group("embedding");
  const int tokens = tokenEmbedding(context, block, "token_embedding", "/transformer.wte.weight");
  const int positions = positionEmbedding(context, block, "/transformer.wpe.weight", Positions::from_zero);
  addEmbeddingBlock(context, block, embeddingSum(block, "embedding", tokens, positions));
}

BlockTemplate layer(const Context& context) {
  const ModelConfig& config = context.config;
  BlockBuilder block = context.block();
  const double dropped = context.dropout(config.hidden_dropout);
  const int x = block.input("x", {{kBatch, kSequence, config.hidden_size}, context.dtype});
  block.group("attn_norm");
  const int attn_norm = layerNorm(context, block, "attn_norm", "ln_1", x);
  block.group("attn_qkv");
  const int qkv = conv1d(block, "qkv", "attn.c_attn", attn_norm, 3 * config.hidden_size);
  OpAttributes heads;
  heads.heads = config.num_attention_heads;
  heads.head_dim = config.head_dim;
  const std::vector<int> parts =
      block.add("split_qkv", OpKind::split_qkv, {BlockBuilder::activation(qkv)},
                {{"q", Role::projection}, {"k", Role::projection}, {"v", Role::projection}}, heads);
  block.group("attention");
  const int attended = attention(context, block, {parts[0], parts[1], parts[2], true, false});
  block.group("attn_out");
  const int projected = conv1d(block, "o", "attn.c_proj", attended, config.hidden_size);
  block.group("residual");
  const int branch = dropout(block, "attn_dropout", projected, dropped);
  const int middle = residual(block, "attn_residual", x, branch);
  block.group("mlp_norm");
  const int mlp_norm = layerNorm(context, block, "mlp_norm", "ln_2", middle);
  block.group("mlp");
  const int up = conv1d(block, "up", "mlp.c_fc", mlp_norm, config.intermediate_size);
  const int act = activationFunction(context, block, up);
  const int down = conv1d(block, "down", "mlp.c_proj", act, config.hidden_size);
  block.group("residual");
  const int mlp = dropout(block, "mlp_dropout", down, dropped);
  return addBody(context.graph, block, residual(block, "out", middle, mlp));
}

void addHead(const Context& context) {
  BlockBuilder block = context.block();
  const int x = block.input("x", {{kBatch, kSequence, context.config.hidden_size}, context.dtype});
  block.group("final_norm");
  const int norm = layerNorm(context, block, "final_norm", "/transformer.ln_f", x);
  addCausalHead(context, block, norm, "/transformer.wte");
}

}  // namespace

void buildGpt2(const Context& context) {
  addEmbedding(context);
  const BlockTemplate block = layer(context);
  for (std::int64_t i = 0; i < context.config.num_hidden_layers; ++i) addLayer(context, block, i, "transformer.h.");
  addHead(context);
}

}  // namespace remat::families
