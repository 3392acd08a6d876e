#include "profiler/cli/input_sizes.h"

#include <array>
#include <fstream>

#include <nlohmann/json.hpp>

namespace remat {
namespace {

constexpr std::uint64_t kMostHeaderBytes = 100'000'000;  // as the format's own library

/// Empty if there is none. It follows its length, 8 bytes with the smallest first.
std::string headerOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<unsigned char, 8> length_bytes{};
  if (!file.read(reinterpret_cast<char*>(length_bytes.data()), length_bytes.size())) return {};
  std::uint64_t length = 0;
  for (std::size_t i = length_bytes.size(); i > 0; --i) length = length << 8 | length_bytes[i - 1];
  if (length > kMostHeaderBytes) return {};
  std::string header(length, '\0');
  return file.read(header.data(), static_cast<std::streamsize>(length)) ? header : std::string();
}

}  // namespace

std::optional<InputSizes> inputSizesOf(const std::string& path) {
  const auto header = nlohmann::json::parse(headerOf(path), nullptr, /*allow_exceptions=*/false);
  const auto shape_at = nlohmann::json::json_pointer("/input_ids/shape");
  if (!header.is_object() || !header.contains(shape_at)) return std::nullopt;
  const auto& shape = header.at(shape_at);
  const bool is_matrix = shape.is_array() && shape.size() == 2 && shape[0].is_number_integer() &&
                         shape[1].is_number_integer() && shape[0] > 0 && shape[1] > 0;
  if (!is_matrix) return std::nullopt;
  return InputSizes{shape[0].get<std::int64_t>(), shape[1].get<std::int64_t>()};
}

}  // namespace remat
