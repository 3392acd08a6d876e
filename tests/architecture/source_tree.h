// The C++ files of a part of the repository, for the tests that read them as text.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace remat::architecture {

/// Every .h and .cpp file below `root`/`folder`, relative to `root`, sorted; none if the folder does not exist.
[[nodiscard]] std::vector<std::filesystem::path> sourcesBelow(const std::filesystem::path& root,
                                                              const std::filesystem::path& folder);

[[nodiscard]] std::string textOf(const std::filesystem::path& file);

}  // namespace remat::architecture
