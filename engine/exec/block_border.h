// Marks, in one autograd graph of the whole step, where the backward of one block ends and that of the block before it
// begins: the moment at which the gradient of the block's input is complete. A pre-hook on the node that made the input
// tells it. It adds no node and no tensor; a node of its own, with the detached tensor it needs, costs several times
// as much, and a leaf's AccumulateGrad would pin the activation.
#pragma once

#include <ATen/core/Tensor.h>

namespace remat {

struct StepContext;

/// `x`: the input of `block`, with its graph. `context` must outlive the graph. Does nothing if x needs no gradient.
void markBlockBorder(const at::Tensor& x, const StepContext& context, int block);

/// What happens at the border: the clock closes the block, the scope moves to the block before, and what the blocks
/// before that one have in host memory begins to come back.
void crossBlockBorder(const StepContext& context, int block);

}  // namespace remat
