#include "engine/exec/region_ops.h"

#include "engine/exec/activation_transfers.h"
#include "engine/exec/step_scope.h"

namespace remat {

using at::Tensor;

void RegionOps::enterForward(int block) const {
  if (context_.transfers) context_.transfers->enterForward(block);
}

void RegionOps::announce(Phase phase, int j) const {
  enterScope({phase, blockOf(j), tape_.ops[j].op});
  if (context_.observer) context_.observer->began({phase, blockOf(j), tape_.ops[j].op});
}

void RegionOps::announceOutputs(int j) const {
  if (!context_.observer) return;
  for (std::size_t k = 0; k < outputs_.size(); ++k)
    context_.observer->produced(blockOf(j), tape_.sites[tape_.ops[j].outputs[k]].activation, outputs_[k]);
}

void RegionOps::execute(int j, const std::vector<Tensor>& sites) {
  const std::vector<int>& inputs = tape_.ops[j].inputs;
  runOp(
      op(j), [&](std::size_t i) -> const Tensor& { return sites[inputs[i]]; }, inputs_, outputs_);
  inputs_.clear();
}

std::vector<Tensor>& RegionOps::run(Phase phase, int j, const std::vector<Tensor>& sites) {
  announce(phase, j);
  execute(j, sites);
  announceOutputs(j);
  return outputs_;
}

std::vector<Tensor>& RegionOps::runTracked(Phase phase, int j, const std::vector<Tensor>& sites) {
  announce(phase, j);
  const std::uint64_t first = context_.tracker ? nextNodeNumber() : 0;
  execute(j, sites);
  if (context_.tracker) context_.tracker->addInterval(first, nextNodeNumber(), blockOf(j), tape_.ops[j].op);
  announceOutputs(j);
  return outputs_;
}

void dropRead(const TapeOp& op, std::vector<int>& reads, std::vector<Tensor>& sites) {
  for (int site : op.inputs)
    if (site != kConstant && --reads[site] == 0) sites[site].reset();
}

}  // namespace remat
