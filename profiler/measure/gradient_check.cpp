#include "profiler/measure/gradient_check.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <c10/util/BFloat16.h>

namespace remat {
namespace {

std::vector<std::byte> bytesOf(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  const at::Tensor dense = tensor.contiguous();
  const auto* data = static_cast<const std::byte*>(dense.const_data_ptr());
  return {data, data + dense.nbytes()};
}

template <typename Scalar>
double relativeDifference(const std::vector<std::byte>& reference, const std::vector<std::byte>& other) {
  double largest = 0.0;
  double difference = 0.0;
  for (std::size_t i = 0; i + sizeof(Scalar) <= reference.size(); i += sizeof(Scalar)) {
    Scalar a{}, b{};
    std::memcpy(&a, other.data() + i, sizeof(Scalar));
    std::memcpy(&b, reference.data() + i, sizeof(Scalar));
    largest = std::max(largest, std::abs(static_cast<double>(b)));
    const double here = std::abs(static_cast<double>(a) - static_cast<double>(b));
    difference = std::isnan(here) ? INFINITY : std::max(difference, here);
  }
  if (!std::isfinite(largest)) return INFINITY;  // relative to infinity every difference would be none
  return largest > 0.0 ? difference / largest : difference;
}

template <typename Scalar>
bool allFinite(const at::Tensor& gradient) {
  const at::Tensor dense = gradient.contiguous();
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

GradientSnapshot::GradientSnapshot(const ModelState& state, double loss) : loss_(loss) {
  for (const at::Tensor& parameter : state.parameters) gradients_.push_back(bytesOf(parameter.grad()));
}

GradientSnapshot::Comparison GradientSnapshot::compare(const ModelState& state, double loss) const {
  bool same = std::bit_cast<std::uint64_t>(loss) == std::bit_cast<std::uint64_t>(loss_);
  Comparison result;
  double tolerance = 1e-5;
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
    const std::vector<std::byte> now = bytesOf(gradient);
    if (now == gradients_[i]) continue;
    same = false;
    const double difference = bfloat16 ? relativeDifference<c10::BFloat16>(gradients_[i], now)
                                       : relativeDifference<float>(gradients_[i], now);
    result.max_relative_difference = std::max(result.max_relative_difference, difference);
  }
  const bool close = result.max_relative_difference <= tolerance;
  result.verdict = same    ? GradientVerdict::bit_equal
                   : close ? GradientVerdict::within_tolerance
                           : GradientVerdict::different;
  return result;
}

}  // namespace remat
