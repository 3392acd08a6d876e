// The pieces of transformer blocks that families share, written op for op as transformers writes them.
#include <cmath>
#include <numbers>

#include "engine/spec/attention_choice.h"
#include "engine/spec/error.h"
#include "engine/spec/families/family.h"

namespace remat::families {
namespace {

Operand operand(int activation) { return BlockBuilder::activation(activation); }

OpAttributes scalar(double value) {
  OpAttributes attributes;
  attributes.scalar = value;
  return attributes;
}

OpAttributes toDtype(Dtype dtype) {
  OpAttributes attributes;
  attributes.dtype = dtype;
  return attributes;
}

/// 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))), ten kernels: transformers' NewGELUActivation.
int compositeGeluNew(BlockBuilder& block, int x) {
  constexpr Role kInternal = Role::activation_internal;
  const int half = block.add("act_half", OpKind::multiply_scalar, x, kInternal, scalar(0.5));
  const int cube = block.add("act_cube", OpKind::power, x, kInternal, scalar(3.0));
  const int scaled = block.add("act_scaled_cube", OpKind::multiply_scalar, cube, kInternal, scalar(0.044715));
  const int sum = block.add("act_sum", OpKind::add, {operand(x), operand(scaled)}, {{"act_sum", kInternal}})[0];
  const int inner =
      block.add("act_inner", OpKind::multiply_scalar, sum, kInternal, scalar(std::sqrt(2.0 / std::numbers::pi)));
  const int tanh = block.add("act_tanh", OpKind::tanh, inner, kInternal);
  const int one_plus = block.add("act_one_plus", OpKind::add_scalar, tanh, kInternal, scalar(1.0));
  return block.add("act", OpKind::multiply, {operand(half), operand(one_plus)}, {{"act", Role::activation_output}})[0];
}

OpAttributes attentionAttributes(const Context& context, const AttentionInputs& in) {
  OpAttributes attributes;
  attributes.heads = context.config.num_attention_heads;
  attributes.kv_heads = context.config.num_key_value_heads;
  attributes.head_dim = context.config.head_dim;
  attributes.causal = in.causal;
  attributes.scalar = 1.0;
  return attributes;
}

int expandHeads(BlockBuilder& block, const std::string& name, int input, OpAttributes attributes, double factor) {
  attributes.scalar = factor;
  return block.add(name, OpKind::expand_heads, input, Role::attention_internal, attributes);
}

Operand windowMask(BlockBuilder& block, const AttentionInputs& in) {
  return block.table(TableKind::sliding_window_mask, {1, 1, kSequence, kSequence}, block.type(in.q).dtype);
}

/// Keys and values once for every query head: with a mask transformers makes them so itself.
AttentionInputs withRepeatedHeads(const Context& context, BlockBuilder& block, AttentionInputs in) {
  const OpAttributes attributes = attentionAttributes(context, in);
  if (attributes.kv_heads == attributes.heads) return in;
  in.k = expandHeads(block, "k_repeated", in.k, attributes, 1.0);
  in.v = expandHeads(block, "v_repeated", in.v, attributes, 1.0);
  return in;
}

/// One kernel. The memory-efficient one wants as many key heads as query heads.
int attentionInOneKernel(const Context& context, BlockBuilder& block, AttentionInputs in, AttentionKernel kernel) {
  if (in.windowed || kernel == AttentionKernel::efficient) in = withRepeatedHeads(context, block, in);
  OpAttributes attributes = attentionAttributes(context, in);
  attributes.attention = kernel;
  attributes.dropout = context.dropout(context.config.attention_dropout);
  std::vector<Operand> inputs{operand(in.q), operand(in.k), operand(in.v)};
  if (in.windowed) {
    inputs.push_back(windowMask(block, in));
    attributes.causal = false;
  }
  std::vector<BlockBuilder::Result> results = {{"attention_out", Role::attention_output},
                                               {"attention_lse", Role::attention_statistic}};
  if (context.backend == Backend::cuda) {
    results.push_back({"attention_seed", Role::attention_statistic});
    results.push_back({"attention_offset", Role::attention_statistic});
  }
  return block.add("attention", OpKind::attention, inputs, results, attributes)[0];
}

/// What torch's math path does to query, key and value before it computes: in float32 whatever they are, after autocast
/// has made them low.
int asMathWants(const Context& context, BlockBuilder& block, const std::string& name, int input) {
  const auto low = autocastDtype(context.spec.precision);
  if (low) input = block.add(name + "_low", OpKind::cast, input, Role::attention_internal, toDtype(*low));
  if (block.type(input).dtype == Dtype::float32) return input;
  return block.add(name + "_float", OpKind::cast, input, Role::attention_internal, toDtype(Dtype::float32));
}

/// Written out op by op, as torch's math path: with the probabilities in memory.
int attentionWrittenOut(const Context& context, BlockBuilder& block, AttentionInputs in) {
  if (in.windowed) in = withRepeatedHeads(context, block, in);
  OpAttributes attributes = attentionAttributes(context, in);
  attributes.causal = in.causal && !in.windowed;
  const Dtype dtype = autocastDtype(context.spec.precision).value_or(block.type(in.q).dtype);
  const double half_scale =
      std::sqrt(1.0 / std::sqrt(static_cast<double>(context.config.head_dim)));  // half on q, half on k
  const int q = expandHeads(block, "q_scaled", asMathWants(context, block, "q", in.q), attributes, half_scale);
  const int k = expandHeads(block, "k_scaled", asMathWants(context, block, "k", in.k), attributes, half_scale);
  const int v = expandHeads(block, "v_heads", asMathWants(context, block, "v", in.v), attributes, 1.0);
  int scores = block.add("attention_scores", OpKind::attention_scores, {operand(q), operand(k)},
                         {{"attention_scores", Role::attention_internal}}, attributes)[0];
  if (in.windowed)
    scores = block.add("attention_masked_scores", OpKind::add, {operand(scores), windowMask(block, in)},
                       {{"attention_masked_scores", Role::attention_internal}})[0];
  const int probabilities = block.add("attention_probabilities", OpKind::softmax, scores, Role::attention_internal);
  const int kept =
      dropout(block, "attention_dropout", probabilities, context.dropout(context.config.attention_dropout));
  const bool narrows = dtype != Dtype::float32;
  const BlockBuilder::Result wide = {narrows ? "attention_context" : "attention_out",
                                     narrows ? Role::attention_internal : Role::attention_output};
  const int out =
      block.add("attention_context", OpKind::attention_context, {operand(kept), operand(v)}, {wide}, attributes)[0];
  return narrows ? block.add("attention_out", OpKind::cast, out, Role::attention_output, toDtype(dtype)) : out;
}

}  // namespace

BlockBuilder Context::block() const {
  BlockBuilder builder(graph, backend);
  builder.setParameterDtype(dtype);
  return builder;
}

int linear(BlockBuilder& block, const std::string& op, const std::string& prefix, int input, std::int64_t out,
           bool bias, Role role) {
  std::vector<Operand> inputs{operand(input),
                              block.parameter(prefix + ".weight", {out, block.type(input).shape.back()})};
  if (bias) inputs.push_back(block.parameter(prefix + ".bias", {out}, Parameter::Initial::zeros));
  return block.add(op, OpKind::linear, inputs, {{op, role}})[0];
}

int rmsNorm(const Context& context, BlockBuilder& block, const std::string& name, const std::string& weight, int input,
            bool of_projection) {
  const Operand w = block.parameter(weight, {block.type(input).shape.back()}, Parameter::Initial::ones);
  const OpAttributes epsilon = scalar(context.config.norm_eps);
  if (context.spec.norm_spelling == Spelling::fused)
    return block.add(name, OpKind::rms_norm, {operand(input), w},
                     {{name, Role::norm_output}, {name + "_rstd", Role::norm_statistic}}, epsilon)[0];

  // transformers normalises in float32 whatever the input's dtype, and goes back to that before the weight
  const auto low = of_projection ? autocastDtype(context.spec.precision) : std::nullopt;
  const Dtype dtype = low.value_or(block.type(input).dtype);
  int x = input;
  if (dtype != Dtype::float32)
    x = block.add(name + "_float", OpKind::cast, input, Role::norm_internal, toDtype(Dtype::float32));
  const int square = block.add(name + "_square", OpKind::power, x, Role::norm_internal, scalar(2.0));
  const int mean = block.add(name + "_mean", OpKind::mean_last, square, Role::norm_internal);
  const int rstd = block.add(name + "_rstd", OpKind::rsqrt, mean, Role::norm_statistic, epsilon);
  int normalised = block.add(name + "_normalised", OpKind::multiply, {operand(x), operand(rstd)},
                             {{name + "_normalised", Role::norm_internal}})[0];
  if (dtype != Dtype::float32)
    normalised = block.add(name + "_cast", OpKind::cast, normalised, Role::norm_internal, toDtype(dtype));
  return block.add(name, OpKind::multiply, {w, operand(normalised)}, {{name, Role::norm_output}})[0];
}

int layerNorm(const Context& context, BlockBuilder& block, const std::string& name, const std::string& prefix,
              int input) {
  const Extent width = block.type(input).shape.back();
  return block.add(
      name, OpKind::layer_norm,
      {operand(input), block.parameter(prefix + ".weight", {width}, Parameter::Initial::ones),
       block.parameter(prefix + ".bias", {width}, Parameter::Initial::zeros)},
      {{name, Role::norm_output}, {name + "_mean", Role::norm_statistic}, {name + "_rstd", Role::norm_statistic}},
      scalar(context.config.norm_eps))[0];
}

int activationFunction(const Context& context, BlockBuilder& block, int input) {
  const std::string& name = context.config.hidden_act;
  if (name == "gelu_new" && context.spec.activation_spelling == Spelling::composite)
    return compositeGeluNew(block, input);
  static const std::vector<std::pair<std::string_view, OpKind>> kernels = {{"silu", OpKind::silu},
                                                                           {"relu", OpKind::relu},
                                                                           {"gelu", OpKind::gelu},
                                                                           {"gelu_new", OpKind::gelu_tanh},
                                                                           {"gelu_pytorch_tanh", OpKind::gelu_tanh}};
  for (const auto& [known, kind] : kernels)
    if (known == name) return block.add("act", kind, input, Role::activation_output);
  throw Error(ErrorKind::bad_input, "/hidden_act",
              "expected silu, relu, gelu, gelu_new or gelu_pytorch_tanh, got " + name);
}

int dropout(BlockBuilder& block, const std::string& name, int input, double probability) {
  if (probability <= 0.0) return input;
  return block.add(name, OpKind::dropout, {operand(input)},
                   {{name, Role::dropout_output}, {name + "_mask", Role::dropout_mask}}, scalar(probability))[0];
}

int residual(BlockBuilder& block, const std::string& name, int stream, int branch) {
  return block.add(name, OpKind::add, {operand(stream), operand(branch)}, {{name, Role::residual}})[0];
}

int attention(const Context& context, BlockBuilder& block, const AttentionInputs& in) {
  const ModelConfig& config = context.config;
  const AttentionCall call = {context.backend, autocastDtype(context.spec.precision).value_or(block.type(in.q).dtype),
                              config.num_key_value_heads != config.num_attention_heads, in.windowed,
                              context.dropout(config.attention_dropout) > 0.0};
  const AttentionKernel kernel = chooseAttentionKernel(context.spec.attention, call);
  return kernel == AttentionKernel::math ? attentionWrittenOut(context, block, in)
                                         : attentionInOneKernel(context, block, in, kernel);
}

int crossEntropy(BlockBuilder& block, int logits, const Shape& labels, bool upcast) {
  if (upcast && block.type(logits).dtype != Dtype::float32)
    logits = block.add("logits_float", OpKind::cast, logits, Role::head_internal, toDtype(Dtype::float32));
  const int log_probabilities =
      block.add("log_softmax", OpKind::log_softmax, {operand(logits)}, {{"log_probabilities", Role::head_internal}})[0];
  return block.add("nll_loss", OpKind::nll_loss,
                   {operand(log_probabilities), block.table(TableKind::labels, labels, Dtype::int64)},
                   {{"loss", Role::loss}, {"total_weight", Role::loss}})[0];
}

int embedding(const Context& context, BlockBuilder& block, const std::string& name, const std::string& parameter,
              std::int64_t rows, Operand ids, std::int64_t padding_index) {
  OpAttributes attributes;
  attributes.padding_index = padding_index;
  return block.add(name, OpKind::embedding, {block.parameter(parameter, {rows, context.config.hidden_size}), ids},
                   {{name, Role::embedding}}, attributes)[0];
}

int tokenEmbedding(const Context& context, BlockBuilder& block, const std::string& name, const std::string& parameter,
                   std::int64_t padding_index) {
  const Operand ids = block.table(TableKind::input_ids, {kBatch, kSequence}, Dtype::int64);
  return embedding(context, block, name, parameter, context.config.vocab_size, ids, padding_index);
}

int positionEmbedding(const Context& context, BlockBuilder& block, const std::string& parameter, Positions positions) {
  const bool skip_padding = positions == Positions::after_padding;
  const Shape shape = skip_padding ? Shape{kBatch, kSequence} : Shape{1, kSequence};
  const Operand ids = block.table(TableKind::position_ids, shape, Dtype::int64);
  return embedding(context, block, "position_embedding", parameter, context.config.max_position_embeddings, ids,
                   skip_padding ? context.config.pad_token_id : -1);
}

int embeddingSum(BlockBuilder& block, const std::string& name, int left, int right) {
  return block.add(name, OpKind::add, {operand(left), operand(right)}, {{name, Role::embedding}})[0];
}

void addEmbeddingBlock(const Context& context, BlockBuilder& block, int sum) {
  const int out = dropout(block, "embedding_dropout", sum, context.dropout(context.config.embedding_dropout));
  addBlock(context.graph, addBody(context.graph, block, out), BlockKind::embedding, "embedding", -1, "");
}

void addLayer(const Context& context, const BlockTemplate& layer, std::int64_t index, const std::string& prefix) {
  const std::string number = std::to_string(index);
  addBlock(context.graph, layer, BlockKind::layer, "layer " + number, static_cast<int>(index), prefix + number + ".");
}

void addCausalHead(const Context& context, BlockBuilder& block, int input, const std::string& embedding_module) {
  block.group("head");
  const std::string module = context.config.tie_word_embeddings ? embedding_module : "/lm_head";
  const int logits = linear(block, "logits", module, input, context.config.vocab_size, false, Role::head_internal);
  block.group("loss");
  addHeadBlock(context, block, crossEntropy(block, logits, {kTokens}, /*upcast=*/true));
}

void addHeadBlock(const Context& context, BlockBuilder& block, int loss) {
  addBlock(context.graph, addBody(context.graph, block, loss), BlockKind::head, "head", -1, "");
}

}  // namespace remat::families
