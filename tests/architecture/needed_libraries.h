// The shared libraries that a program loads, asked of the tools of the system.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace remat::architecture {

/// Names after NEEDED in the output of `readelf -d`, and names before "=>" in that of `ldd`.
[[nodiscard]] std::vector<std::string> libraryNames(std::string_view tool_output);

/// What `program` and the libraries it needs ask for. Throws std::runtime_error if the tools do not run.
[[nodiscard]] std::vector<std::string> neededLibraries(const std::filesystem::path& program);

/// Those of `libraries` that begin with one of `prefixes`.
[[nodiscard]] std::vector<std::string> beginningWith(const std::vector<std::string>& libraries,
                                                     const std::vector<std::string>& prefixes);

}  // namespace remat::architecture
