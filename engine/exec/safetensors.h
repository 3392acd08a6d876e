// Weights, inputs and gradients as files that transformers can read and write.
//
// A safetensors file is: 8 bytes little-endian length of the header, the header as JSON ({"name": {"dtype": "F32",
// "shape": [2, 3], "data_offsets": [begin, end]}, ...}, offsets within the data, optionally "__metadata__"), the data,
// which the tensors cover without gaps or overlaps. Source: github.com/huggingface/safetensors, README.md "Format".
#pragma once

#include <filesystem>

#include "engine/exec/model_state.h"

namespace remat {

/// All tensors of a file, in memory of the current default allocator. Throws Error(bad_input) that names the file, the
/// tensor, what was expected and what was found, before any memory is asked for that the file does not back.
[[nodiscard]] NamedTensors readSafetensors(const std::filesystem::path& path);

/// Writes tensors (of any strides, on the CPU), in the order in which Python's safetensors would: the bytes are the
/// same. The file is there as a whole or not at all. Throws Error(bad_input) for a dtype that the format does not have,
/// Error(failed) if the file cannot be written.
void writeSafetensors(const std::filesystem::path& path, const NamedTensors& tensors);

}  // namespace remat
