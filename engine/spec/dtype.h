// Element types of tensors, named as PyTorch names them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace remat {

enum class Dtype : std::uint8_t { float32, bfloat16, float16, int64, boolean };

[[nodiscard]] constexpr std::int64_t itemBytes(Dtype dtype) {
  switch (dtype) {
    case Dtype::float32: return 4;
    case Dtype::bfloat16:
    case Dtype::float16: return 2;
    case Dtype::int64: return 8;
    case Dtype::boolean: return 1;
  }
  return 0;
}

[[nodiscard]] constexpr std::string_view dtypeName(Dtype dtype) {
  switch (dtype) {
    case Dtype::float32: return "float32";
    case Dtype::bfloat16: return "bfloat16";
    case Dtype::float16: return "float16";
    case Dtype::int64: return "int64";
    case Dtype::boolean: return "bool";
  }
  return "";
}

/// What torch's type promotion gives for two floating tensors of any dimension.
[[nodiscard]] constexpr Dtype promote(Dtype a, Dtype b) { return a == b ? a : Dtype::float32; }

}  // namespace remat
