#include "engine/exec/block_border.h"

#include "engine/exec/activation_transfers.h"
#include "engine/exec/region_ops.h"
#include "engine/exec/step_scope.h"
#include "engine/exec/torch_compat.h"

namespace remat {
namespace {

struct BorderHook final : torch::autograd::FunctionPreHook {
  BorderHook(const StepContext& step_context, int of_block) : context(step_context), block(of_block) {}

  torch::autograd::variable_list operator()(const torch::autograd::variable_list& gradients) override {
    crossBlockBorder(context, block);
    return gradients;
  }

  const StepContext& context;
  int block;
};

}  // namespace

void markBlockBorder(const at::Tensor& x, const StepContext& context, int block) {
  if (!x.requires_grad()) return;
  torch::autograd::impl::gradient_edge(x).function->add_pre_hook(std::make_unique<BorderHook>(context, block));
}

void crossBlockBorder(const StepContext& context, int block) {
  context.clock.endBlockBackward(block);
  enterScope({Phase::backward, block - 1, -1});
  if (context.transfers) context.transfers->enterBackward(block - 1);
}

}  // namespace remat
