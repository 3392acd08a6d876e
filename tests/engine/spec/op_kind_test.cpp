// What is known about every kind of op before it runs, spelt out for one call of each.
#include "engine/spec/op_kind.h"

#include <set>

#include <gmock/gmock.h>

#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using testing::HasSubstr;

constexpr Sizes kSizes{.batch_size = 2, .sequence_length = 3};
const Shape kHidden = {kBatch, kSequence, 8};
const Shape kHeads = {kBatch, 2, kSequence, 4};
const Shape kScores = {kBatch, 2, kSequence, kSequence};

TensorType f32(Shape shape) { return {std::move(shape), Dtype::float32}; }
TensorType bf16(Shape shape) { return {std::move(shape), Dtype::bfloat16}; }
TensorType ids(Shape shape) { return {std::move(shape), Dtype::int64}; }

/// Two query heads and one key-value head of size 4.
OpAttributes heads(bool causal = false) {
  OpAttributes attributes;
  attributes.heads = 2;
  attributes.kv_heads = 1;
  attributes.head_dim = 4;
  attributes.causal = causal;
  return attributes;
}

OpAttributes to(Dtype dtype) {
  OpAttributes attributes;
  attributes.dtype = dtype;
  return attributes;
}

/// Seven rows in chunks of 3, 2 and 2.
OpAttributes chunks(std::int64_t chunk = 0) {
  OpAttributes attributes;
  attributes.rows = 7;
  attributes.chunks = 3;
  attributes.chunk = chunk;
  return attributes;
}

struct Call {
  OpKind kind;
  std::vector<TensorType> inputs;
  std::string outputs;  ///< "[B, S, 8] float32", a view as "... of 0"
  std::string saves;    ///< "in0 out1", in autograd's order
  std::int64_t flops = 0;
  OpAttributes attributes = {};
  Backend backend = Backend::cpu;
};

std::string outputText(const Call& call) {
  std::string text;
  for (const OutputType& output : outputTypes(call.kind, call.attributes, call.inputs, call.backend)) {
    text += (text.empty() ? "" : ", ") + shapeText(output.type.shape) + " " + std::string(dtypeName(output.type.dtype));
    if (output.alias_of_input >= 0) text += " of " + std::to_string(output.alias_of_input);
  }
  return text;
}

std::string saveText(const Call& call) {
  std::string text;
  const std::vector<bool> all_need_gradients(call.inputs.size(), true);
  for (Saved saved : savedTensors(call.kind, call.attributes, all_need_gradients, call.inputs, call.backend))
    text += (text.empty() ? "" : " ") + std::string(saved.side == Saved::Side::input ? "in" : "out") +
            std::to_string(saved.index);
  return text;
}

