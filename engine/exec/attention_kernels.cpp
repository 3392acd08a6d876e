#include "engine/exec/attention_kernels.h"

#include <limits>

#include <ATen/SDPBackend.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/_fused_sdp_choice.h>
#include <ATen/ops/_scaled_dot_product_cudnn_attention.h>
#include <ATen/ops/_scaled_dot_product_efficient_attention.h>
#include <ATen/ops/_scaled_dot_product_flash_attention.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matmul.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

using at::Tensor;

/// [B, S, heads * head_dim] or [B, S, heads, head_dim] or already [B, heads, S, head_dim] -> the latter, as a view.
Tensor asHeads(const Tensor& x, std::int64_t head_dim, bool split_already = false) {
  if (x.dim() == 4) return split_already ? x.transpose(1, 2) : x;
  return x.view({x.size(0), x.size(1), -1, head_dim}).transpose(1, 2);
}

/// [B, heads, S, head_dim] -> [B, S, heads * head_dim]: a view of what the kernels make.
Tensor joinHeads(const Tensor& x) { return x.transpose(1, 2).reshape({x.size(0), x.size(2), -1}); }

struct AttentionOperands {
  Tensor q, k, v;
  std::optional<Tensor> mask;
};

AttentionOperands operandsOf(const KernelCall& c) {
  const std::int64_t head_dim = c.attributes.head_dim;
  AttentionOperands in{
      asHeads(c.inputs[0], head_dim), asHeads(c.inputs[1], head_dim), asHeads(c.inputs[2], head_dim), {}};
  if (c.input_count > 3) in.mask = c.inputs[3];
  return in;
}

void flashOnCpu(const KernelCall& c) {
  const AttentionOperands in = operandsOf(c);
  auto [out, log_sum_exp] = at::_scaled_dot_product_flash_attention_for_cpu(in.q, in.k, in.v, /*dropout_p=*/0.0,
                                                                            c.attributes.causal, in.mask);
  c.outputs[0] = joinHeads(out);
  c.outputs[1] = std::move(log_sum_exp);
}

void flash(const KernelCall& c) {
  const AttentionOperands in = operandsOf(c);
  auto results = at::_scaled_dot_product_flash_attention(in.q, in.k, in.v, c.attributes.dropout, c.attributes.causal);
  c.outputs[0] = joinHeads(std::get<0>(results));
  c.outputs[1] = std::get<1>(results);
  c.outputs[2] = std::get<6>(results);
  c.outputs[3] = std::get<7>(results);
}

/// A mask of one sequence for all, as wide as the kernel reads it.
std::optional<Tensor> wideMask(const AttentionOperands& in) {
  if (!in.mask) return std::nullopt;
  const std::int64_t length = in.q.size(2);
  return in.mask->to(in.q.scalar_type()).expand({in.q.size(0), in.q.size(1), length, length});
}

void efficient(const KernelCall& c) {
  const AttentionOperands in = operandsOf(c);
  auto [out, log_sum_exp, seed, offset] = at::_scaled_dot_product_efficient_attention(
      in.q, in.k, in.v, wideMask(in), /*compute_log_sumexp=*/true, c.attributes.dropout, c.attributes.causal);
  c.outputs[0] = joinHeads(out);
  c.outputs[1] = std::move(log_sum_exp);
  c.outputs[2] = std::move(seed);
  c.outputs[3] = std::move(offset);
}

void cudnn(const KernelCall& c) {
  const AttentionOperands in = operandsOf(c);
  auto results = at::_scaled_dot_product_cudnn_attention(in.q, in.k, in.v, wideMask(in), /*compute_log_sumexp=*/true,
                                                         c.attributes.dropout, c.attributes.causal);
  c.outputs[0] = joinHeads(std::get<0>(results));
  c.outputs[1] = std::get<1>(results);
  c.outputs[2] = std::get<6>(results);
  c.outputs[3] = std::get<7>(results);
}

}  // namespace

void rotary(const KernelCall& c) {
  for (int i = 0; i < 2; ++i) {
    // One statement after the other: C++ leaves the order inside an expression open, but the order in which gradients
    // meet decides their layout, and so the last bits of the gradient of a norm before this op.
    const Tensor heads = asHeads(c.inputs[i], c.attributes.head_dim, /*split_already=*/true);
    const std::int64_t half = heads.size(-1) / 2;
    const Tensor kept = heads * c.inputs[2];
    const Tensor low = heads.slice(-1, 0, half);
    const Tensor high = heads.slice(-1, half);
    c.outputs[i] = kept + at::cat({-high, low}, -1) * c.inputs[3];
  }
}

void expandHeads(const KernelCall& c) {
  Tensor x = asHeads(c.inputs[0], c.attributes.head_dim);
  const std::int64_t repeats = c.attributes.heads / x.size(1);
  if (repeats > 1) {
    const auto sizes = x.sizes();
    x = x.unsqueeze(2)
            .expand({sizes[0], sizes[1], repeats, sizes[2], sizes[3]})
            .reshape({sizes[0], -1, sizes[2], sizes[3]});
  }
  if (c.attributes.scalar != 1.0) x = x * c.attributes.scalar;
  x = x.contiguous();
  c.outputs[0] = x.is_alias_of(c.inputs[0]) ? x.clone() : x;  // one head is contiguous as it is, but must own its bytes
}

void attention(const KernelCall& c) {
  if (c.inputs[0].is_cpu()) return flashOnCpu(c);
  switch (c.attributes.attention) {
    case AttentionKernel::flash: return flash(c);
    case AttentionKernel::efficient: return efficient(c);
    case AttentionKernel::cudnn: return cudnn(c);
    case AttentionKernel::automatic:
    case AttentionKernel::math: break;
  }
  throw Error(ErrorKind::failed, "attention", "has no kernel: a graph names one, or writes attention out");
}

void attentionScores(const KernelCall& c) {
  Tensor scores = at::matmul(c.inputs[0], c.inputs[1].transpose(-2, -1));
  if (c.attributes.causal) {
    const std::int64_t length = scores.size(-1);
    const Tensor mask =
        at::full({length, length}, -std::numeric_limits<double>::infinity(), scores.options().requires_grad(false))
            .triu(1);
    scores = scores + mask;
  }
  c.outputs[0] = std::move(scores);
}

void attentionContext(const KernelCall& c) { c.outputs[0] = joinHeads(at::matmul(c.inputs[0], c.inputs[1])); }

AttentionKernel attentionKernelOfTorch(const AttentionShape& shape, at::ScalarType dtype, c10::Device device) {
  const auto options = at::TensorOptions(dtype).device(device);
  const auto make = [&](std::int64_t heads) {  // what needs no gradient may get another kernel
    return at::empty({shape.batch, heads, shape.sequence, shape.head_dim}, options).set_requires_grad(true);
  };
  const Tensor q = make(shape.heads);
  const Tensor k = make(shape.kv_heads);
  std::optional<Tensor> mask;
  if (shape.masked) mask = at::empty({1, 1, shape.sequence, shape.sequence}, options);
  const std::int64_t choice = at::_fused_sdp_choice(q, k, k, mask, shape.dropout, shape.causal && !shape.masked,
                                                    std::nullopt, shape.heads != shape.kv_heads);
  switch (static_cast<at::SDPBackend>(choice)) {
    case at::SDPBackend::flash_attention: return AttentionKernel::flash;
    case at::SDPBackend::efficient_attention: return AttentionKernel::efficient;
    case at::SDPBackend::cudnn_attention: return AttentionKernel::cudnn;
    default: return AttentionKernel::math;
  }
}

}  // namespace remat
