#include "engine/exec/block_border.h"

#include "engine/exec/step_scope.h"
#include "engine/exec/torch_compat.h"

namespace remat {
namespace {

struct BorderHook final : torch::autograd::FunctionPreHook {
  BorderHook(StepClock& step_clock, int of_block) : clock(step_clock), block(of_block) {}

  torch::autograd::variable_list operator()(const torch::autograd::variable_list& gradients) override {
    crossBlockBorder(clock, block);
    return gradients;
  }

  StepClock& clock;
  int block;
};

}  // namespace

void markBlockBorder(const at::Tensor& x, StepClock& clock, int block) {
  if (!x.requires_grad()) return;
  torch::autograd::impl::gradient_edge(x).function->add_pre_hook(std::make_unique<BorderHook>(clock, block));
}

void crossBlockBorder(StepClock& clock, int block) {
  clock.endBlockBackward(block);
  step_scope = {Phase::backward, block - 1, -1};
}

}  // namespace remat
