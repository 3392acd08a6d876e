#include "engine/spec/config_reader.h"

#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/spec/error.h"
#include "engine/spec/json_scan.h"

namespace remat {
namespace {

using nlohmann::json;

constexpr std::size_t kShownBytes = 60;  // longer values would hide the rest of a message

bool isNonFinite(const json& value) {
  return value.is_string() && (value == "NaN" || value == "Infinity" || value == "-Infinity");
}

std::string shownValue(const json& value) {
  if (isNonFinite(value)) return value.get<std::string>();
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list of " + std::to_string(value.size());
  return shortened(value.dump(), kShownBytes);
}

/// Builds the value that a text means. Not json::parse with a callback, whose time grows with the square of the
/// members.
class TreeBuilder : public json::json_sax_t {
 public:
  TreeBuilder(const JsonScan& scan, std::string_view text, std::string where)
      : scan_(scan), text_(text), where_(std::move(where)) {}

  json take() { return std::move(root_); }

  bool null() override { return addBare(nullptr); }
  bool boolean(bool value) override { return addBare(value); }
  bool number_integer(number_integer_t value) override { return addBare(value); }
  bool number_unsigned(number_unsigned_t value) override { return addBare(value); }
  bool number_float(number_float_t value, const string_t&) override { return addBare(value); }
  bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    member_ = &(*open_.back())[name];  // of equal keys the last one wins, as in Python
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const json::exception& error) override {
    throw Error(ErrorKind::bad_input, where_ + " " + linePosition(text_, position == 0 ? 0 : position - 1),
                "must be JSON, got a " + syntaxFault(error.what()), "correct the text there, or copy the file again");
  }

 private:
  json* add(json value) {
    json* slot = &root_;
    if (!open_.empty() && open_.back()->is_array()) {
      slot = &open_.back()->emplace_back();
    } else if (!open_.empty()) {
      slot = member_;
    }
    *slot = std::move(value);
    return slot;
  }
  bool addBare(json value) {
    const std::size_t position = bare_values_++;
    if (next_ < scan_.non_finite.size() && scan_.non_finite[next_].bare_value == position) {
      value = scan_.non_finite[next_++].name;  // as text, because json writes a number without a finite value as null
    }
    return add(std::move(value)) != nullptr;
  }
  bool open(json value) {
    open_.push_back(add(std::move(value)));  // stays valid: its parent does not grow before it is closed
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const JsonScan& scan_;
  std::string_view text_;
  std::string where_;
  json root_;
  std::vector<json*> open_;
  json* member_ = nullptr;
  std::size_t bare_values_ = 0;
  std::size_t next_ = 0;  // in scan_.non_finite
};

json parse(std::string_view text, const std::string& where) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.size() > kMaxJsonBytes) {
    throw Error(ErrorKind::bad_input, where,
                "must be a config of at most " + std::to_string(kMaxJsonBytes >> 20) + " MiB, got " +
                    std::to_string(text.size()) + " bytes",
                "name the config.json of a model");
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw Error(ErrorKind::bad_input, where, "must be a JSON object, got an empty file", "download or copy it again");
  }
  const JsonScan scan = scanJson(text);
  if (!scan.fault.expected.empty()) {
    throw Error(ErrorKind::bad_input, where + " " + linePosition(text, scan.fault.offset),
                "must be " + scan.fault.expected + ", got " + scan.fault.found, "name the config.json of a model");
  }
  TreeBuilder builder(scan, text, where);
  json::sax_parse(scan.replaced.empty() ? text : std::string_view(scan.replaced), &builder);
  return builder.take();
}

/// Out of range: the nearest end of int64, which no IntegerRange contains. Not a whole number: none.
std::optional<std::int64_t> wholeNumber(const json& value) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>() > std::uint64_t{kMax} ? kMax : value.get<std::int64_t>();
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return {};
  const double number = value.get<double>();
  if (std::trunc(number) != number) return {};
  if (std::abs(number) >= 0x1p63) return number > 0 ? kMax : std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(number);
}

template <typename T>
std::string removalRemedy(const T& value) {
  std::string shown = json(value).dump();
  // Zero, negative and empty stand for "derived from other keys".
  const bool derived = shown == "0" || shown == "\"\"" || shown.front() == '-';
  return "correct the value, or remove the key for the default" + (derived ? "" : " " + shown);
}

}  // namespace

struct ConfigReader::Object {
  json value;
  std::map<std::string, std::string, std::less<>> spellings;  // key -> the alias that stands in the file
  std::set<std::string, std::less<>> used;

  /// Null pointer if absent. The empty key stands for "no such key here", even if a file has one.
  [[nodiscard]] const json* find(std::string_view key) const {
    const auto found = value.find(key);
    return key.empty() || found == value.end() ? nullptr : &*found;
  }
  const json* use(std::string_view key) {
    const json* found = find(key);
    if (found != nullptr) used.emplace(key);
    return found;
  }
};

ConfigReader::ConfigReader(std::string_view text, std::string where)
    : object_(std::make_unique<Object>()), where_(std::move(where)) {
  object_->value = parse(text, where_);
  if (!object_->value.is_object()) {
    throw Error(ErrorKind::bad_input, where_, "must be a JSON object, got " + shownValue(object_->value),
                "name the config.json of a model");
  }
}

