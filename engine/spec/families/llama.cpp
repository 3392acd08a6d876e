// The LLaMA shape: RMSNorm before each branch, rotary embedding, grouped keys and values, gated MLP.
// Source: transformers models/llama/modeling_llama.py; mistral, qwen2 and qwen3 differ in the config's features only.
#include "engine/spec/families/family.h"

namespace remat::families {
namespace {

int selfAttention(const Context& context, BlockBuilder& block, int x, bool windowed) {
  const ModelConfig& config = context.config;
  OpAttributes heads;
  heads.heads = config.num_attention_heads;
  heads.kv_heads = config.num_key_value_heads;
  heads.head_dim = config.head_dim;

  block.group("attn_qkv");
  const bool bias = config.attention_bias;
  int q = linear(block, "q", "self_attn.q_proj", x, heads.heads * heads.head_dim, bias);
  int k = linear(block, "k", "self_attn.k_proj", x, heads.kv_heads * heads.head_dim, bias);
  const int v = linear(block, "v", "self_attn.v_proj", x, heads.kv_heads * heads.head_dim, bias);
  if (config.qk_norm) {
    block.group("attn_qk_norm");
    OpAttributes kv = heads;
    kv.heads = heads.kv_heads;
    const int q_heads = block.add("q_heads", OpKind::split_heads, q, Role::projection, heads);
    q = rmsNorm(context, block, "q_norm", "self_attn.q_norm.weight", q_heads, /*of_projection=*/true);
    const int k_heads = block.add("k_heads", OpKind::split_heads, k, Role::projection, kv);
    k = rmsNorm(context, block, "k_norm", "self_attn.k_norm.weight", k_heads, /*of_projection=*/true);
  }
  block.group("rope");
  const Shape table{1, 1, kSequence, config.head_dim};
  const std::vector<int> rotated = block.add("rope", OpKind::rotary,
                                             {BlockBuilder::activation(q), BlockBuilder::activation(k),
                                              block.table(TableKind::rope_cos, table, block.type(x).dtype),
                                              block.table(TableKind::rope_sin, table, block.type(x).dtype)},
                                             {{"q_rotated", Role::rotary}, {"k_rotated", Role::rotary}}, heads);
  block.group("attention");
  const int out = attention(context, block, {rotated[0], rotated[1], v, true, windowed});
  block.group("attn_out");
  return linear(block, "o", "self_attn.o_proj", out, config.hidden_size, config.attention_output_bias);
}

int gatedMlp(const Context& context, BlockBuilder& block, int x) {
  const ModelConfig& config = context.config;
  block.group("mlp");
  const int gate = linear(block, "gate", "mlp.gate_proj", x, config.intermediate_size, config.mlp_bias);
  const int act = activationFunction(context, block, gate);
  const int up = linear(block, "up", "mlp.up_proj", x, config.intermediate_size, config.mlp_bias);
  const int product =
      block.add("product", OpKind::multiply, {BlockBuilder::activation(act), BlockBuilder::activation(up)},
                {{"product", Role::gated_product}})[0];
  return linear(block, "down", "mlp.down_proj", product, config.hidden_size, config.mlp_bias);
}

BlockTemplate layer(const Context& context, bool windowed) {
  BlockBuilder block = context.block();
  const int x = block.input("x", {{kBatch, kSequence, context.config.hidden_size}, context.dtype});
  block.group("attn_norm");
  const int attn_norm = rmsNorm(context, block, "attn_norm", "input_layernorm.weight", x);
  const int attended = selfAttention(context, block, attn_norm, windowed);
  block.group("residual");
  const int middle = residual(block, "attn_residual", x, attended);
  block.group("mlp_norm");
  const int mlp_norm = rmsNorm(context, block, "mlp_norm", "post_attention_layernorm.weight", middle);
  const int mlp = gatedMlp(context, block, mlp_norm);
  block.group("residual");
  return addBody(context.graph, block, residual(block, "out", middle, mlp));
}

void addEmbedding(const Context& context) {
  BlockBuilder block = context.block();
  block.group("embedding");
  addEmbeddingBlock(
      context, block,
      tokenEmbedding(context, block, "embedding", "/model.embed_tokens.weight", context.config.pad_token_id));
}

void addHead(const Context& context) {
  BlockBuilder block = context.block();
  const int x = block.input("x", {{kBatch, kSequence, context.config.hidden_size}, context.dtype});
  block.group("final_norm");
  const int norm = rmsNorm(context, block, "final_norm", "/model.norm.weight", x);
  addCausalHead(context, block, norm, "/model.embed_tokens");
}

}  // namespace

void buildLlama(const Context& context) {
  const ModelConfig& config = context.config;
  addEmbedding(context);
  const bool window_matters = config.sliding_window && *config.sliding_window < context.spec.sequence_length;
  const std::int64_t first_windowed = window_matters ? config.first_sliding_layer : config.num_hidden_layers;
  BlockTemplate plain;
  BlockTemplate windowed;
  if (first_windowed > 0) plain = layer(context, false);
  if (first_windowed < config.num_hidden_layers) windowed = layer(context, true);
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i)
    addLayer(context, i < first_windowed ? plain : windowed, i, "model.layers.");
  addHead(context);
}

}  // namespace remat::families
