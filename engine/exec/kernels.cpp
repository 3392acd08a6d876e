#include "engine/exec/kernels.h"

#include <array>
#include <limits>

#include <ATen/TensorOperators.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/nll_loss_forward.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tanh.h>
#include <torch/csrc/autograd/custom_function.h>

namespace remat {
namespace {

using at::Tensor;

/// [B, S, heads * head_dim] or [B, S, heads, head_dim] or already [B, heads, S, head_dim] -> the latter, as a view.
Tensor asHeads(const Tensor& x, std::int64_t head_dim, bool split_already = false) {
  if (x.dim() == 4) return split_already ? x.transpose(1, 2) : x;
  return x.view({x.size(0), x.size(1), -1, head_dim}).transpose(1, 2);
}

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
  const std::int64_t head_dim = c.attributes.head_dim;
  const std::optional<Tensor> mask = c.input_count > 3 ? std::optional(c.inputs[3]) : std::nullopt;
  auto [out, log_sum_exp] = at::_scaled_dot_product_flash_attention_for_cpu(
      asHeads(c.inputs[0], head_dim), asHeads(c.inputs[1], head_dim), asHeads(c.inputs[2], head_dim), /*dropout_p=*/0.0,
      c.attributes.causal, mask);
  const auto sizes = out.sizes();
  c.outputs[0] = out.transpose(1, 2).reshape({sizes[0], sizes[2], sizes[1] * sizes[3]});
  c.outputs[1] = std::move(log_sum_exp);
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

void softmax(const KernelCall& c) { c.outputs[0] = at::softmax(c.inputs[0], -1); }

void attentionContext(const KernelCall& c) {
  const Tensor context = at::matmul(c.inputs[0], c.inputs[1]);
  const auto sizes = context.sizes();
  c.outputs[0] = context.transpose(1, 2).reshape({sizes[0], sizes[2], sizes[1] * sizes[3]});
}

// As at::dropout does on a CPU: a mask of the input's dtype, scaled beforehand. (A GPU has native_dropout with a
// boolean mask.)
void dropout(const KernelCall& c) {
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

void logSoftmax(const KernelCall& c) {
  c.outputs[0] = at::log_softmax(c.inputs[0].view({-1, c.inputs[0].size(-1)}), -1);
}

void nllLoss(const KernelCall& c) {
  std::tie(c.outputs[0], c.outputs[1]) =
      at::nll_loss_forward(c.inputs[0], c.inputs[1], {}, /*reduction=mean*/ 1, /*ignore_index=*/-100);
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
