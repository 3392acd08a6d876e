#include "profiler/measure/gradient_check.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <c10/util/BFloat16.h>

namespace remat {
namespace {

/// In host memory and without gaps; the tensor itself if it is so already.
at::Tensor inHost(const at::Tensor& tensor) { return tensor.cpu().contiguous(); }

std::vector<std::byte> bytesOf(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  const at::Tensor dense = inHost(tensor);
  const auto* data = static_cast<const std::byte*>(dense.const_data_ptr());
  return {data, data + dense.nbytes()};
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

template <typename Scalar>
Apart apart(const std::vector<std::byte>& reference, const at::Tensor& other) {
  const auto* const data = static_cast<const std::byte*>(other.const_data_ptr());
  double largest = 0.0;
  double difference = 0.0;
  for (std::size_t i = 0; i + sizeof(Scalar) <= reference.size(); i += sizeof(Scalar)) {
    Scalar a{}, b{};
    std::memcpy(&a, data + i, sizeof(Scalar));
    std::memcpy(&b, reference.data() + i, sizeof(Scalar));
    largest = std::max(largest, std::abs(static_cast<double>(b)));
    const double here = std::abs(static_cast<double>(a) - static_cast<double>(b));
    difference = std::isnan(here) ? INFINITY : std::max(difference, here);
  }
  return {difference, largest};
}

Apart apart(const std::vector<std::byte>& reference, const at::Tensor& other) {
  return other.scalar_type() == at::kBFloat16 ? apart<c10::BFloat16>(reference, other) : apart<float>(reference, other);
}

template <typename Scalar>
bool allFinite(const at::Tensor& gradient) {
  const at::Tensor dense = inHost(gradient);
  const Scalar* values = dense.const_data_ptr<Scalar>();
  return std::all_of(values, values + dense.numel(), [](Scalar v) { return std::isfinite(static_cast<float>(v)); });
}

}  // namespace

bool isFinite(const ModelState& state, double loss) {
  return std::isfinite(loss) &&
         std::all_of(state.parameters.begin(), state.parameters.end(), [](const at::Tensor& parameter) {
           const at::Tensor& gradient = parameter.grad();
           if (!gradient.defined()) return true;
           return gradient.scalar_type() == at::kBFloat16 ? allFinite<c10::BFloat16>(gradient)
                                                          : allFinite<float>(gradient);
         });
}

GradientSnapshot::GradientSnapshot(const ModelState& state, double loss, Precision precision)
    : loss_(loss), precision_(precision) {
  for (const at::Tensor& parameter : state.parameters) gradients_.push_back(bytesOf(parameter.grad()));
}

GradientSnapshot::Comparison GradientSnapshot::compare(const ModelState& state, double loss) const {
  bool same = std::bit_cast<std::uint64_t>(loss) == std::bit_cast<std::uint64_t>(loss_);
  Comparison result;
  std::vector<Apart> gradients;    // that differ
  std::vector<std::size_t> equal;  // of the others, the indices: they count for the scale only
  double tolerance = autocastDtype(precision_) ? 1e-2 : 1e-5;
  result.max_relative_difference = loss_ != 0.0 ? std::abs(loss - loss_) / std::abs(loss_) : std::abs(loss - loss_);
  for (std::size_t i = 0; i < gradients_.size(); ++i) {
    const at::Tensor& gradient = state.parameters[i].grad();
    if (gradient.defined() == gradients_[i].empty()) {  // one of the two has no gradient at all
      result.verdict = GradientVerdict::different;
      result.max_relative_difference = INFINITY;
      return result;
    }
    if (!gradient.defined()) continue;
    const bool bfloat16 = gradient.scalar_type() == at::kBFloat16;
    if (bfloat16) tolerance = 1e-2;
    const at::Tensor now = inHost(gradient);
    if (now.nbytes() == gradients_[i].size() &&
        std::memcmp(now.const_data_ptr(), gradients_[i].data(), gradients_[i].size()) == 0) {
      equal.push_back(i);
      continue;
    }
    same = false;
    gradients.push_back(apart(gradients_[i], now));
  }
  if (!gradients.empty())
    for (const std::size_t i : equal) gradients.push_back(apart(gradients_[i], inHost(state.parameters[i].grad())));
  result.max_relative_difference = std::max(result.max_relative_difference, relativeDifference(gradients));
  const bool close = result.max_relative_difference <= tolerance;
  result.verdict = same    ? GradientVerdict::bit_equal
                   : close ? GradientVerdict::within_tolerance
                           : GradientVerdict::different;
  return result;
}

}  // namespace remat
