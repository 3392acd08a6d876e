#include "profiler/measure/live_tensors.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "profiler/core/shared_name.h"

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

using Name = std::pair<Category, std::string>;

Name nameOf(const LiveTensor& tensor) { return {tensor.category, sharedName(tensor)}; }

/// Those that hold most, with their bytes; of names that hold as much the first.
std::map<Name, std::int64_t> largestNames(const std::vector<LiveTensor>& tensors, std::size_t names) {
  std::map<Name, std::int64_t> bytes;
  for (const LiveTensor& tensor : tensors) bytes[nameOf(tensor)] += tensor.bytes;
  std::vector<std::pair<Name, std::int64_t>> order(bytes.begin(), bytes.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  order.resize(std::min(order.size(), names));
  return {order.begin(), order.end()};
}

}  // namespace

std::vector<LiveTensor> withOthersSummedUp(std::vector<LiveTensor> tensors, std::size_t names) {
  std::stable_sort(tensors.begin(), tensors.end(),
                   [](const LiveTensor& a, const LiveTensor& b) { return a.bytes > b.bytes; });
  const auto listed = largestNames(tensors, names);
  const auto others = std::stable_partition(tensors.begin(), tensors.end(),
                                            [&](const LiveTensor& tensor) { return listed.contains(nameOf(tensor)); });
  std::array<LiveTensor, kCategories> rests;
  for (LiveTensor& rest : rests) rest.tensors = 0;
  for (auto tensor = others; tensor != tensors.end(); ++tensor) {
    LiveTensor& rest = rests[static_cast<std::size_t>(tensor->category)];
    const std::int64_t count = rest.tensors + 1;
    if (count == 1) {
      rest = *tensor;
    } else {
      const auto plural = kPlurals[static_cast<std::size_t>(tensor->category)];
      rest = {std::to_string(count) + " other " + std::string(plural), tensor->category, "", rest.bytes + tensor->bytes,
              count};
    }
  }
  tensors.erase(others, tensors.end());
  std::copy_if(rests.begin(), rests.end(), std::back_inserter(tensors),
               [](const LiveTensor& rest) { return rest.tensors > 0; });
  return tensors;
}

}  // namespace remat
