// Pieces of sentences that findings share.
#pragma once

#include <string>
#include <vector>

#include "profiler/core/records.h"

namespace remat {

/// "`full`".
[[nodiscard]] inline std::string quoted(const std::string& policy) { return "`" + policy + "`"; }

/// "a", "a and b", "a, b and c".
[[nodiscard]] inline std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

/// "in backward of `layer 3` (op `down_proj`)".
[[nodiscard]] inline std::string instantText(const Instant& instant) {
  if (instant.phase == Phase::optimizer) return "in the optimizer's step";
  std::string text =
      instant.phase == Phase::recompute ? "in the replay" : "in " + std::string(phaseName(instant.phase));
  if (!instant.block.empty()) text += " of " + quoted(instant.block);
  if (!instant.op.empty()) text += " (op " + quoted(instant.op) + ")";
  return text;
}

/// "optimizer state".
[[nodiscard]] inline std::string categoryText(Category category) {
  if (category == Category::optimizer_state) return "optimizer state";
  if (category == Category::recomputed) return "recomputed activations";
  return std::string(categoryName(category));
}

}  // namespace remat