// Elements: [B, S, 8] has 48, [B, heads, S, S] has 36.
// NOLINTBEGIN(readability-function-size, bugprone-implicit-widening-of-multiplication-result): a table of small numbers
const std::vector<Call>& calls() {
  static const std::vector<Call> all = {
      {OpKind::embedding, {f32({11, 8}), ids({kBatch, kSequence})}, "[B, S, 8] float32", "in1", 0},
      {OpKind::add, {f32(kHidden), f32(kHidden)}, "[B, S, 8] float32", "", 48},
      {OpKind::multiply, {f32(kHidden), f32(kHidden)}, "[B, S, 8] float32", "in1 in0", 48},
      {OpKind::multiply_scalar, {f32(kHidden)}, "[B, S, 8] float32", "", 48},
      {OpKind::add_scalar, {f32(kHidden)}, "[B, S, 8] float32", "", 48},
      {OpKind::power, {f32(kHidden)}, "[B, S, 8] float32", "in0", 48},
      {OpKind::mean_last, {f32(kHidden)}, "[B, S, 1] float32", "", 48},
      {OpKind::rsqrt, {f32({kBatch, kSequence, 1})}, "[B, S, 1] float32", "out0", 6},
      {OpKind::tanh, {f32(kHidden)}, "[B, S, 8] float32", "out0", 48},
      {OpKind::silu, {f32(kHidden)}, "[B, S, 8] float32", "in0", 48},
      {OpKind::relu, {f32(kHidden)}, "[B, S, 8] float32", "out0", 48},
      {OpKind::gelu, {f32(kHidden)}, "[B, S, 8] float32", "in0", 48},
      {OpKind::gelu_tanh, {f32(kHidden)}, "[B, S, 8] float32", "in0", 48},
      // mm saves its second operand first, addmm its first
      {OpKind::linear, {f32(kHidden), f32({10, 8})}, "[B, S, 10] float32", "in1 in0", 2 * 6 * 8 * 10},
      {OpKind::linear, {f32(kHidden), f32({10, 8}), f32({10})}, "[B, S, 10] float32", "in0 in1", 2 * 6 * 8 * 10},
      {OpKind::conv1d, {f32(kHidden), f32({8, 10}), f32({10})}, "[B, S, 10] float32", "in0 in1", 2 * 6 * 8 * 10},
      {OpKind::layer_norm,
       {f32(kHidden), f32({8}), f32({8})},
       "[B, S, 8] float32, [B, S, 1] float32, [B, S, 1] float32",
       "in2 in0 in1 out1 out2",
       5 * 48},
      {OpKind::rms_norm, {f32(kHidden), f32({8})}, "[B, S, 8] float32, [B, S, 1] float32", "in0 in1 out1", 5 * 48},
      {OpKind::split_heads, {f32(kHidden)}, "[B, S, 2, 4] float32 of 0", "", 0, heads()},
      {OpKind::split_qkv,
       {f32({kBatch, kSequence, 24})},
       "[B, S, 8] float32 of 0, [B, S, 8] float32 of 0, [B, S, 8] float32 of 0",
       "",
       0,
       heads()},
      {OpKind::rotary,
       {f32(kHidden), f32({kBatch, kSequence, 4}), f32({1, 1, kSequence, 4}), f32({1, 1, kSequence, 4})},
       "[B, 2, S, 4] float32, [B, 1, S, 4] float32",
       "in2 in3 in2 in3",
       3 * (48 + 24),
       heads()},
      {OpKind::expand_heads, {f32({kBatch, kSequence, 4})}, "[B, 2, S, 4] float32", "", 0, heads()},
      {OpKind::attention,
       {f32(kHeads), f32({kBatch, 1, kSequence, 4}), f32({kBatch, kSequence, 4})},
       "[B, S, 8] float32, [B, 2, S] float32",
       "in1 in0 in2 out1 out0",
       2 * (2 * 2 * 2 * 3 * 3 * 4),
       heads()},
      {OpKind::attention,
       {f32(kHeads), f32({kBatch, 1, kSequence, 4}), f32({kBatch, kSequence, 4})},
       "[B, S, 8] float32, [B, 2, S] float32, [2] int64, [] int64",
       "in1 in0 in2 out1 out0 out2 out3",
       2 * (2 * 2 * 2 * 3 * 3 * 4),
       heads(),
       Backend::cuda},
      {OpKind::attention_scores,
       {f32(kHeads), f32(kHeads)},
       "[B, 2, S, S] float32",
       "in1 in0",
       2 * 2 * 2 * 3 * 3 * 4,
       heads()},
      {OpKind::softmax, {f32(kScores)}, "[B, 2, S, S] float32", "out0", 36},
      {OpKind::attention_context,
       {f32(kScores), f32(kHeads)},
       "[B, S, 8] float32",
       "in1 in0",
       2 * 2 * 2 * 3 * 3 * 4,
       heads()},
      {OpKind::dropout, {f32(kHidden)}, "[B, S, 8] float32, [B, S, 8] float32", "out1", 48},
      {OpKind::cast, {f32(kHidden)}, "[B, S, 8] bfloat16", "", 0, to(Dtype::bfloat16)},
      {OpKind::first_token, {f32(kHidden)}, "[B, 8] float32 of 0", "", 0},
      {OpKind::log_softmax, {f32({kBatch, kSequence, 11})}, "[B*S, 11] float32", "out0", 66},
      {OpKind::nll_loss, {f32({kTokens, 11}), ids({kTokens})}, "[] float32, [] float32", "in0 in1 out1", 0},
      {OpKind::split_rows,
       {f32(kHidden)},
       "[3, 8] float32 of 0, [2, 8] float32 of 0, [2, 8] float32 of 0",
       "",
       0,
       chunks()},
      {OpKind::nll_sum, {f32({2, 11}), ids({kTokens})}, "[] float32, [] float32", "in0 in1 out1", 0, chunks(1)},
      {OpKind::divide_by_count, {bf16({}), ids({kTokens})}, "[] float32, [] float32", "out1", 1},
  };
  return all;
}
// NOLINTEND(readability-function-size, bugprone-implicit-widening-of-multiplication-result)

