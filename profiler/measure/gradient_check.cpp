#include "profiler/measure/gradient_check.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/aminmax.h>
#include <ATen/ops/from_blob.h>

namespace remat {
namespace {

std::vector<std::byte> bytesOf(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  const at::Tensor dense = tensor.cpu().contiguous();
  const auto* data = static_cast<const std::byte*>(dense.const_data_ptr());
  return {data, data + dense.nbytes()};
}

/// What bytesOf() copied, where `like` is and shaped as it is.
at::Tensor tensorOf(const std::vector<std::byte>& bytes, const at::Tensor& like) {
  auto* data = const_cast<std::byte*>(bytes.data());  // nobody writes to it
  return at::from_blob(data, like.sizes(), at::TensorOptions().dtype(like.scalar_type())).to(like.device());
}

/// Infinite or NaN if an element is.
double largestOf(const at::Tensor& tensor) {
  const auto [least, most] = at::aminmax(tensor);
  const double low = least.item().toDouble(), high = most.item().toDouble();
  return std::isnan(low) || std::isnan(high) ? std::nan("") : std::max(std::abs(low), std::abs(high));
}

bool haveSameBits(const at::Tensor& a, const at::Tensor& b) {
  const at::ScalarType bits = a.element_size() == 2 ? at::kShort : at::kInt;
  return a.contiguous().view(bits).equal(b.contiguous().view(bits));
}

struct Apart {
  double difference = 0.0;  ///< largest |a - b| of a gradient
  double largest = 0.0;     ///< largest |b|
};

/// Each difference relative to its gradient's largest element, or to a hundredth of the largest of all gradients: one
/// that cancels to nothing (of the bias of a key, before a softmax) is rounding, and relative to itself always differs.
double relativeDifference(const std::vector<Apart>& gradients) {
  double scale = 0.0;
  for (const Apart& gradient : gradients) scale = std::max(scale, gradient.largest);
  if (!std::isfinite(scale)) return INFINITY;  // relative to infinity every difference would be none
  double relative = 0.0;
  for (const auto& [difference, largest] : gradients) {
    const double unit = std::max(largest, scale / 100);
    relative = std::max(relative, unit > 0.0 ? difference / unit : difference);
  }
  return relative;
}

Apart apart(const at::Tensor& reference, const at::Tensor& other) {
  const double difference = largestOf(other.to(at::kFloat) - reference.to(at::kFloat));
  return {std::isnan(difference) ? INFINITY : difference, largestOf(reference)};
}

/// 16 bits round to 1 in 256 or 2,048, TF32's products to 1 in 2,048.
double toleranceOf(Precision precision) {
  if (precision == Precision::tf32) return 1e-3;
  return autocastDtype(precision) ? 1e-2 : 1e-5;
}

}  // namespace

bool isFinite(const ModelState& state, double loss) {
  const at::NoGradGuard no_grad;
  return std::isfinite(loss) &&
         std::all_of(state.parameters.begin(), state.parameters.end(), [](const at::Tensor& parameter) {
           return !parameter.grad().defined() || std::isfinite(largestOf(parameter.grad()));
         });
}

GradientSnapshot::GradientSnapshot(const ModelState& state, double loss, Precision precision)
    : loss_(loss), precision_(precision) {
  for (const at::Tensor& parameter : state.parameters) gradients_.push_back(bytesOf(parameter.grad()));
}

GradientSnapshot::Comparison GradientSnapshot::compare(const ModelState& state, double loss) const {
  const at::NoGradGuard no_grad;
  bool same = std::bit_cast<std::uint64_t>(loss) == std::bit_cast<std::uint64_t>(loss_);
  Comparison result;
  std::vector<Apart> gradients;    // that differ
  std::vector<std::size_t> equal;  // of the others, the indices: they count for the scale only
  double tolerance = toleranceOf(precision_);
  result.max_relative_difference = loss_ != 0.0 ? std::abs(loss - loss_) / std::abs(loss_) : std::abs(loss - loss_);
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    const at::Tensor& gradient = state.parameters[i].grad();
    const std::size_t bytes = gradient.defined() ? gradient.numel() * gradient.element_size() : 0;
    if (bytes != gradients_[i].size()) {  // one of the two has no gradient at all, or of another type
      result.verdict = GradientVerdict::different;
      result.max_relative_difference = INFINITY;
      return result;
    }
    if (!gradient.defined()) continue;
    if (gradient.scalar_type() == at::kBFloat16) tolerance = 1e-2;
    const at::Tensor reference = tensorOf(gradients_[i], gradient);
    if (haveSameBits(gradient, reference)) {
      equal.push_back(i);
      continue;
    }
    same = false;
    gradients.push_back(apart(reference, gradient));
  }
  if (!gradients.empty())
    for (const std::size_t i : equal) gradients.push_back({0.0, largestOf(state.parameters[i].grad())});
  result.max_relative_difference = std::max(result.max_relative_difference, relativeDifference(gradients));
  const bool close = result.max_relative_difference <= tolerance;
  result.verdict = same    ? GradientVerdict::bit_equal
                   : close ? GradientVerdict::within_tolerance
                           : GradientVerdict::different;
  return result;
}

}  // namespace remat
