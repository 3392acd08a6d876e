// Mixed precision as casts in the graph, against torch's own autocast of the graph without them: the same bits.
#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/autocast_mode.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <gtest/gtest.h>

#include "tests/engine/exec/small_models.h"
#include "tests/engine/exec/step_outcome.h"

namespace remat {
namespace {

using testing::expectSameBits;
using testing::runPlain;
using testing::smallConfig;
using testing::smallModels;
using testing::smallSpec;
using testing::StepOutcome;

class AutocastGuard {
 public:
  AutocastGuard() {
    at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
    at::autocast::set_autocast_enabled(at::kCPU, true);
  }
  ~AutocastGuard() {
    at::autocast::clear_cache();  // casts of weights are made once
    at::autocast::set_autocast_enabled(at::kCPU, false);
  }
  AutocastGuard(const AutocastGuard&) = delete;
  AutocastGuard& operator=(const AutocastGuard&) = delete;
};

// Autocast knows functions as people call them. The engine calls the kernels below attention and cross entropy, which
// autocast passes by, so here these are called by their public names.

void attention(const KernelCall& c) {
  const auto heads = [&](const at::Tensor& x) {
    return x.dim() == 4 ? x : x.view({x.size(0), x.size(1), -1, c.attributes.head_dim}).transpose(1, 2);
  };
  const std::optional<at::Tensor> mask = c.input_count > 3 ? std::optional(c.inputs[3]) : std::nullopt;
  const at::Tensor q = heads(c.inputs[0]);
  const at::Tensor k = heads(c.inputs[1]);
  const at::Tensor out =
      at::scaled_dot_product_attention(q, k, heads(c.inputs[2]), mask, /*dropout_p=*/0.0, c.attributes.causal,
                                       /*scale=*/std::nullopt, /*enable_gqa=*/q.size(1) != k.size(1));
  c.outputs[0] = out.transpose(1, 2).reshape({out.size(0), out.size(2), -1});
}

// A composite RMSNorm of a projection computes in float32 and returns to the projection's dtype before the weight:
// these two casts stand in the model's own code.
void wideHeads(const KernelCall& c) {
  c.outputs[0] = c.inputs[0].view({c.inputs[0].size(0), c.inputs[0].size(1), -1, c.attributes.head_dim}).to(at::kFloat);
}
void normaliseAndNarrow(const KernelCall& c) { c.outputs[0] = (c.inputs[0] * c.inputs[1]).to(at::kBFloat16); }

void asRows(const KernelCall& c) { c.outputs[0] = c.inputs[0].view({-1, c.inputs[0].size(-1)}); }
void crossEntropy(const KernelCall& c) { c.outputs[0] = at::cross_entropy_loss(c.inputs[0], c.inputs[1]); }

Program asPeopleWriteIt(const ModelGraph& graph, const ModelState& state, Spelling norm) {
  Program program = makeProgram(graph, state);
  for (ProgramBlock& block : program.blocks)
    for (ProgramOp& op : block.ops) {
      const std::string& name = op.op->name;
      if (op.op->kind == OpKind::attention) op.kernel = attention;
      if (op.op->kind == OpKind::log_softmax) op.kernel = asRows;
      if (op.op->kind == OpKind::nll_loss) op.kernel = crossEntropy;
      if (norm == Spelling::fused) continue;
      if (op.op->kind == OpKind::split_heads) op.kernel = wideHeads;
      if (name == "q_norm_normalised" || name == "k_norm_normalised") op.kernel = normaliseAndNarrow;
    }
  return program;
}

StepOutcome runUnderAutocast(const Program& program, ModelState& state, std::uint64_t seed) {
  installHookEngine();
  resetGradients(state, Gradients::fresh);
  seedRandom(c10::DeviceType::CPU, seed);
  at::Tensor loss;
  {
    const AutocastGuard autocast;
    loss = plainForward(program);
  }
  loss.backward();
  return testing::takeOutcome(state, *program.graph, loss.item().toDouble());
}

/// torch takes its math path while this lives.
class MathAttentionGuard {
 public:
  explicit MathAttentionGuard(bool math) { at::globalContext().setSDPUseFlash(!math); }
  ~MathAttentionGuard() { at::globalContext().setSDPUseFlash(true); }
  MathAttentionGuard(const MathAttentionGuard&) = delete;
  MathAttentionGuard& operator=(const MathAttentionGuard&) = delete;
};

class Autocast : public ::testing::TestWithParam<std::tuple<std::string, Spelling, AttentionKernel>> {};

TEST_P(Autocast, is_what_the_casts_in_the_graph_do) {
  const ModelConfig config = smallConfig(std::get<0>(GetParam()));
  TrainingSpec spec = smallSpec();
  spec.norm_spelling = spec.activation_spelling = std::get<1>(GetParam());
  spec.attention = std::get<2>(GetParam());
  const MathAttentionGuard kernel(spec.attention == AttentionKernel::math);
  spec.precision = Precision::bf16_mixed;
  const ModelGraph with_casts = buildModelGraph(config, spec);
  ModelState state = makeModelState(with_casts, config, spec);
  const StepOutcome ours = runPlain(with_casts, state, spec.seed);
  spec.precision = Precision::float32;
  spec.attention = AttentionKernel::flash;  // one op, which the program calls by its public name
  const ModelGraph without_casts = buildModelGraph(config, spec);
  const Program program = asPeopleWriteIt(without_casts, state, spec.norm_spelling);
  expectSameBits(runUnderAutocast(program, state, spec.seed), ours, "under autocast");
  EXPECT_NE(runPlain(without_casts, state, spec.seed).loss, ours.loss) << "autocast must make a difference";
}

std::vector<std::string> modelNames() {
  std::vector<std::string> names;
  for (const auto& model : smallModels()) names.push_back(model.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Families, Autocast,
                         ::testing::Combine(::testing::ValuesIn(modelNames()),
                                            ::testing::Values(Spelling::composite, Spelling::fused),
                                            ::testing::Values(AttentionKernel::flash, AttentionKernel::math)),
                         [](const auto& param) {
                           return std::get<0>(param.param) +
                                  (std::get<1>(param.param) == Spelling::composite ? "_composite" : "_fused") +
                                  (std::get<2>(param.param) == AttentionKernel::flash ? "" : "_math");
                         });

/// Written-out attention in the model's own dtype, without autocast, against torch's math path.
class MathAttention : public ::testing::TestWithParam<std::tuple<std::string, Precision>> {};

TEST_P(MathAttention, is_what_torch_computes) {
  const ModelConfig config = smallConfig(std::get<0>(GetParam()));
  TrainingSpec spec = smallSpec();
  spec.precision = std::get<1>(GetParam());
  spec.attention = AttentionKernel::math;
  const ModelGraph written_out = buildModelGraph(config, spec);
  ModelState state = makeModelState(written_out, config, spec);
  const StepOutcome ours = runPlain(written_out, state, spec.seed);
  spec.attention = AttentionKernel::flash;
  const ModelGraph in_one = buildModelGraph(config, spec);
  Program program = makeProgram(in_one, state);
  for (ProgramBlock& block : program.blocks)
    for (ProgramOp& op : block.ops)
      if (op.op->kind == OpKind::attention) op.kernel = attention;
  const MathAttentionGuard kernel(true);
  // Heads lie otherwise in memory here, so a float32 product may add up in another order.
  const StepOutcome torch = runPlain(program, state, spec.seed);
  if (spec.precision == Precision::bfloat16) return expectSameBits(torch, ours, "math path of torch");
  EXPECT_NEAR(ours.loss, torch.loss, 1e-6 * torch.loss);
  for (const auto& [name, gradient] : torch.gradients)
    EXPECT_LE((ours.gradients.at(name) - gradient).abs().max().item<float>(), 1e-5 * gradient.abs().max().item<float>())
        << name;
}

INSTANTIATE_TEST_SUITE_P(Families, MathAttention,
                         ::testing::Combine(::testing::ValuesIn(modelNames()),
                                            ::testing::Values(Precision::float32, Precision::bfloat16)),
                         [](const auto& param) {
                           return std::get<0>(param.param) +
                                  (std::get<1>(param.param) == Precision::float32 ? "_float32" : "_bfloat16");
                         });

}  // namespace
}  // namespace remat
