// Writes records as JSON: a visitor of the lists in record_fields.h. For .cpp files of profiler/core only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "profiler/core/names.h"
#include "profiler/core/record_fields.h"

namespace remat {

/// Absent values are left out; everything else is written, empty or not, so that tables made of it have all columns.
class FieldWriter {
 public:
  explicit FieldWriter(nlohmann::ordered_json& object) : object_(object) {}

  template <typename T>
  void operator()(std::string_view name, const T& field) {
    if constexpr (requires { field.has_value(); }) {
      if (field) object_[std::string(name)] = json(*field);
    } else {
      object_[std::string(name)] = json(field);
    }
  }
  template <typename T>
  void mayLack(std::string_view name, const T& field) {
    (*this)(name, field);
  }

  template <typename T>
  [[nodiscard]] static nlohmann::ordered_json json(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      return nameOf(value);
    } else if constexpr (std::is_arithmetic_v<T> || std::is_convertible_v<T, std::string_view>) {
      return value;
    } else if constexpr (requires { typename T::value_type; }) {
      auto array = nlohmann::ordered_json::array();
      array.get_ref<nlohmann::ordered_json::array_t&>().reserve(value.size());
      for (const auto& item : value) array.push_back(json(item));
      return array;
    } else {
      auto object = nlohmann::ordered_json::object();
      FieldWriter writer(object);
      visitFields(writer, value);
      return object;
    }
  }

  /// One line without its newline. Bytes that are not UTF-8 (a file name may have them) become U+FFFD.
  template <typename T>
  [[nodiscard]] static std::string line(const T& record) {
    auto object = nlohmann::ordered_json::object();
    object["record"] = kRecordKind<T>;
    FieldWriter writer(object);
    visitFields(writer, record);
    return dump(object);
  }

  [[nodiscard]] static std::string dump(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }

 private:
  nlohmann::ordered_json& object_;
};

}  // namespace remat
