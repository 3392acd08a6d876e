#include "profiler/core/value_list.h"

#include <algorithm>
#include <charconv>

namespace remat {

namespace {

constexpr std::size_t kMaxValues = 1000;
constexpr std::int64_t kMaxNumber = std::int64_t{1} << 40;

std::int64_t parseNumber(const std::string& flag, std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || next != end || value < 1 || value > kMaxNumber)
    throw Error(ErrorKind::usage, flag, "expected whole numbers of at least 1, got '" + shownWord(text) + "'",
                "write for example 2, or 1,2,4, or 1-4");
  return value;
}

}  // namespace

std::string shownWord(std::string_view word) {
  constexpr std::size_t shown_bytes = 60;
  if (word.size() <= shown_bytes) return std::string(word);
  return std::string(word.substr(0, shown_bytes)) + "...";
}

std::vector<std::string> splitList(const std::string& flag, std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    if (part.empty())
      throw Error(ErrorKind::usage, flag, "expected values separated by commas, got an empty one",
                  "remove the extra comma, or add the value");
    parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::vector<std::int64_t> parseNumbers(const std::string& flag, std::string_view text) {
  std::vector<std::int64_t> values;
  const auto add = [&](std::int64_t value) {
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    if (values.size() > kMaxValues)
      throw Error(ErrorKind::usage, flag, "expected at most " + std::to_string(kMaxValues) + " values, got more",
                  "split the sweep");
  };
  for (const std::string& part : splitList(flag, text)) {
    const std::size_t dash = part.find('-', 1);
    const std::int64_t first = parseNumber(flag, std::string_view(part).substr(0, dash));
    const std::int64_t last =
        dash == std::string::npos ? first : parseNumber(flag, std::string_view(part).substr(dash + 1));
    if (last < first)
      throw Error(ErrorKind::usage, flag, "expected a range from low to high, got '" + shownWord(part) + "'",
                  "write " + std::to_string(last) + "-" + std::to_string(first));
    for (std::int64_t value = first; value <= last; ++value) add(value);
  }
  return values;
}

}  // namespace remat
