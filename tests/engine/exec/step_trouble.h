// A small model to run steps of, and observers that make trouble in them.
#pragma once

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "engine/spec/error.h"
#include "tests/engine/exec/small_models.h"
#include "tests/engine/exec/step_outcome.h"

namespace remat::testing {

struct Model {
  explicit Model(const std::string& name, const TrainingSpec& training = smallSpec())
      : spec(training),
        config(smallConfig(name)),
        graph(buildModelGraph(config, spec)),
        state(makeModelState(graph, config, spec)) {}

  StepOutcome run(const std::string& policy, StepObserver* observer = nullptr) {
    return runPolicy(policy, graph, state, spec, observer);
  }

  TrainingSpec spec;
  ModelConfig config;
  ModelGraph graph;
  ModelState state;
};

inline TrainingSpec withDropout() {
  TrainingSpec spec = smallSpec();
  spec.dropout = true;
  return spec;
}

/// Changes one activation when forward is over.
class Spoiler final : public StepObserver {
 public:
  Spoiler(int block, int activation) : block_(block), activation_(activation) {}
  void began(Action) override {}
  void produced(int block, int activation, const at::Tensor& tensor) override {
    if (block == block_ && activation == activation_ && !kept_.defined()) kept_ = tensor.detach();
  }
  void forwardEnded() override { kept_.add_(1.0); }

 private:
  int block_, activation_;
  at::Tensor kept_;
};

inline int activationNamed(const BlockBody& body, const std::string& name) {
  for (std::size_t i = 0; i < body.activations.size(); ++i)
    if (body.activations[i].name == name) return static_cast<int>(i);
  throw Error(ErrorKind::failed, name, "is no activation");
}

template <typename Exception, typename Call>
std::string messageOf(Call call) {
  try {
    call();
  } catch (const Exception& error) {
    return error.what();
  }
  ADD_FAILURE() << "no exception";
  return {};
}

/// Throws when the n-th action of a phase begins.
class Thrower final : public StepObserver {
 public:
  Thrower(Phase phase, int countdown) : phase_(phase), countdown_(countdown) {}
  void began(Action action) override {
    if (action.phase == phase_ && countdown_-- == 0) throw std::runtime_error("thrown by the observer");
  }
  void produced(int, int, const at::Tensor&) override {}
  void forwardEnded() override {}

 private:
  Phase phase_;
  int countdown_;
};

}  // namespace remat::testing
