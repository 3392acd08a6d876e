// For messages: the known names that a misspelt one probably meant.
#pragma once

#include <string>
#include <vector>

namespace remat {

/// The entries of `known` that `name` may have meant, at most three: those with the fewest letters
/// wrong if these are a third of the longer name or less, else those that have its letters in this order ("bf16":
/// "bfloat16", "bf16_mixed"). Empty if none is close: then a guess would only mislead.
[[nodiscard]] std::vector<std::string> closeNames(const std::string& name, const std::vector<std::string>& known);

/// "did you mean 'a' or 'b'?" of closeNames(); else empty.
[[nodiscard]] std::string didYouMean(const std::string& name, const std::vector<std::string>& known);

/// didYouMean(), if there is a guess, before another sentence.
[[nodiscard]] std::string didYouMean(const std::string& name, const std::vector<std::string>& known,
                                     const std::string& sentence);

}  // namespace remat
