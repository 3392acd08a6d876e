#include "engine/spec/nearest_name.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace remat {

namespace {

constexpr std::size_t kMostGuesses = 3;
constexpr std::size_t kShortestStem = 3;  // fewer letters are in every other name

/// Letters inserted, left out, replaced, or swapped with their neighbour.
std::size_t editDistance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        rows[i][j] = i + j;
        continue;
      }
      const std::size_t replaced = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.size()][b.size()];
}

/// Whether the letters of `name` come in `longer` in this order.
bool abbreviates(const std::string& name, const std::string& longer) {
  std::size_t found = 0;
  for (const char letter : longer)
    if (found < name.size() && name[found] == letter) ++found;
  return name.size() >= kShortestStem && found == name.size();
}

std::vector<std::string> nearestNames(const std::string& name, const std::vector<std::string>& known) {
  std::vector<std::string> nearest;
  std::size_t smallest = std::numeric_limits<std::size_t>::max();
  for (const std::string& each : known) {
    const std::size_t distance = editDistance(name, each);
    if (3 * distance > std::max(name.size(), each.size()) || distance > smallest) continue;
    if (std::find(nearest.begin(), nearest.end(), each) != nearest.end()) continue;  // named more than once
    if (distance < smallest) nearest.clear();
    smallest = distance;
    nearest.push_back(each);
  }
  return nearest;
}

}  // namespace

std::vector<std::string> closeNames(const std::string& name, const std::vector<std::string>& known) {
  std::vector<std::string> close = nearestNames(name, known);
  const auto begins = [&](const std::string& each) { return each.starts_with(name); };
  if (close.empty()) {
    std::copy_if(known.begin(), known.end(), std::back_inserter(close),
                 [&](const std::string& each) { return abbreviates(name, each); });
  } else if (name.size() >= kShortestStem && std::none_of(close.begin(), close.end(), begins)) {
    // Whoever stopped in the middle of a name meant that one: "--seq" is --sequence sooner than --seed.
    std::copy_if(known.begin(), known.end(), std::inserter(close, close.begin()), begins);
  }
  if (close.size() > kMostGuesses) close.resize(kMostGuesses);
  return close;
}

std::string didYouMean(const std::string& name, const std::vector<std::string>& known) {
  std::string list;
  for (const std::string& each : closeNames(name, known)) list += (list.empty() ? "'" : " or '") + each + "'";
  return list.empty() ? list : "did you mean " + list + "?";
}

std::string didYouMean(const std::string& name, const std::vector<std::string>& known, const std::string& sentence) {
  const std::string guess = didYouMean(name, known);
  return guess.empty() ? sentence : guess + " " + sentence;
}

}  // namespace remat
