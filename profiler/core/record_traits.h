// What the lists of fields (record_fields.h, gpu_record_fields.h) share.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

namespace remat {

/// T or const T, so that one list serves reading and writing.
template <typename T, typename Record>
concept Is = std::same_as<std::remove_const_t<T>, Record>;

/// What the member "record" of a line says; empty for what is no record of its own.
template <typename Record>
inline constexpr std::string_view kRecordKind{};

}  // namespace remat
