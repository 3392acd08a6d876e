#include "profiler/measure/live_tensors.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace remat {
namespace {

/// By the number of the category.
constexpr std::array<std::string_view, kCategories> kPlurals = {"parameters",
                                                                "gradients",
                                                                "tensors of optimizer state",
                                                                "inputs",
                                                                "activations",
                                                                "recomputed activations",
                                                                "temporaries",
                                                                "prefetched activations"};

}  // namespace

std::vector<LiveTensor> withSmallerSummedUp(std::vector<LiveTensor> tensors, std::size_t listed) {
  std::stable_sort(tensors.begin(), tensors.end(),
                   [](const LiveTensor& a, const LiveTensor& b) { return a.bytes > b.bytes; });
  if (tensors.size() <= listed) return tensors;
  std::array<LiveTensor, kCategories> rests;
  for (LiveTensor& rest : rests) rest.tensors = 0;
  for (std::size_t i = listed; i < tensors.size(); ++i) {
    const LiveTensor& tensor = tensors[i];
    LiveTensor& rest = rests[static_cast<std::size_t>(tensor.category)];
    const std::int64_t count = rest.tensors + 1;
    if (count == 1) {
      rest = tensor;
    } else {
      const auto plural = kPlurals[static_cast<std::size_t>(tensor.category)];
      rest = {std::to_string(count) + " smaller " + std::string(plural), tensor.category, "", rest.bytes + tensor.bytes,
              count};
    }
  }
  tensors.resize(listed);
  std::copy_if(rests.begin(), rests.end(), std::back_inserter(tensors),
               [](const LiveTensor& rest) { return rest.tensors > 0; });
  return tensors;
}

}  // namespace remat