class OpKindCall : public testing::TestWithParam<Call> {};

INSTANTIATE_TEST_SUITE_P(Kinds, OpKindCall, testing::ValuesIn(calls()), [](const auto& call) {
  const std::string name = std::string(opKindName(call.param.kind)) + "_of_" + std::to_string(call.param.inputs.size());
  return name + (call.param.backend == Backend::cuda ? "_on_cuda" : "");
});

TEST_P(OpKindCall, has_these_outputs) { EXPECT_EQ(outputText(GetParam()), GetParam().outputs); }

TEST_P(OpKindCall, saves_this_for_backward) { EXPECT_EQ(saveText(GetParam()), GetParam().saves); }

TEST_P(OpKindCall, does_so_many_flops) {
  const Call& call = GetParam();
  EXPECT_EQ(opFlops(call.kind, call.attributes, call.inputs, kSizes), call.flops);
}

TEST_P(OpKindCall, refuses_another_number_of_inputs) {
  Call call = GetParam();
  call.inputs.resize(call.inputs.size() + 3, f32({8}));
  EXPECT_THAT(errorOf(ErrorKind::failed, [&] { (void)outputText(call); }), HasSubstr(opKindName(call.kind)));
  call.inputs.clear();
  EXPECT_THAT(errorOf(ErrorKind::failed, [&] { (void)outputText(call); }), HasSubstr("got 0"));
}

TEST(OpKinds, are_all_spelt_out_above) {
  std::set<OpKind> tested;
  for (const Call& call : calls()) tested.insert(call.kind);
  EXPECT_EQ(tested, std::set<OpKind>(allOpKinds().begin(), allOpKinds().end()));
}

TEST(OpKinds, have_names_of_their_own) {
  std::set<std::string_view> names;
  for (OpKind kind : allOpKinds()) names.insert(opKindName(kind));
  EXPECT_EQ(names.size(), allOpKinds().size());
  EXPECT_FALSE(names.contains(""));
}

TEST(OpKinds, keep_only_the_factors_whose_other_factor_wants_a_gradient) {
  const std::vector<TensorType> inputs = {f32(kHidden), f32(kHidden)};
  const auto saved = [&](bool first, bool second) {
    return savedTensors(OpKind::multiply, {}, {first, second}, inputs, Backend::cpu);
  };
  EXPECT_THAT(saved(true, false), testing::ElementsAre(Saved{Saved::Side::input, 1}));
  EXPECT_THAT(saved(false, true), testing::ElementsAre(Saved{Saved::Side::input, 0}));
  EXPECT_THAT(saved(false, false), testing::IsEmpty());
}

TEST(OpKinds, save_the_mask_of_attention_if_there_is_one) {
  const Call call{
      OpKind::attention, {f32(kHeads), f32(kHeads), f32(kHeads), f32({1, 1, kSequence, kSequence})}, "", ""};
  EXPECT_EQ(saveText(call), "in3 in1 in0 in2 out1 out0");
}

TEST(OpKinds, take_heads_in_either_layout) {
  for (const Shape& shape : {kHidden, kHeads}) {
    EXPECT_EQ(outputText({OpKind::expand_heads, {f32(shape)}, "", "", 0, heads()}), "[B, 2, S, 4] float32");
    EXPECT_EQ(outputText({OpKind::attention, {f32(shape), f32(shape), f32(shape)}, "", "", 0, heads()}),
              "[B, S, 8] float32, [B, 2, S] float32");
  }
}

TEST(OpKinds, broadcast_the_smaller_factor) {
  EXPECT_EQ(outputText({OpKind::multiply, {f32({8}), f32(kHidden)}, "", ""}), "[B, S, 8] float32");
  EXPECT_EQ(outputText({OpKind::multiply, {f32(kHidden), f32({kBatch, kSequence, 1})}, "", ""}), "[B, S, 8] float32");
}

