// Reads records from JSON: a visitor of the lists in record_fields.h. For .cpp files of profiler/core only.
// Remembers the first problem instead of throwing, because a damaged file may have a problem in each of its lines.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "profiler/core/names.h"
#include "profiler/core/record_fields.h"

namespace remat {

class FieldReader {
 public:
  /// `pointer`: of `object` in its line, "" for the line itself. `problem` stays empty if all is well.
  FieldReader(simdjson::dom::object object, std::string pointer, std::string& problem)
      : object_(object), pointer_(std::move(pointer)), problem_(problem) {}

  template <typename T>
  void operator()(std::string_view name, T& field) {
    read(name, field, !isOptional<T>());
  }
  template <typename T>
  void mayLack(std::string_view name, T& field) {
    read(name, field, false);
  }

 private:
  template <typename T>
  static constexpr bool isOptional() {
    return requires(T & field) { field.has_value(); };
  }

  template <typename T>
  void read(std::string_view name, T& field, bool required) {
    if (!problem_.empty()) return;
    simdjson::dom::element value;
    if (object_.at_key(name).get(value) != simdjson::SUCCESS) {
      if (required) fail(name, "is missing");
      return;
    }
    if constexpr (isOptional<T>()) {
      if (value.is_null()) return;
      get(name, value, field.emplace());
    } else {
      get(name, value, field);
    }
  }

  template <typename T>
  void get(std::string_view name, simdjson::dom::element value, T& field) {
    if constexpr (std::is_enum_v<T>) {
      std::string_view text;
      std::optional<T> known;
      if (value.get(text) == simdjson::SUCCESS) known = fromName<T>(text);
      if (!known) return fail(name, "must be " + listOfNames<T>() + ", got " + shown(value));
      field = *known;
    } else if constexpr (std::is_same_v<T, bool>) {
      if (value.get(field) != simdjson::SUCCESS) fail(name, "must be true or false, got " + shown(value));
    } else if constexpr (std::is_integral_v<T>) {
      if (!getInteger(value, field)) return fail(name, "must be " + integerText<T>() + ", got " + shown(value));
      checkQuantity(name, field);
    } else if constexpr (std::is_floating_point_v<T>) {
      if (value.is_null()) {  // how NaN and infinity are written
        field = std::numeric_limits<T>::quiet_NaN();
      } else if (value.get(field) != simdjson::SUCCESS)
        fail(name, "must be a number, got " + shown(value));
    } else if constexpr (std::is_same_v<T, std::string>) {
      std::string_view text;
      if (value.get(text) != simdjson::SUCCESS) return fail(name, "must be a text, got " + shown(value));
      field = text;
    } else if constexpr (requires { typename T::value_type; }) {
      getList(name, value, field);
    } else {
      simdjson::dom::object object;
      if (value.get(object) != simdjson::SUCCESS) return fail(name, "must be an object, got " + shown(value));
      FieldReader reader(object, pointer_ + "/" + std::string(name), problem_);
      visitFields(reader, field);
    }
  }

  template <typename T>
  void getList(std::string_view name, simdjson::dom::element value, std::vector<T>& field) {
    simdjson::dom::array array;
    if (value.get(array) != simdjson::SUCCESS) return fail(name, "must be a list, got " + shown(value));
    field.clear();
    field.reserve(array.size());
    for (const simdjson::dom::element item : array) {
      if constexpr (std::is_integral_v<T>) {  // without the path in case of trouble: timelines have millions of these
        if (!getInteger(item, field.emplace_back())) {
          return fail(name, "must hold " + integerText<T>() + " only, got " + shown(item));
        }
      } else {
        get(std::string(name) + "/" + std::to_string(field.size()), item, field.emplace_back());
        if (!problem_.empty()) return;
      }
    }
  }

  template <typename T>
  static bool getInteger(simdjson::dom::element value, T& field) {
    using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    Wide wide = 0;
    if (value.get(wide) != simdjson::SUCCESS) return false;
    if (wide < Wide{std::numeric_limits<T>::min()} || wide > Wide{std::numeric_limits<T>::max()}) return false;
    field = static_cast<T>(wide);
    return true;
  }

  /// Bytes and nanoseconds are never negative, and small enough that a reader can add a thousand of them up.
  void checkQuantity(std::string_view name, auto value) {
    constexpr auto largest = std::int64_t{1} << 53;
    if (!name.ends_with("bytes") && !name.ends_with("_ns")) return;
    if (std::cmp_less(value, 0) || std::cmp_greater(value, largest)) {
      fail(name, "must be from 0 to 2^53, got " + std::to_string(value));
    }
  }

  template <typename T>
  static std::string integerText() {
    return "an integer from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
           std::to_string(std::numeric_limits<T>::max());
  }

  static std::string shown(simdjson::dom::element value) {
    constexpr std::size_t longest = 40;
    if (value.is_array()) return "a list";
    if (value.is_object()) return "an object";
    std::string text = simdjson::minify(value);
    if (text.size() > longest) text = text.substr(0, longest) + "...";
    return text;
  }

  void fail(std::string_view name, const std::string& what) {
    problem_ = pointer_ + "/" + std::string(name) + ": " + what;
  }

  simdjson::dom::object object_;
  std::string pointer_;
  std::string& problem_;
};

}  // namespace remat
