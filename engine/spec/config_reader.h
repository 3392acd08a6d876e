// Typed access to one JSON object, for files written by people and other programs: every problem becomes an
// Error(bad_input) that names file, JSON pointer, expected, found and what to do. Remembers which keys were asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace remat {

/// Both ends are allowed values.
struct IntegerRange {
  std::int64_t min = 1;
  std::int64_t max = std::int64_t{1} << 40;
};

/// Both ends are allowed values; `text` is how a message says it: "a number from 0 to 1".
struct NumberRange {
  double min;
  double max;
  std::string_view text;
};

class ConfigReader {
 public:
  /// `where` names the text in messages. Throws if the text is too large, too deep, not JSON or not an object.
  ConfigReader(std::string_view text, std::string where);
  ~ConfigReader();
  ConfigReader(ConfigReader&&) noexcept;
  ConfigReader& operator=(ConfigReader&&) noexcept;

  /// True if the key is there and not null.
  [[nodiscard]] bool has(std::string_view key) const;

  // Each read leaves `value`, the default, as it is when the key is absent or empty. A null is an error unless
  // `if_null` says what it stands for. Returns whether the key is there with a value.
  bool readInteger(std::string_view key, std::int64_t& value, IntegerRange range,
                   std::optional<std::int64_t> if_null = {});
  bool readNumber(std::string_view key, double& value, NumberRange range, std::optional<double> if_null = {});
  bool readBool(std::string_view key, bool& value);
  bool readString(std::string_view key, std::string& value);

  /// A list of strings; none if absent or null.
  [[nodiscard]] std::optional<std::vector<std::string>> strings(std::string_view key);
  /// How many members an object has; none if absent or null.
  [[nodiscard]] std::optional<std::int64_t> memberCount(std::string_view key);
  /// Takes an object out of this one; none if absent, null or without members.
  [[nodiscard]] std::optional<ConfigReader> takeObject(std::string_view key);

  /// Throws unless the key is absent, null or has this very value; `remedy` ends the message.
  void require(std::string_view key, std::variant<bool, std::int64_t, std::string_view> value, std::string_view remedy);
  /// Makes `alias` another spelling of `key`. Throws if both are there with different values.
  void applyAlias(std::string_view alias, std::string_view key);

  /// "must be <expected>, got <found>". Without `found`: the value in the file.
  [[noreturn]] void fail(std::string_view key, const std::string& expected, const std::string& remedy,
                         std::optional<std::string> found = {}) const;
  /// The value as a message shows it: shortened JSON text, or "nothing".
  [[nodiscard]] std::string shown(std::string_view key) const;
  /// Keys that nobody asked for, with their values as JSON text.
  [[nodiscard]] std::map<std::string, std::string> unusedKeys() const;

 private:
  struct Object;  // hides the JSON library
  ConfigReader(std::unique_ptr<Object> object, std::string where, std::string pointer);

  std::unique_ptr<Object> object_;
  std::string where_;
  std::string pointer_;  // of this object, "" for the whole text
};

}  // namespace remat
