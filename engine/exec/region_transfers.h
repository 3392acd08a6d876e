// The offloaded activations of one region in one step: which site is where, and who is told of its copies.
#pragma once

#include <vector>

#include "engine/exec/activation_transfers.h"
#include "engine/exec/region_ops.h"

namespace remat {

class RegionTransfers {
 public:
  /// All arguments must outlive the object.
  RegionTransfers(const Tape& tape, const RegionPlan& plan, const Region& region, const StepContext& context);

  /// A step begins.
  void restart();
  /// Begins to copy a site that the plan offloads, and does nothing for others.
  void offload(int site, const at::Tensor& activation);
  /// Begins to copy back what the backward of a block of the graph will read first.
  void prefetch(int block);
  /// Begins to copy a site back unless that has begun.
  void fetch(int site);
  /// The site, back on the device; fetches it if need be. Once in a step.
  [[nodiscard]] at::Tensor take(int site);
  /// Lets go of a site that nobody will read, or of everything. A copy that may be under way has been drained.
  void drop(int site) { activations_[site] = {}; }
  void clear();

 private:
  [[nodiscard]] Action announce(Phase phase, int site) const;

  const Tape& tape_;
  const RegionPlan& plan_;
  const Region& region_;
  const StepContext& context_;
  std::vector<OffloadedActivation> activations_;  ///< by site; empty if the plan offloads nothing
  std::vector<char> fetched_;                     ///< site -> its copy back has begun in this step
};

}  // namespace remat
