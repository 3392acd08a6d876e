// Loss and gradients of one step, however it was run, and their comparison.
#pragma once

#include <string>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "engine/exec/random_state.h"
#include "engine/exec/saved_tensor_hooks.h"
#include "engine/exec/training_step.h"

namespace remat::testing {

struct StepOutcome {
  double loss = 0.0;
  NamedTensors gradients;
};

/// Takes the gradients out of `state`.
inline StepOutcome takeOutcome(ModelState& state, const ModelGraph& graph, double loss) {
  StepOutcome outcome{loss, {}};
  for (auto& [name, gradient] : gradientsOf(state, graph)) outcome.gradients[name] = gradient.clone();
  resetGradients(state, Gradients::fresh);
  return outcome;
}

/// A step in one ordinary autograd graph.
inline StepOutcome runPlain(const Program& program, ModelState& state, std::uint64_t seed) {
  installHookEngine();
  resetGradients(state, Gradients::fresh);
  seedRandom(c10::DeviceType::CPU, seed);
  const at::Tensor loss = plainForward(program);
  loss.backward();
  return takeOutcome(state, *program.graph, loss.item().toDouble());
}

inline StepOutcome runPlain(const ModelGraph& graph, ModelState& state, std::uint64_t seed) {
  return runPlain(makeProgram(graph, state), state, seed);
}

/// A step of the engine.
inline StepOutcome runPolicy(const std::string& policy, const ModelGraph& graph, ModelState& state,
                             const TrainingSpec& spec, StepObserver* observer = nullptr) {
  const Schedule schedule = makeSchedule(graph, makePolicy(policy, graph, spec.placement), spec);
  TrainingStep step(graph, schedule, state);
  resetGradients(state, Gradients::fresh);
  const double loss = step.runGradients(spec.seed, observer).loss;
  return takeOutcome(state, graph, loss);
}

/// Names of the gradients whose bits differ.
inline std::vector<std::string> differingGradients(const StepOutcome& expected, const StepOutcome& actual) {
  std::vector<std::string> names;
  for (const auto& [name, gradient] : expected.gradients) {
    const auto found = actual.gradients.find(name);
    if (found == actual.gradients.end() || !at::equal(gradient, found->second)) names.push_back(name);
  }
  return names;
}

inline void expectSameBits(const StepOutcome& expected, const StepOutcome& actual, const std::string& what) {
  EXPECT_EQ(expected.loss, actual.loss) << what;
  EXPECT_EQ(expected.gradients.size(), actual.gradients.size()) << what;
  EXPECT_EQ(differingGradients(expected, actual), std::vector<std::string>()) << what;
}

}  // namespace remat::testing
