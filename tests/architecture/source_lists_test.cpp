// Sources are listed by hand. This finds the file that was written and never listed, so never built.

#include <string>

#include <gmock/gmock.h>

#include "tests/architecture/source_tree.h"

namespace remat::architecture {
namespace {

namespace fs = std::filesystem;

/// Whether `name` stands in `list` as a word of its own.
bool names(const std::string& list, const std::string& name) {
  const std::string separators = " \t\n()\";";
  for (auto at = list.find(name); at != std::string::npos; at = list.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool begins = at == 0 || separators.find(list[at - 1]) != std::string::npos;
    const bool ends = end == list.size() || separators.find(list[end]) != std::string::npos;
    if (begins && ends) return true;
  }
  return false;
}

/// The nearest folder at or above the one of `file` that has a CMakeLists.txt; empty if only the root has one.
fs::path targetFolder(const fs::path& file) {
  for (fs::path folder = file.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    if (fs::exists(REMAT_SOURCE_DIR / folder / "CMakeLists.txt")) return folder;
  }
  return {};
}

TEST(SourceLists, name_every_source_file) {
  for (const char* part : {"engine", "profiler", "gui", "tests"}) {
    for (const auto& file : sourcesBelow(REMAT_SOURCE_DIR, part)) {
      const fs::path folder = targetFolder(file);
      ASSERT_FALSE(folder.empty()) << file << ": no CMakeLists.txt in its folder or above";
      const std::string list = textOf(REMAT_SOURCE_DIR / folder / "CMakeLists.txt");
      EXPECT_TRUE(names(list, file.lexically_relative(folder).generic_string()))
          << file << " is not listed in " << (folder / "CMakeLists.txt");
    }
  }
}

TEST(SourceLists, are_searched_for_whole_names) {
  EXPECT_TRUE(names("SOURCES a.cpp families/llama.cpp)", "families/llama.cpp"));
  EXPECT_FALSE(names("SOURCES families/llama.cpp", "llama.cpp"));
  EXPECT_FALSE(names("SOURCES run_file_test.cpp", "file_test.cpp"));
}

}  // namespace
}  // namespace remat::architecture
