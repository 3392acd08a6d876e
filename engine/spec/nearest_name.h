// For messages: the known name that a misspelt one probably meant.
#pragma once

#include <string>
#include <vector>

namespace remat {

/// The entry of `known` with the smallest edit distance to `name` (Levenshtein); empty if `known` is empty.
[[nodiscard]] std::string nearestName(const std::string& name, const std::vector<std::string>& known);

}  // namespace remat
