// BERT and RoBERTa: encoders with a LayerNorm after each sum; masked-language or sequence-classification head.
// Sources: transformers models/bert/modeling_bert.py, models/roberta/modeling_roberta.py.
#include "engine/spec/families/family.h"

namespace remat::families {
namespace {

/// Where the two families differ: names in the state dict, and how positions are counted.
struct Names {
  std::string root;            // prefix of the encoder
  std::string transform;       // dense layer of the masked-language head
  std::string transform_norm;  // its LayerNorm
  std::string decoder;         // its output projection, tied to the word embeddings
  std::string decoder_bias;
  Positions positions;
};

const Names& namesOf(const ModelConfig& config) {
  static const Names bert{"bert.",
                          "/cls.predictions.transform.dense",
                          "/cls.predictions.transform.LayerNorm",
                          "cls.predictions.decoder",
                          "cls.predictions.bias",
                          Positions::from_zero};
  static const Names roberta{"roberta.",        "/lm_head.dense", "/lm_head.layer_norm",
                             "lm_head.decoder", "lm_head.bias",   Positions::after_padding};
  return config.model_type == "bert" ? bert : roberta;
}

void addEmbedding(const Context& context) {
  const ModelConfig& config = context.config;
  const Names& names = namesOf(config);
  const std::string prefix = "/" + names.root + "embeddings.";
  BlockBuilder block = context.block();
  block.group("embedding");
  const int words =
      tokenEmbedding(context, block, "word_embedding", prefix + "word_embeddings.weight", config.pad_token_id);
  const Operand type_ids = block.table(TableKind::token_type_ids, {kBatch, kSequence}, Dtype::int64);
  const int types = embedding(context, block, "token_type_embedding", prefix + "token_type_embeddings.weight",
                              config.type_vocab_size, type_ids);
  const int typed = embeddingSum(block, "typed_embedding", words, types);
  const int positions = positionEmbedding(context, block, prefix + "position_embeddings.weight", names.positions);
  const int sum = embeddingSum(block, "embedding_sum", typed, positions);
  addEmbeddingBlock(context, block, layerNorm(context, block, "embedding_norm", prefix + "LayerNorm", sum));
}

BlockTemplate layer(const Context& context) {
  const ModelConfig& config = context.config;
  BlockBuilder block = context.block();
  const double dropped = context.dropout(config.hidden_dropout);
  const int x = block.input("x", {{kBatch, kSequence, config.hidden_size}, context.dtype});
  block.group("attn_qkv");
  const int q = linear(block, "q", "attention.self.query", x, config.hidden_size, true);
  const int k = linear(block, "k", "attention.self.key", x, config.hidden_size, true);
  const int v = linear(block, "v", "attention.self.value", x, config.hidden_size, true);
  block.group("attention");
  const int attended = attention(context, block, {q, k, v, false, false});
  block.group("attn_out");
  const int projected = linear(block, "o", "attention.output.dense", attended, config.hidden_size, true);
  block.group("residual");
  const int branch = dropout(block, "attn_dropout", projected, dropped);
  const int sum = residual(block, "attn_residual", branch, x);
  block.group("mlp_norm");  // groups are named after what they feed, so that policies mean the same in every family
  const int middle = layerNorm(context, block, "mlp_norm", "attention.output.LayerNorm", sum);
  block.group("mlp");
  const int up = linear(block, "up", "intermediate.dense", middle, config.intermediate_size, true);
  const int act = activationFunction(context, block, up);
  const int down = linear(block, "down", "output.dense", act, config.hidden_size, true);
  block.group("residual");
  const int mlp = dropout(block, "mlp_dropout", down, dropped);
  const int out = residual(block, "mlp_residual", mlp, middle);
  block.group("out_norm");
  return addBody(context.graph, block, layerNorm(context, block, "out", "output.LayerNorm", out));
}

/// dense, activation, LayerNorm, projection to the vocabulary with the word embeddings.
int maskedLanguageLogits(const Context& context, BlockBuilder& block, int x) {
  const ModelConfig& config = context.config;
  const Names& names = namesOf(config);
  const int dense = linear(block, "head_dense", names.transform, x, config.hidden_size, true);
  ModelConfig head_config = config;
  if (config.model_type == "roberta") head_config.hidden_act = "gelu";  // whatever the layers use
  const Context head_context{head_config, context.spec, context.backend, context.dtype, context.head, context.graph};
  const int act = activationFunction(head_context, block, dense);
  const int norm = layerNorm(context, block, "head_norm", names.transform_norm, act);
  const bool tied = config.tie_word_embeddings;
  const std::string weight = tied ? names.root + "embeddings.word_embeddings.weight" : names.decoder + ".weight";
  const std::string bias = tied ? names.decoder_bias : names.decoder + ".bias";
  if (!tied)  // transformers has the vector all the same, unused
    context.graph.parameters.push_back(
        {names.decoder_bias, {config.vocab_size}, context.dtype, Parameter::Initial::zeros});
  return block.add(
      "logits", OpKind::linear,
      {BlockBuilder::activation(norm), block.parameter("/" + weight, {config.vocab_size, config.hidden_size}),
       block.parameter("/" + bias, {config.vocab_size}, Parameter::Initial::zeros)},
      {{"logits", Role::head_internal}})[0];
}

/// First token, dense, tanh, dropout, projection to the labels.
int classificationLogits(const Context& context, BlockBuilder& block, int x) {
  const ModelConfig& config = context.config;
  const bool bert = config.model_type == "bert";
  const double dropped = context.dropout(config.classifier_dropout);
  int first = block.add("first_token", OpKind::first_token, x, Role::head_internal);
  if (!bert) first = dropout(block, "classifier_input_dropout", first, dropped);
  const int dense = linear(block, "pooler_dense", bert ? "/bert.pooler.dense" : "/classifier.dense", first,
                           config.hidden_size, true, Role::head_internal);
  const int pooled = block.add("pooler", OpKind::tanh, dense, Role::head_internal);
  const int kept = dropout(block, "classifier_dropout", pooled, dropped);
  return linear(block, "logits", bert ? "/classifier" : "/classifier.out_proj", kept, config.num_labels, true,
                Role::head_internal);
}

void addHead(const Context& context) {
  BlockBuilder block = context.block();
  const int x = block.input("x", {{kBatch, kSequence, context.config.hidden_size}, context.dtype});
  block.group("head");
  const bool masked = context.head == Head::masked_lm;
  const int logits = masked ? maskedLanguageLogits(context, block, x) : classificationLogits(context, block, x);
  block.group("loss");
  const int loss = crossEntropy(block, logits, {masked ? kTokens : kBatch}, /*upcast=*/false);
  addHeadBlock(context, block, loss);
}

}  // namespace

void buildBert(const Context& context) {
  addEmbedding(context);
  const BlockTemplate block = layer(context);
  const std::string prefix = namesOf(context.config).root + "encoder.layer.";
  for (std::int64_t i = 0; i < context.config.num_hidden_layers; ++i) addLayer(context, block, i, prefix);
  addHead(context);
}

}  // namespace remat::families
