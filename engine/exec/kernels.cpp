#include "engine/exec/kernels.h"

#include <algorithm>
#include <array>

#include <ATen/TensorOperators.h>
#include <ATen/ops/_fused_rms_norm.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/div.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/native_dropout.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/nll_loss_forward.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tanh.h>
#include <torch/csrc/autograd/custom_function.h>

#include "engine/exec/attention_kernels.h"

namespace remat {
namespace {

using at::Tensor;

/// RMSNorm that keeps its input, its weight and one number a token. ATen has a single kernel for CUDA only.
struct FusedRmsNorm : torch::autograd::Function<FusedRmsNorm> {
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const Tensor& x,
                                                const Tensor& weight, double epsilon) {
    const Tensor wide = x.to(at::kFloat);
    const Tensor rstd = at::rsqrt(wide.pow(2).mean(-1, true) + epsilon);
    const Tensor y = (wide * rstd).to(x.scalar_type()) * weight;
    context->save_for_backward({x, weight, rstd});
    context->mark_non_differentiable({rstd});
    return {y, rstd};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    const Tensor& weight = saved[1];
    const Tensor& rstd = saved[2];
    const Tensor normalised = saved[0].to(at::kFloat) * rstd;
    const at::ScalarType dtype = saved[0].scalar_type();
    saved[0].reset();
    const Tensor gradient = gradients[0].to(at::kFloat);
    const Tensor d_weight = (gradient * normalised).flatten(0, -2).sum(0).to(weight.scalar_type());
    const Tensor d_normalised = gradient * weight;
    const Tensor d_x = rstd * (d_normalised - normalised * (d_normalised * normalised).mean(-1, true));
    return {d_x.to(dtype), d_weight, Tensor()};
  }
};

void embedding(const KernelCall& c) {
  c.outputs[0] = at::embedding(c.inputs[0], c.inputs[1], c.attributes.padding_index);
}
void add(const KernelCall& c) { c.outputs[0] = at::add(c.inputs[0], c.inputs[1]); }
void multiply(const KernelCall& c) { c.outputs[0] = at::mul(c.inputs[0], c.inputs[1]); }
void multiplyScalar(const KernelCall& c) { c.outputs[0] = at::mul(c.inputs[0], c.attributes.scalar); }
void addScalar(const KernelCall& c) { c.outputs[0] = at::add(c.inputs[0], c.attributes.scalar); }
void power(const KernelCall& c) { c.outputs[0] = at::pow(c.inputs[0], c.attributes.scalar); }
void meanLast(const KernelCall& c) { c.outputs[0] = at::mean(c.inputs[0], -1, /*keepdim=*/true); }
void rsqrt(const KernelCall& c) { c.outputs[0] = at::rsqrt(at::add(c.inputs[0], c.attributes.scalar)); }
void tanh(const KernelCall& c) { c.outputs[0] = at::tanh(c.inputs[0]); }
void silu(const KernelCall& c) { c.outputs[0] = at::silu(c.inputs[0]); }
void relu(const KernelCall& c) { c.outputs[0] = at::relu(c.inputs[0]); }
void gelu(const KernelCall& c) { c.outputs[0] = at::gelu(c.inputs[0]); }
void geluTanh(const KernelCall& c) { c.outputs[0] = at::gelu(c.inputs[0], "tanh"); }

void linear(const KernelCall& c) {
  c.outputs[0] =
      c.input_count > 2 ? at::linear(c.inputs[0], c.inputs[1], c.inputs[2]) : at::linear(c.inputs[0], c.inputs[1]);
}

void conv1d(const KernelCall& c) {
  const Tensor& x = c.inputs[0];
  auto sizes = x.sizes().vec();
  sizes.back() = c.inputs[1].size(1);
  c.outputs[0] = at::addmm(c.inputs[2], x.view({-1, x.size(-1)}), c.inputs[1]).view(sizes);
}

void layerNorm(const KernelCall& c) {
  std::tie(c.outputs[0], c.outputs[1], c.outputs[2]) =
      at::native_layer_norm(c.inputs[0], {c.inputs[0].size(-1)}, c.inputs[1], c.inputs[2], c.attributes.scalar);
}

void rmsNorm(const KernelCall& c) {
  if (c.inputs[0].is_cuda()) {
    std::tie(c.outputs[0], c.outputs[1]) =
        at::_fused_rms_norm(c.inputs[0], {c.inputs[0].size(-1)}, c.inputs[1], c.attributes.scalar);
    return;
  }
  auto results = FusedRmsNorm::apply(c.inputs[0], c.inputs[1], c.attributes.scalar);
  c.outputs[0] = std::move(results[0]);
  c.outputs[1] = std::move(results[1]);
}

void splitHeads(const KernelCall& c) {
  auto sizes = c.inputs[0].sizes().vec();
  sizes.back() = c.attributes.heads;
  sizes.push_back(c.attributes.head_dim);
  c.outputs[0] = c.inputs[0].view(sizes);
}

void splitQkv(const KernelCall& c) {
  const std::int64_t width = c.attributes.heads * c.attributes.head_dim;
  auto parts = c.inputs[0].split(width, -1);
  for (int i = 0; i < 3; ++i) c.outputs[i] = std::move(parts[i]);
}

// As at::dropout does: on a GPU a kernel with a boolean mask, on a CPU a mask of the input's dtype, scaled beforehand.
void dropout(const KernelCall& c) {
  if (c.inputs[0].is_cuda()) {
    std::tie(c.outputs[0], c.outputs[1]) = at::native_dropout(c.inputs[0], c.attributes.scalar, /*train=*/true);
    return;
  }
  const double kept = 1.0 - c.attributes.scalar;
  Tensor mask = at::empty_like(c.inputs[0], c.inputs[0].options().requires_grad(false));
  if (kept > 0.0)
    mask.bernoulli_(kept).div_(kept);
  else
    mask.zero_();
  c.outputs[0] = c.inputs[0] * mask;
  c.outputs[1] = std::move(mask);
}

void cast(const KernelCall& c) { c.outputs[0] = c.inputs[0].to(scalarType(c.attributes.dtype)); }
void firstToken(const KernelCall& c) { c.outputs[0] = c.inputs[0].select(1, 0); }

void softmax(const KernelCall& c) { c.outputs[0] = at::softmax(c.inputs[0], -1); }

void logSoftmax(const KernelCall& c) {
  c.outputs[0] = at::log_softmax(c.inputs[0].view({-1, c.inputs[0].size(-1)}), -1);
}

void nllLoss(const KernelCall& c) {
  std::tie(c.outputs[0], c.outputs[1]) =
      at::nll_loss_forward(c.inputs[0], c.inputs[1], {}, /*reduction=mean*/ 1, /*ignore_index=*/-100);
}

void splitRows(const KernelCall& c) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t chunk = 0; chunk < c.attributes.chunks; ++chunk)
    sizes.push_back(rowsOfChunk(c.attributes, chunk).count);
  auto parts = c.inputs[0].view({-1, c.inputs[0].size(-1)}).split_with_sizes(sizes);
  std::move(parts.begin(), parts.end(), c.outputs);
}

