// The engine against ordinary autograd: whatever a policy keeps, loss and gradients must be the same bits.
#include "engine/exec/training_step.h"

#include <gtest/gtest.h>

#include "tests/engine/exec/small_models.h"
#include "tests/engine/exec/step_outcome.h"

namespace remat {
namespace {

using testing::everyPolicy;
using testing::expectSameBits;
using testing::runPlain;
using testing::runPolicy;
using testing::smallConfig;
using testing::smallModels;
using testing::smallSpec;
using testing::StepOutcome;

struct Variant {
  std::string name;
  void (*apply)(TrainingSpec&);
};

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all = {
      {"float32", [](TrainingSpec&) {}},
      {"fused", [](TrainingSpec& s) { s.norm_spelling = s.activation_spelling = Spelling::fused; }},
      {"bfloat16", [](TrainingSpec& s) { s.precision = Precision::bfloat16; }},
      {"bf16_mixed", [](TrainingSpec& s) { s.precision = Precision::bf16_mixed; }},
      {"fp16_mixed", [](TrainingSpec& s) { s.precision = Precision::fp16_mixed; }},
      {"math_attention_bf16_mixed",
       [](TrainingSpec& s) {
         s.precision = Precision::bf16_mixed;
         s.attention = AttentionKernel::math;
       }},
      {"dropout", [](TrainingSpec& s) { s.dropout = true; }},
      {"dropout_bf16_mixed",
       [](TrainingSpec& s) {
         s.dropout = true;
         s.precision = Precision::bf16_mixed;
       }},
      {"no_early_stop", [](TrainingSpec& s) { s.early_stop = false; }},
      {"reentrant_dropout",
       [](TrainingSpec& s) {
         s.use_reentrant = true;
         s.dropout = true;
       }},
      {"offload_window_3", [](TrainingSpec& s) { s.offload_window = 3; }},
      {"offload_synchronous", [](TrainingSpec& s) { s.offload_synchronous = true; }},
      {"offload_synchronous_dropout_bf16_mixed",
       [](TrainingSpec& s) {
         s.offload_synchronous = true;
         s.dropout = true;
         s.precision = Precision::bf16_mixed;
       }},
  };
  return all;
}

class EveryModel : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  TrainingSpec spec() const {
    TrainingSpec result = smallSpec();
    for (const Variant& variant : variants())
      if (variant.name == std::get<1>(GetParam())) variant.apply(result);
    return result;
  }
  ModelConfig config() const { return smallConfig(std::get<0>(GetParam())); }
};

TEST_P(EveryModel, gives_the_same_bits_under_every_policy_as_plain_autograd) {
  const TrainingSpec training = spec();
  const ModelGraph graph = buildModelGraph(config(), training);
  ModelState state = makeModelState(graph, config(), training);
  const StepOutcome plain = runPlain(graph, state, training.seed);
  EXPECT_GT(plain.gradients.size(), 10U);
  for (const std::string& policy : everyPolicy()) {
    SCOPED_TRACE(policy);
    expectSameBits(plain, runPolicy(policy, graph, state, training), policy);
  }
}

/// Notes what happens, to be compared with what the schedule says.
class Notes final : public StepObserver {
 public:
  void began(Action action) override { actions.push_back(action); }
  void produced(int, int, const at::Tensor&) override { ++produced_count; }
  void forwardEnded() override {}
  std::vector<Action> actions;
  int produced_count = 0;
};

std::string text(const Action& a) {
  static const char* const names[] = {"setup", "forward", "recompute", "backward", "optimizer", "offload", "prefetch"};
  return std::string(names[static_cast<int>(a.phase)]) + " block " + std::to_string(a.block) + " op " +
         std::to_string(a.op) + " activation " + std::to_string(a.activation);
}

TEST_P(EveryModel, does_what_the_schedule_says_in_its_order) {
  const TrainingSpec training = spec();
  const ModelGraph graph = buildModelGraph(config(), training);
  ModelState state = makeModelState(graph, config(), training);
  for (const std::string& policy : everyPolicy()) {
    Notes notes;
    (void)runPolicy(policy, graph, state, training, &notes);
    std::vector<std::string> expected, actual;
    for (const Action& action : actionsOf(makeSchedule(graph, makePolicy(policy, graph), training)))
      if (action.phase != Phase::optimizer) expected.push_back(text(action));
    for (const Action& action : notes.actions) actual.push_back(text(action));
    EXPECT_EQ(expected, actual) << policy;
    if (HasFailure()) break;
  }
}

