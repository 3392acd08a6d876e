// The sizes of a step whose inputs come from a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace remat {

struct InputSizes {
  std::int64_t batch_size = 0, sequence_length = 0;
  bool operator==(const InputSizes&) const = default;
};

/// Of "input_ids" in a safetensors file, from its header alone. nullopt if that cannot be read: the worker, who reads
/// the tensors, says what is wrong.
[[nodiscard]] std::optional<InputSizes> inputSizesOf(const std::string& path);

}  // namespace remat
