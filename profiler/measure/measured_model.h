// A model that is measured: config, graph, tensors and optimizer, made once for all points that differ in policy only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/exec/model_state.h"
#include "engine/exec/optimizer.h"
#include "engine/exec/training_step.h"
#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/model_config.h"
#include "engine/spec/schedule.h"
#include "profiler/core/records.h"
#include "profiler/measure/measured_device.h"

namespace remat {

struct MeasuredModel {
  /// `config_hash`: what the file's content must have, or the points that were asked for would be others; empty: any.
  /// Throws Error for a config or spec that cannot be built, c10::OutOfMemoryError if it does not fit.
  MeasuredModel(MeasuredDevice& measured_device, const std::string& config_path, const TrainingSpec& training,
                const std::string& config_hash = "");
  MeasuredModel(const MeasuredModel&) = delete;
  MeasuredModel& operator=(const MeasuredModel&) = delete;

  /// Gives parameters and optimizer state their first values again. A step with a gradient that is NaN or infinite
  /// spoils them even at learning rate 0, since 0 times such a number is NaN. Needs room for a second set of
  /// parameters.
  void restore();

  MeasuredDevice& device;
  ModelConfig config;
  TrainingSpec spec;  ///< with the attention kernel that the device takes, where none was asked for
  ModelGraph graph;
  ModelState state;
  OptimizerState optimizer;
};

/// One policy on that model, ready to run.
struct MeasuredPolicy {
  MeasuredPolicy(MeasuredModel& measured_model, const PointSpec& point_spec);
  MeasuredPolicy(const MeasuredPolicy&) = delete;
  MeasuredPolicy& operator=(const MeasuredPolicy&) = delete;

  /// Resets the gradients as the spec says, then runs one step with learning rate 0: every kernel runs, no parameter
  /// changes, so the steps of all policies compute the same. `launched`: see TrainingStep::run.
  TrainingStep::Result run(StepObserver* observer = nullptr, const std::function<void()>& launched = {});
  /// The same without the optimizer: leaves the parameters alone whatever the gradients are. Where the loss is scaled,
  /// with the optimizer, which is who divides gradients by the scale and halves it while one of them is not finite
  /// (leaving the parameters alone then, too): as often as that takes, so that later steps find a scale that fits.
  TrainingStep::Result runGradients();

  MeasuredModel& model;
  PointSpec point;
  std::string key;
  std::optional<ModelGraph> own_graph;  ///< if the policy is about another graph than the model's: a head in chunks
  const ModelGraph& graph;              ///< what runs: own_graph or the model's, with the same parameters and tables
  CheckpointPolicy policy;
  Schedule schedule;
  TrainingStep step;
};

}  // namespace remat
