// Runs whole training steps of a model under a schedule.
//
//   const Schedule schedule = makeSchedule(graph, makePolicy("full", graph), spec);
//   TrainingStep step(graph, schedule, state);
//   resetGradients(state, spec.gradients);
//   const TrainingStep::Result result = step.run(state, optimizer, spec.seed);
//
// Everything runs on the calling thread, backward included. An exception (out of memory, say) leaves parameters, state
// and allocator as they were, apart from gradients that had been accumulated already.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/exec/activation_transfers.h"
#include "engine/exec/model_state.h"
#include "engine/exec/optimizer.h"
#include "engine/exec/program.h"
#include "engine/exec/region_run.h"
#include "engine/exec/step_clock.h"
#include "engine/exec/step_observer.h"
#include "engine/exec/torch_compat.h"
#include "engine/spec/schedule.h"

namespace remat {

class TrainingStep {
 public:
  /// All arguments must outlive the object. Without marks, steps tell no times.
  TrainingStep(const ModelGraph& graph, const Schedule& schedule, const ModelState& state,
               StepMarks marks = StepMarks::taken);
  TrainingStep(const TrainingStep&) = delete;
  TrainingStep& operator=(const TrainingStep&) = delete;

  struct Result {
    double loss = 0.0;
    StepTimes times;
    std::optional<TransferTimes> transfers;  ///< of a schedule that offloads
  };

  /// Forward, backward, optimizer. Random ops draw from `seed`, so every policy drops the same elements.
  /// `observer` may be nullptr. `launched`, if there is one, is called once everything is launched and marked, before
  /// anything waits for the device: what asks a GPU how it is doing finds it at work, and delays nothing of the step.
  Result run(ModelState& state, OptimizerState& optimizer, std::uint64_t seed, StepObserver* observer = nullptr,
             double learning_rate = 0.0, const std::function<void()>& launched = {});
  /// Forward and backward only.
  Result runGradients(std::uint64_t seed, StepObserver* observer = nullptr);
  /// Marks of the last step's clock.
  [[nodiscard]] std::size_t markCount() const { return clock_.markCount(); }

 private:
  /// scale: of the loss; undefined: none.
  at::Tensor forwardAndBackward(std::uint64_t seed, StepObserver* observer, const at::Tensor& scale);
  at::Tensor forward(torch::autograd::Edge& root);
  void backward(torch::autograd::Edge root, const at::Tensor& loss, const at::Tensor& scale);
  Result finish(const at::Tensor& loss, const std::function<void()>& launched = {});

  const ModelGraph& graph_;
  c10::Device device_;
  Program program_;
  StepClock clock_;
  StepContext context_;
  std::unique_ptr<ActivationTransfers> transfers_;  ///< before regions_, which hold memory of its store
  std::vector<std::unique_ptr<RegionExecution>> regions_;
};

/// The same ops in one ordinary autograd graph, without schedule, regions or hooks: the yardstick of tests and
/// benchmarks. Returns the loss with its graph. `after`, if there is one, is called after each op of each block.
[[nodiscard]] at::Tensor plainForward(const Program& program, const std::function<void(int block, int op)>& after = {});

}  // namespace remat
