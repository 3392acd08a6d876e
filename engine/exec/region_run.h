// One execution of a region in one step: its forward, and what backward asks of it afterwards.
//
// Forward runs the region's ops on the detached output of the region before, so that its autograd graph is its own; a
// boundary node chains the graphs, and one call of autograd's engine runs them all. What the plan keeps stays with
// autograd; what it recomputes is replayed here, without grad, when backward asks for it, and freed after its last
// reader. The rules that make it correct are tested by their violations in region_run_test.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/exec/backward_tracker.h"
#include "engine/exec/program.h"
#include "engine/exec/saved_tensor_hooks.h"
#include "engine/exec/step_clock.h"
#include "engine/exec/step_observer.h"
#include "engine/spec/schedule.h"

namespace remat {

class RegionRun final : public ActivationSource {
 public:
  struct Environment {
    const Program& program;
    StepClock& clock;
    StepObserver* observer = nullptr;
    BackwardTracker* tracker = nullptr;  ///< set exactly if observer is
    bool early_stop = true;
    bool preserve_rng_state = true;
  };

  RegionRun(const Tape& tape, const RegionPlan& plan, const Region& region, const Environment& environment);

  /// Runs forward. `x`: output of the region before, with its graph, or undefined for the first region. Returns the
  /// output with its graph. Call once per step.
  at::Tensor forward(at::Tensor x);

  // ActivationSource
  at::Tensor read(int site) override;
  void release(int site) override;

  /// Called when backward has left a block of the region (its gradient goes to the block before).
  void endBlockBackward(int block);
  /// References that are still open: 0 once backward is over.
  [[nodiscard]] int openReferences() const;

  /// Re-runs the region with gradients and runs their backward (reentrant variant); returns the input's gradient.
  at::Tensor rerunWithGradients(at::Tensor gradient);

 private:
  at::Tensor forwardReentrant(at::Tensor x);
  at::Tensor enterBlock(at::Tensor x, int block);
  void runTracked(int j, const std::vector<at::Tensor>& environment);
  void runForwardOp(int j, std::vector<at::Tensor>& environment);
  void checkSaves(int j, const Recorder& recorder, const std::vector<at::Tensor>& environment);
  int siteOfStorage(int j, const at::Tensor& tensor, const std::vector<at::Tensor>& environment) const;
  void keepForReplay(int site, const at::Tensor& tensor);
  void replayMissing(int site);
  void replay(int j);
  [[nodiscard]] const ProgramOp& programOp(int j) const;
  void announce(Phase phase, int j);
  void announceOutputs(int j, const std::vector<at::Tensor>& outputs);

  const Tape& tape_;
  const RegionPlan& plan_;
  const Region& region_;
  Environment env_;
  bool replays_;                   ///< false: everything stays with autograd, and the members below are empty
  std::vector<at::Tensor> slots_;  ///< site -> tensor that a replay reads, or that was replayed
  std::vector<std::uint32_t>
      versions_;  ///< site -> version of the slot when it was filled: in-place changes are errors
  std::vector<int> references_;
  std::vector<char> replayed_;
  std::vector<at::Tensor> random_states_;  ///< op -> state before it ran, if it will be replayed
  std::vector<at::Tensor> inputs_, outputs_;
  at::Tensor reentrant_input_;
};

}  // namespace remat
