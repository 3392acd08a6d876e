// The ops of a region in a step: which they are, how one runs, who is told. Both ways to run a region stand on it.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/exec/backward_tracker.h"
#include "engine/exec/program.h"
#include "engine/exec/step_clock.h"
#include "engine/exec/step_observer.h"
#include "engine/spec/schedule.h"

namespace remat {

class ActivationTransfers;

/// What the regions of a step share. Owned by the TrainingStep; observer and tracker change from step to step.
struct StepContext {
  const Program& program;
  StepClock& clock;
  c10::Device device = c10::DeviceType::CPU;
  bool early_stop = true;
  bool preserve_rng_state = true;
  StepObserver* observer = nullptr;
  BackwardTracker* tracker = nullptr;        ///< set exactly if observer is
  ActivationTransfers* transfers = nullptr;  ///< set if the schedule offloads anything
};

class RegionOps {
 public:
  /// All arguments must outlive the object.
  RegionOps(const Tape& tape, const Region& region, const StepContext& context)
      : tape_(tape), region_(region), context_(context) {}

  [[nodiscard]] const ProgramOp& op(int j) const { return context_.program.blocks[blockOf(j)].ops[tape_.ops[j].op]; }
  /// Of the graph.
  [[nodiscard]] int blockOf(int j) const { return region_.first_block + tape_.ops[j].block; }

  /// A block of the graph begins its forward.
  void enterForward(int block) const;
  /// Runs op j on the tensors of its input sites and tells the observer. The outputs are valid until the next run.
  std::vector<at::Tensor>& run(Phase phase, int j, const std::vector<at::Tensor>& sites);
  /// The same with gradients: notes which autograd nodes are the op's own.
  std::vector<at::Tensor>& runTracked(Phase phase, int j, const std::vector<at::Tensor>& sites);
  /// Lets go of the tensors of the last run.
  void clear() {
    inputs_.clear();
    outputs_.clear();
  }

 private:
  void execute(int j, const std::vector<at::Tensor>& sites);
  void announce(Phase phase, int j) const;
  void announceOutputs(int j) const;

  const Tape& tape_;
  const Region& region_;
  const StepContext& context_;
  std::vector<at::Tensor> inputs_, outputs_;
};

/// Drops every input of op j that no later op reads. `reads`: what is left of Tape::reads.
void dropRead(const TapeOp& op, std::vector<int>& reads, std::vector<at::Tensor>& sites);

}  // namespace remat
