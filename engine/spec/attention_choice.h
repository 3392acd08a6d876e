// Which kernel computes attention: what was asked for, or what torch's scaled_dot_product_attention would take.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "engine/spec/dtype.h"
#include "engine/spec/training_spec.h"

namespace remat {

/// What the choice depends on.
struct AttentionCall {
  Backend backend = Backend::cpu;
  Dtype dtype = Dtype::float32;  ///< of query, key and value as the kernel gets them
  bool grouped = false;          ///< fewer key and value heads than query heads
  bool masked = false;           ///< a mask tensor instead of the causal flag
  bool drops = false;            ///< attention probabilities are dropped
};

/// Never automatic. On a CPU torch's choice is known; on a GPU it depends on the card and on cuDNN's version too, so a
/// program that has the card asks torch and passes the answer as `requested`. Throws Error(usage) for a kernel that
/// cannot compute the call. Source: torch 2.11, ATen/native/transformers/{sdp_utils_cpp.cpp, cuda/sdp_utils.cpp}.
[[nodiscard]] AttentionKernel chooseAttentionKernel(AttentionKernel requested, const AttentionCall& call);

/// In the order of AttentionKernel's declaration.
inline constexpr std::array kAttentionKernelNames = {std::string_view("automatic"), std::string_view("flash"),
                                                     std::string_view("efficient"), std::string_view("cudnn"),
                                                     std::string_view("math")};
[[nodiscard]] constexpr std::string_view attentionKernelName(AttentionKernel kernel) {
  return kAttentionKernelNames.at(static_cast<std::size_t>(kernel));
}

}  // namespace remat
