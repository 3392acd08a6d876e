#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace remat::architecture {

std::vector<std::filesystem::path> sourcesBelow(const std::filesystem::path& root,
                                                const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> sources;
  if (!std::filesystem::is_directory(root / folder)) return sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    const auto extension = entry.path().extension();
    if (entry.is_regular_file() && (extension == ".h" || extension == ".cpp")) {
      sources.push_back(entry.path().lexically_relative(root));
    }
  }
  std::sort(sources.begin(), sources.end());
  return sources;
}

std::string textOf(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace remat::architecture
