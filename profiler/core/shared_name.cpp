#include "profiler/core/shared_name.h"

#include <cctype>
#include <cstddef>

namespace remat {
namespace {

std::string without(std::string text, const std::string& part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) text.erase(at, part.size());
  return text;
}

/// Numbers between two dots as stars.
std::string withStars(const std::string& name) {
  std::string text;
  for (std::size_t at = 0; at < name.size();) {
    std::size_t end = at + 1;
    while (name[at] == '.' && end < name.size() && std::isdigit(static_cast<unsigned char>(name[end])) != 0) ++end;
    const bool is_number = end > at + 1 && end < name.size() && name[end] == '.';
    text += is_number ? ".*" : name.substr(at, 1);
    at = is_number ? end : at + 1;
  }
  return text;
}

}  // namespace

std::string sharedName(const LiveTensor& tensor) {
  if (tensor.tensors > 1) return tensor.name;
  return withStars(tensor.block.empty() ? tensor.name : without(tensor.name, tensor.block + ' '));
}

}  // namespace remat