TEST(OpKinds, promote_mixed_inputs) {
  EXPECT_EQ(outputText({OpKind::add, {bf16(kHidden), f32(kHidden)}, "", ""}), "[B, S, 8] float32");
  EXPECT_EQ(outputText({OpKind::add, {bf16(kHidden), bf16(kHidden)}, "", ""}), "[B, S, 8] bfloat16");
  EXPECT_EQ(outputText({OpKind::rms_norm, {bf16(kHidden), f32({8})}, "", ""}), "[B, S, 8] float32, [B, S, 1] float32");
}

TEST(OpKinds, visit_half_of_the_scores_in_causal_attention) {
  const std::vector<TensorType> inputs = {f32(kHeads), f32(kHeads), f32(kHeads)};
  EXPECT_EQ(2 * opFlops(OpKind::attention, heads(true), inputs, kSizes),
            opFlops(OpKind::attention, heads(false), inputs, kSizes));
}

TEST(OpKinds, count_the_flops_of_large_models_without_overflow) {  // elements of input times elements of weight: 2^66
  const std::vector<TensorType> inputs = {bf16({kBatch, kSequence, 32768}), bf16({131072, 32768})};
  EXPECT_EQ(opFlops(OpKind::linear, {}, inputs, {.batch_size = 512, .sequence_length = 2048}),
            std::int64_t{2} * 512 * 2048 * 32768 * 131072);
}

TEST(OpKinds, differ_by_device_in_statistics_and_masks) {
  const std::vector<TensorType> norm = {bf16(kHidden), bf16({8}), bf16({8})};
  EXPECT_EQ(outputText({OpKind::layer_norm, norm, "", ""}),
            "[B, S, 8] bfloat16, [B, S, 1] bfloat16, [B, S, 1] bfloat16");
  EXPECT_EQ(outputText({OpKind::layer_norm, norm, "", "", 0, {}, Backend::cuda}),
            "[B, S, 8] bfloat16, [B, S, 1] float32, [B, S, 1] float32");
  EXPECT_EQ(outputText({OpKind::dropout, {bf16(kHidden)}, "", ""}), "[B, S, 8] bfloat16, [B, S, 8] bfloat16");
  EXPECT_EQ(outputText({OpKind::dropout, {bf16(kHidden)}, "", "", 0, {}, Backend::cuda}),
            "[B, S, 8] bfloat16, [B, S, 8] bool");
}

TEST(OpKinds, have_the_autocast_lists_of_torch) {                                    // aten/src/ATen/autocast_mode.h
  const std::set<OpKind> low = {OpKind::linear, OpKind::conv1d, OpKind::attention};  // written out: in its own casts
  const std::set<OpKind> full = {OpKind::softmax, OpKind::log_softmax, OpKind::nll_loss, OpKind::nll_sum};
  const std::set<OpKind> full_on_cuda_only = {OpKind::power, OpKind::rsqrt, OpKind::layer_norm};
  for (OpKind kind : allOpKinds()) {
    const AutocastRule cpu = low.contains(kind)    ? AutocastRule::low_precision
                             : full.contains(kind) ? AutocastRule::full_precision
                                                   : AutocastRule::promote;
    EXPECT_EQ(autocastRule(kind, Backend::cpu), cpu) << opKindName(kind);
    EXPECT_EQ(autocastRule(kind, Backend::cuda), full_on_cuda_only.contains(kind) ? AutocastRule::full_precision : cpu)
        << opKindName(kind);
  }
}

TEST(OpKinds, cut_rows_into_chunks_as_even_as_can_be) {
  for (const auto& [chunk, first, count] : {std::tuple{0, 0, 3}, {1, 3, 2}, {2, 5, 2}}) {
    EXPECT_EQ(rowsOfChunk(chunks(), chunk).first, first);
    EXPECT_EQ(rowsOfChunk(chunks(), chunk).count, count);
  }
}

TEST(OpKinds, draw_random_numbers_in_dropout_only) {
  for (OpKind kind : allOpKinds()) EXPECT_EQ(isRandom(kind, {}), kind == OpKind::dropout);
  OpAttributes dropping;
  dropping.dropout = 0.1;
  EXPECT_TRUE(isRandom(OpKind::attention, dropping));
  EXPECT_EQ(randomStateBytes(Backend::cpu), 5056);
  EXPECT_EQ(randomStateBytes(Backend::cuda), 0);
}

}  // namespace
}  // namespace remat