TEST_P(EveryModel, gives_every_block_its_time) {
  const TrainingSpec training = spec();
  const ModelGraph graph = buildModelGraph(config(), training);
  ModelState state = makeModelState(graph, config(), training);
  for (const std::string& policy : everyPolicy()) {
    const Schedule schedule = makeSchedule(graph, makePolicy(policy, graph), training);
    TrainingStep step(graph, schedule, state);
    std::vector<bool> recomputed(graph.blocks.size(), false);
    for (const Action& action : actionsOf(schedule))
      if (action.phase == Phase::recompute) recomputed[action.block] = true;
    for (int again = 0; again < 2; ++again) {  // the second step runs on what the first left behind
      resetGradients(state, Gradients::fresh);
      const StepTimes times = step.runGradients(training.seed).times;
      std::int64_t forward = 0, backward = 0;
      for (int block = 0; block < graph.blockCount(); ++block) {
        const BlockTimes& own = times.blocks[block];
        EXPECT_GT(own.forward_ns, 0) << policy << " block " << block;
        EXPECT_GT(own.backward_ns, 0) << policy << " block " << block;
        EXPECT_EQ(own.recompute_ns > 0, recomputed[block]) << policy << " block " << block;
        forward += own.forward_ns;
        backward += own.backward_ns + own.recompute_ns;
      }
      EXPECT_LE(forward, times.forward_ns) << policy;
      EXPECT_LE(backward, times.backward_ns) << policy;
    }
  }
}

TEST(PlainForward, tells_every_op_of_every_block_in_order) {
  const ModelConfig config = smallConfig("gpt2");
  const ModelGraph graph = buildModelGraph(config, smallSpec());
  const ModelState state = makeModelState(graph, config, smallSpec());
  std::vector<std::pair<int, int>> told, expected;
  (void)plainForward(makeProgram(graph, state), [&](int block, int op) { told.emplace_back(block, op); });
  for (int block = 0; block < graph.blockCount(); ++block)
    for (int op = 0; op < static_cast<int>(graph.body(block).ops.size()); ++op) expected.emplace_back(block, op);
  EXPECT_EQ(told, expected);
}

TEST(TrainingStep, tells_that_all_is_launched_after_its_last_mark) {
  const ModelConfig config = smallConfig("gpt2");
  const TrainingSpec training = smallSpec();
  const ModelGraph graph = buildModelGraph(config, training);
  ModelState state = makeModelState(graph, config, training);
  const Schedule schedule = makeSchedule(graph, makePolicy("full", graph), training);
  TrainingStep step(graph, schedule, state);
  OptimizerState optimizer(training.optimizer);
  Notes notes;
  std::vector<std::int64_t> calls;
  std::size_t actions_before = 0;
  const std::int64_t start = steadyNow();
  const TrainingStep::Result result = step.run(state, optimizer, training.seed, &notes, 0.0, [&] {
    calls.push_back(steadyNow() - start);
    actions_before = notes.actions.size();
  });
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(actions_before, notes.actions.size());
  EXPECT_EQ(notes.actions.back().phase, Phase::optimizer);
  EXPECT_LE(result.times.step_ns, calls.front()) << "what is done then is no part of the step";
}

std::vector<std::string> modelNames() {
  std::vector<std::string> names;
  for (const auto& model : smallModels()) names.push_back(model.name);
  return names;
}

std::vector<std::string> variantNames() {
  std::vector<std::string> names;
  for (const Variant& variant : variants()) names.push_back(variant.name);
  return names;
}

std::string caseName(const ::testing::TestParamInfo<std::tuple<std::string, std::string>>& param) {
  return std::get<0>(param.param) + "_" + std::get<1>(param.param);
}

INSTANTIATE_TEST_SUITE_P(Families, EveryModel,
                         ::testing::Combine(::testing::ValuesIn(modelNames()), ::testing::ValuesIn(variantNames())),
                         caseName);

}  // namespace
}  // namespace remat
