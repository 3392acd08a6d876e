#include "engine/spec/json_scan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace remat {
namespace {

bool isBare(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.';
}

/// "Infinity" for a token that Python's reader takes for a number without a finite value, empty for all others.
std::string_view nonFiniteName(std::string_view token) {
  for (const std::string_view name : {"NaN", "Infinity", "-Infinity"}) {
    if (token == name) return name;
  }
  // Shorter numbers without an exponent cannot overflow; this keeps the common case free of number parsing.
  if (token.size() < 300 && token.find_first_of("eE") == std::string_view::npos) return {};
  if (token.front() != '-' && (token.front() < '0' || token.front() > '9')) return {};
  double value = 0;
  const auto [end, status] = std::from_chars(token.data(), token.data() + token.size(), value);
  // from_chars reports too large and too small alike; only a number that is too large has no value.
  const auto exponent = token.find_first_of("eE");
  const bool tiny = exponent != std::string_view::npos && token.substr(exponent + 1).starts_with('-');
  if (end != token.data() + token.size() || status != std::errc::result_out_of_range || tiny) return {};
  return token.front() == '-' ? "-Infinity" : "Infinity";
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  JsonScan run() {
    while (at_ < text_.size() && result_.fault.expected.empty()) {
      const char c = text_[at_];
      if (c == '"') {
        skipString();
      } else if (isBare(c)) {
        readBare();
      } else {
        if (c == '{' || c == '[') open();
        if (c == '}' || c == ']') --depth_;
        ++at_;
      }
    }
    return std::move(result_);
  }

 private:
  void fail(std::size_t offset, std::string expected, std::string found) {
    result_.fault = {offset, std::move(expected), std::move(found)};
  }

  void countValue() {
    if (++values_ > kMaxJsonValues)
      fail(at_, "a config of at most " + std::to_string(kMaxJsonValues) + " values", "more");
  }

  void open() {
    countValue();
    if (++depth_ > kMaxJsonDepth) fail(at_, "nested at most " + std::to_string(kMaxJsonDepth) + " levels deep", "more");
  }

  void skipString() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    countValue();
    if (at_ - start > kMaxJsonStringBytes) {
      fail(start, "a config with texts of at most " + std::to_string(kMaxJsonStringBytes) + " bytes", "a longer one");
    }
  }

  void readBare() {
    const std::size_t start = at_;
    while (at_ < text_.size() && isBare(text_[at_])) ++at_;
    const std::string_view name = nonFiniteName(text_.substr(start, at_ - start));
    if (!name.empty()) {
      if (result_.replaced.empty()) result_.replaced = text_;
      // "0.000": every such token has at least three characters.
      std::fill(result_.replaced.begin() + static_cast<std::ptrdiff_t>(start),
                result_.replaced.begin() + static_cast<std::ptrdiff_t>(at_), '0');
      result_.replaced[start + 1] = '.';
      result_.non_finite.push_back({bare_values_, name});
    }
    ++bare_values_;
    countValue();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
  std::size_t bare_values_ = 0;
  int depth_ = 0;
  JsonScan result_;
};

}  // namespace

JsonScan scanJson(std::string_view text) { return Scanner(text).run(); }

std::string linePosition(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto line_start = before.rfind('\n');
  const std::size_t column = line_start == std::string_view::npos ? before.size() + 1 : before.size() - line_start;
  return "line " + std::to_string(line) + " column " + std::to_string(column);
}

std::string syntaxFault(std::string_view what) {
  std::string text(what);
  if (const auto column = text.find("column "); column != std::string::npos) {
    if (const auto colon = text.find(": ", column); colon != std::string::npos) text.erase(0, colon + 2);
  }
  if (const auto last_read = text.find("; last read"); last_read != std::string::npos) {
    const auto expected = text.rfind("; expected");
    const bool follows = expected != std::string::npos && expected > last_read;
    text.erase(last_read, (follows ? expected : text.size()) - last_read);
  }
  // The semicolon of a message stands before what to do.
  std::replace(text.begin(), text.end(), ';', ',');
  return shortened(std::move(text), 240);
}

std::string shortened(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

}  // namespace remat
