// A look at JSON text before a parser builds anything from it: bounds what parsing may cost, and finds the numbers that
// Python writes but JSON does not have (NaN, Infinity, -Infinity, and 1e999, which Python reads as Infinity).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace remat {

// Far above any published config.json (tens of kB; twenty thousand labels make one or two MB), and small enough that a
// wrong file is refused in less than 100 ms and 64 MiB.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMaxJsonStringBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxJsonValues = 100'000;
inline constexpr int kMaxJsonDepth = 64;

/// What is wrong at `offset` (bytes); empty `expected` when nothing is.
struct JsonFault {
  std::size_t offset = 0;
  std::string expected;
  std::string found;
};

/// A number without a finite value: its position among all values that are not strings, lists or objects.
struct NonFiniteNumber {
  std::size_t bare_value = 0;
  std::string_view name;  ///< "NaN", "Infinity" or "-Infinity", static
};

struct JsonScan {
  /// The text with every non-finite number replaced by a zero of the same length, so that offsets stay true. Empty when
  /// there was none: then the original text serves.
  std::string replaced;
  std::vector<NonFiniteNumber> non_finite;  ///< in the order of the text
  JsonFault fault;
};

/// Does not decide whether the text is JSON: that is the parser's part. Throws nothing but std::bad_alloc.
[[nodiscard]] JsonScan scanJson(std::string_view text);

/// "line 3 column 14", both from 1, columns in bytes.
[[nodiscard]] std::string linePosition(std::string_view text, std::size_t offset);

/// What the JSON library says about a syntax error, without its prefix and without the bytes it read last, which may be
/// long or not UTF-8.
[[nodiscard]] std::string syntaxFault(std::string_view what);

/// At most about `bytes` bytes, cut between characters, with "..." if something was cut.
[[nodiscard]] std::string shortened(std::string text, std::size_t bytes);

}  // namespace remat
