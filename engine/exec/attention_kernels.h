// The kernels of attention and of what prepares its heads; rows of the table in kernels.cpp.
#pragma once

#include "engine/exec/kernels.h"

namespace remat {

void rotary(const KernelCall& call);
void expandHeads(const KernelCall& call);
void attention(const KernelCall& call);
void attentionScores(const KernelCall& call);
void attentionContext(const KernelCall& call);

/// The kernel that torch's scaled_dot_product_attention takes on this device for query and key heads of these sizes
/// ([batch, heads, sequence, head_dim]). Allocates and drops such tensors.
struct AttentionShape {
  std::int64_t batch = 1, sequence = 1, heads = 1, kv_heads = 1, head_dim = 1;
  bool causal = true;
  bool masked = false;
  double dropout = 0.0;
};
[[nodiscard]] AttentionKernel attentionKernelOfTorch(const AttentionShape& shape, at::ScalarType dtype,
                                                     c10::Device device);

}  // namespace remat
