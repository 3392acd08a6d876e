// Values of the command line: lists, ranges and words, with messages that name flag, expected, found and the nearest.
// Every problem is an Error(usage).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/spec/error.h"
#include "engine/spec/nearest_name.h"
#include "profiler/core/names.h"

namespace remat {

/// "a,b,c" -> its parts. Throws if the text or a part is empty.
[[nodiscard]] std::vector<std::string> splitList(const std::string& flag, std::string_view text);

/// "1-4,8" -> 1, 2, 3, 4, 8. Each at least 1; a value named twice counts once; at most 1,000 values.
[[nodiscard]] std::vector<std::int64_t> parseNumbers(const std::string& flag, std::string_view text);

/// Shortens a word for a message.
[[nodiscard]] std::string shownWord(std::string_view word);

/// The value of a flag that takes one.
template <typename Value>
[[nodiscard]] Value onlyValue(const std::string& flag, const std::vector<Value>& values) {
  if (values.size() != 1)
    throw Error(ErrorKind::usage, flag, "expected one value, got " + std::to_string(values.size()),
                "'rematscope sweep' takes several");
  return values.front();
}

template <typename Value>
using Words = std::vector<std::pair<std::string, Value>>;

/// Words of the command line are the names that records use.
template <typename E>
[[nodiscard]] Words<E> namesOf() {
  Words<E> words;
  for (std::size_t i = 0; i < kNames<E>.size(); ++i) words.emplace_back(kNames<E>[i], static_cast<E>(i));
  return words;
}

/// The value that a word stands for.
template <typename Value>
[[nodiscard]] Value parseWord(const std::string& flag, const std::string& word, const Words<Value>& known) {
  std::vector<std::string> names;
  std::string list;
  for (const auto& [name, value] : known) {
    if (name == word) return value;
    names.push_back(name);
    list += (list.empty() ? "" : ", ") + name;
  }
  const std::string shown = shownWord(word);
  throw Error(ErrorKind::usage, flag, "expected " + list + ", got '" + shown + "'", didYouMean(shown, names));
}

/// "a,b" -> the values of these words, each once.
template <typename Value>
[[nodiscard]] std::vector<Value> parseWords(const std::string& flag, std::string_view text, const Words<Value>& known) {
  std::vector<Value> values;
  for (const std::string& word : splitList(flag, text)) {
    const Value value = parseWord(flag, word, known);
    bool there = false;
    for (const Value& other : values) there = there || other == value;
    if (!there) values.push_back(value);
  }
  return values;
}

}  // namespace remat
