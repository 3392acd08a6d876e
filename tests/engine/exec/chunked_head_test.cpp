// A head in chunks against the whole one: the same loss and gradients but for the order of sums.
#include "engine/spec/chunked_head.h"

#include <algorithm>
#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/abs.h>
#include <gtest/gtest.h>

#include "tests/engine/exec/small_models.h"
#include "tests/engine/exec/step_outcome.h"

namespace remat {
namespace {

using testing::runPlain;
using testing::runPolicy;
using testing::smallConfig;
using testing::smallModels;
using testing::smallSpec;
using testing::StepOutcome;

/// Largest difference of a gradient, relative to its largest element, and of the loss.
double difference(const StepOutcome& expected, const StepOutcome& actual) {
  double largest = std::abs(actual.loss - expected.loss) / std::abs(expected.loss);
  EXPECT_EQ(expected.gradients.size(), actual.gradients.size());
  for (const auto& [name, gradient] : expected.gradients) {
    if (name.ends_with("key.bias")) continue;  // softmax cancels it: rounding is all there is
    const at::Tensor wanted = gradient.to(at::kDouble);
    const at::Tensor apart = (actual.gradients.at(name).to(at::kDouble) - wanted).abs().max();
    largest = std::max(largest, apart.item<double>() / wanted.abs().max().item<double>());
  }
  return largest;
}

class ChunkedHeadOf : public ::testing::TestWithParam<std::tuple<std::string, Precision>> {
 protected:
  TrainingSpec spec() const {
    TrainingSpec result = smallSpec();
    result.precision = std::get<1>(GetParam());
    return result;
  }
  /// Gradients of a 16-bit weight are summed over the chunks in its type: bfloat16 rounds each sum to 1 in 512.
  double tolerance(std::int64_t chunks) const {
    if (spec().precision == Precision::float32) return 1e-5;
    return std::max(1e-2, static_cast<double>(chunks) / 512);
  }
};

TEST_P(ChunkedHeadOf, gives_the_loss_and_gradients_of_the_whole_head) {
  const TrainingSpec training = spec();
  const ModelConfig config = smallConfig(std::get<0>(GetParam()));
  const ModelGraph graph = buildModelGraph(config, training);
  ModelState state = makeModelState(graph, config, training);
  const StepOutcome whole = runPlain(graph, state, training.seed);
  for (const std::int64_t chunks : {1, 2, 5, 24}) {  // of 24 rows
    const ModelGraph chunked = withChunkedHead(graph, chunks, training);
    const StepOutcome plain = runPlain(chunked, state, training.seed);
    EXPECT_LE(difference(whole, plain), tolerance(chunks)) << chunks;
    for (const char* layers : {"store_all", "full", "offload_all"}) {
      const std::string policy = std::string(layers) + "/head_chunked:" + std::to_string(chunks);
      testing::expectSameBits(plain, runPolicy(policy, chunked, state, training), policy);
    }
  }
}

std::vector<std::string> everyModel() {
  std::vector<std::string> names;
  for (const auto& model : smallModels()) names.push_back(model.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Heads, ChunkedHeadOf,
                         ::testing::Combine(::testing::ValuesIn(everyModel()),
                                            ::testing::Values(Precision::float32, Precision::bfloat16,
                                                              Precision::bf16_mixed, Precision::fp16_mixed)),
                         [](const auto& param) {
                           return std::get<0>(param.param) + "_" +
                                  std::to_string(static_cast<int>(std::get<1>(param.param)));
                         });

TEST(ChunkedHead, counts_only_labels_that_are_labels_even_if_a_chunk_has_none) {
  const TrainingSpec training = smallSpec();
  const ModelConfig config = smallConfig("bert");
  const ModelGraph graph = buildModelGraph(config, training);
  ModelState state = makeModelState(graph, config, training);
  for (std::size_t i = 0; i < graph.tables.size(); ++i)
    if (graph.tables[i].kind == TableKind::labels) state.tables[i].slice(0, 4, 13).fill_(-100);
  const StepOutcome whole = runPlain(graph, state, training.seed);
  const ModelGraph chunked = withChunkedHead(graph, 6, training);  // the second and third of four rows have no label
  EXPECT_LE(difference(whole, runPolicy("head_chunked:6", chunked, state, training)), 1e-5);
}

TEST(ChunkedHead, is_replayed_in_the_order_of_the_schedule) {
  struct Notes final : StepObserver {
    void began(Action action) override { actions.push_back(action); }
    void produced(int, int, const at::Tensor&) override {}
    void forwardEnded() override {}
    std::vector<Action> actions;
  } notes;
  TrainingSpec training = smallSpec();
  training.precision = Precision::bf16_mixed;
  const ModelConfig config = smallConfig("llama_tied");
  const ModelGraph graph = withChunkedHead(buildModelGraph(config, training), 5, training);
  ModelState state = makeModelState(graph, config, training);
  (void)runPolicy("cheap/head_chunked:5", graph, state, training, &notes);
  std::vector<Action> expected = actionsOf(makeSchedule(graph, makePolicy("cheap/head_chunked:5", graph), training));
  expected.pop_back();  // the optimizer
  EXPECT_EQ(expected.size(), notes.actions.size());
  EXPECT_TRUE(expected == notes.actions);
}

}  // namespace
}  // namespace remat
