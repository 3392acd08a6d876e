// The older way to checkpoint, `use_reentrant=True` of torch: forward of the whole region runs without grad, one node
// stands for it in the graph, and that node's backward runs the region again with gradients and then their backward.
// Nothing stops early, and nothing of the region's inside is kept.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/exec/region_run.h"

namespace remat {

class ReentrantRun final : public RegionExecution {
 public:
  /// All arguments must outlive the object. The region must have an input.
  ReentrantRun(const Tape& tape, const RegionPlan& plan, const Region& region, const StepContext& context);

  at::Tensor forward(at::Tensor x) override;
  void prefetch(int block) override { transfers_.prefetch(block); }
  [[nodiscard]] int openReferences() const override { return 0; }  // it reads what it made itself
  void clear() override;

  /// Backward of the node: `gradient` of the output -> gradient of the input.
  at::Tensor rerun(at::Tensor gradient);

 private:
  void runWithoutGradients();
  at::Tensor runWithGradients(const at::Tensor& x);
  void keepOutputs(int j, std::vector<at::Tensor>& outputs);
  [[nodiscard]] bool startsBlock(int j) const;

  const Tape& tape_;
  const RegionPlan& plan_;
  const Region& region_;
  const StepContext& context_;
  RegionOps ops_;
  RegionTransfers transfers_;
  const bool random_;                ///< an op of the region draws random numbers
  std::vector<at::Tensor> values_;   ///< site -> tensor, while the region runs
  std::vector<int> reads_;           ///< site -> reads that are owed
  at::Tensor input_, random_state_;  ///< between forward and backward; input_ unless it is offloaded
};

}  // namespace remat