ConfigReader::ConfigReader(std::unique_ptr<Object> object, std::string where, std::string pointer)
    : object_(std::move(object)), where_(std::move(where)), pointer_(std::move(pointer)) {}
ConfigReader::~ConfigReader() = default;
ConfigReader::ConfigReader(ConfigReader&&) noexcept = default;
ConfigReader& ConfigReader::operator=(ConfigReader&&) noexcept = default;

bool ConfigReader::has(std::string_view key) const {
  const json* found = object_->find(key);
  return found != nullptr && !found->is_null();
}

bool ConfigReader::readInteger(std::string_view key, std::int64_t& value, IntegerRange range,
                               std::optional<std::int64_t> if_null) {
  const json* found = object_->use(key);
  if (found == nullptr) return false;
  if (found->is_null() && if_null) {
    value = *if_null;
    return false;
  }
  const std::optional<std::int64_t> number = wholeNumber(*found);
  if (!number || *number < range.min || *number > range.max) {
    fail(key, "a whole number from " + std::to_string(range.min) + " to " + std::to_string(range.max),
         removalRemedy(value));
  }
  value = *number;
  return true;
}

bool ConfigReader::readNumber(std::string_view key, double& value, NumberRange range, std::optional<double> if_null) {
  const json* found = object_->use(key);
  if (found == nullptr) return false;
  if (found->is_null() && if_null) {
    value = *if_null;
    return false;
  }
  if (isNonFinite(*found)) fail(key, "finite and " + std::string(range.text), removalRemedy(value));
  const double number = found->is_number() ? found->get<double>() : std::nan("");
  if (!(number >= range.min && number <= range.max)) fail(key, std::string(range.text), removalRemedy(value));
  value = number;
  return true;
}

bool ConfigReader::readBool(std::string_view key, bool& value) {
  const json* found = object_->use(key);
  if (found == nullptr) return false;
  if (!found->is_boolean()) fail(key, "true or false", removalRemedy(value));
  value = found->get<bool>();
  return true;
}

bool ConfigReader::readString(std::string_view key, std::string& value) {
  const json* found = object_->use(key);
  if (found == nullptr) return false;
  if (!found->is_string()) fail(key, "a text in quotes", removalRemedy(value));
  value = found->get<std::string>();
  return true;
}

std::optional<std::vector<std::string>> ConfigReader::strings(std::string_view key) {
  const json* found = object_->use(key);
  if (found == nullptr || found->is_null()) return {};
  std::vector<std::string> result;
  if (!found->is_array()) fail(key, "a list of texts", "correct or remove the key");
  for (const json& entry : *found) {
    if (!entry.is_string()) fail(key, "a list of texts", "correct or remove the key", "one with " + shownValue(entry));
    result.push_back(entry.get<std::string>());
  }
  return result;
}

std::optional<std::int64_t> ConfigReader::memberCount(std::string_view key) {
  const json* found = object_->use(key);
  if (found == nullptr || found->is_null()) return {};
  if (!found->is_object()) fail(key, "an object", "correct or remove the key");
  return static_cast<std::int64_t>(found->size());
}

std::optional<ConfigReader> ConfigReader::takeObject(std::string_view key) {
  const json* found = object_->use(key);
  if (found == nullptr || found->is_null()) return {};
  if (!found->is_object()) fail(key, "an object", "correct or remove the key");
  if (found->empty()) return {};
  auto taken = std::make_unique<Object>();
  taken->value = *found;
  return ConfigReader(std::move(taken), where_, pointer_ + "/" + std::string(key));
}

void ConfigReader::require(std::string_view key, std::variant<bool, std::int64_t, std::string_view> value,
                           std::string_view remedy) {
  const json* found = object_->use(key);
  if (found == nullptr || found->is_null()) return;
  const json wanted = std::visit([](auto wanted_value) { return json(wanted_value); }, value);
  if (*found != wanted) fail(key, wanted.dump(), std::string(remedy));
}

void ConfigReader::applyAlias(std::string_view alias, std::string_view key) {
  json& members = object_->value;
  const auto found = members.find(alias);
  if (found == members.end()) return;
  if (members.contains(key) && members.at(std::string(key)) != *found) {
    fail(alias, "equal to " + std::string(key) + " " + shown(key) + ", of which it is another name",
         "remove one of the two");
  }
  json value = std::move(*found);
  members.erase(found);
  if (!members.contains(key)) object_->spellings.emplace(key, alias);
  members[std::string(key)] = std::move(value);
}

void ConfigReader::fail(std::string_view key, const std::string& expected, const std::string& remedy,
                        std::optional<std::string> found) const {
  const auto spelling = object_->spellings.find(key);
  const std::string name(spelling == object_->spellings.end() ? key : std::string_view(spelling->second));
  throw Error(ErrorKind::bad_input, where_ + " " + pointer_ + "/" + name,
              "must be " + expected + ", got " + (found ? *found : shown(key)), remedy);
}

std::string ConfigReader::shown(std::string_view key) const {
  const json* found = object_->find(key);
  return found == nullptr ? "nothing" : shownValue(*found);
}

std::map<std::string, std::string> ConfigReader::unusedKeys() const {
  std::map<std::string, std::string> result;
  for (const auto& [key, value] : object_->value.items()) {
    if (!object_->used.contains(key)) result.emplace(key, value.dump());
  }
  return result;
}

}  // namespace remat
