// Mixed precision as casts in the graph, against torch's own autocast of the graph without them: the same bits.
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
  seedRandom(seed);
  at::Tensor loss;
  {
    const AutocastGuard autocast;
    loss = plainForward(program);
  }
  loss.backward();
  return testing::takeOutcome(state, *program.graph, loss.item().toDouble());
}

class Autocast : public ::testing::TestWithParam<std::tuple<std::string, Spelling>> {};

TEST_P(Autocast, is_what_the_casts_in_the_graph_do) {
  const ModelConfig config = smallConfig(std::get<0>(GetParam()));
  TrainingSpec spec = smallSpec();
  spec.norm_spelling = spec.activation_spelling = std::get<1>(GetParam());
  spec.precision = Precision::bf16_mixed;
  const ModelGraph with_casts = buildModelGraph(config, spec);
  ModelState state = makeModelState(with_casts, config, spec);
  const StepOutcome ours = runPlain(with_casts, state, spec.seed);
  spec.precision = Precision::float32;
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
                                            ::testing::Values(Spelling::composite, Spelling::fused)),
                         [](const auto& param) {
                           return std::get<0>(param.param) +
                                  (std::get<1>(param.param) == Spelling::composite ? "_composite" : "_fused");
                         });

}  // namespace
}  // namespace remat