void nllSum(const KernelCall& c) {
  const RowRange rows = rowsOfChunk(c.attributes, c.attributes.chunk);
  const Tensor labels = c.inputs[1].slice(0, rows.first, rows.first + rows.count);
  std::tie(c.outputs[0], c.outputs[1]) =
      at::nll_loss_forward(c.inputs[0], labels, {}, /*reduction=sum*/ 2, /*ignore_index=*/-100);
}

void divideByCount(const KernelCall& c) {
  c.outputs[1] = (c.inputs[1] != -100).sum(at::kFloat);
  c.outputs[0] = at::div(c.inputs[0], c.outputs[1]);
}

struct Row {
  OpKind kind;
  Kernel run;
};

constexpr std::array kRows = {
    Row{OpKind::embedding, embedding},
    Row{OpKind::add, add},
    Row{OpKind::multiply, multiply},
    Row{OpKind::multiply_scalar, multiplyScalar},
    Row{OpKind::add_scalar, addScalar},
    Row{OpKind::power, power},
    Row{OpKind::mean_last, meanLast},
    Row{OpKind::rsqrt, rsqrt},
    Row{OpKind::tanh, tanh},
    Row{OpKind::silu, silu},
    Row{OpKind::relu, relu},
    Row{OpKind::gelu, gelu},
    Row{OpKind::gelu_tanh, geluTanh},
    Row{OpKind::linear, linear},
    Row{OpKind::conv1d, conv1d},
    Row{OpKind::layer_norm, layerNorm},
    Row{OpKind::rms_norm, rmsNorm},
    Row{OpKind::split_heads, splitHeads},
    Row{OpKind::split_qkv, splitQkv},
    Row{OpKind::rotary, rotary},
    Row{OpKind::expand_heads, expandHeads},
    Row{OpKind::attention, attention},
    Row{OpKind::attention_scores, attentionScores},
    Row{OpKind::softmax, softmax},
    Row{OpKind::attention_context, attentionContext},
    Row{OpKind::dropout, dropout},
    Row{OpKind::cast, cast},
    Row{OpKind::first_token, firstToken},
    Row{OpKind::log_softmax, logSoftmax},
    Row{OpKind::nll_loss, nllLoss},
    Row{OpKind::split_rows, splitRows},
    Row{OpKind::nll_sum, nllSum},
    Row{OpKind::divide_by_count, divideByCount},
};

constexpr bool rowsAreInOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i)
    if (static_cast<std::size_t>(kRows[i].kind) != i) return false;
  return true;
}
static_assert(rowsAreInOrder(), "kRows is indexed by OpKind");

}  // namespace

Kernel kernelOf(OpKind kind) { return kRows.at(static_cast<std::size_t>(kind)).run; }

at::ScalarType scalarType(Dtype dtype) {
  switch (dtype) {
    case Dtype::float32: return at::kFloat;
    case Dtype::bfloat16: return at::kBFloat16;
    case Dtype::float16: return at::kHalf;
    case Dtype::int64: return at::kLong;
    case Dtype::boolean: return at::kBool;
  }
  return at::kFloat;
}

}  // namespace remat
