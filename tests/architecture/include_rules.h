// Which folder may include what: the arrows gui -> profiler -> engine and the chain inside each of them, as one table.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace remat::architecture {

/// Libraries from outside that only some folders may know.
enum class Library { torch, torch_front_end, cuda, cupti, qt, qcustomplot };

struct FolderRule {
  std::string_view folder;
  std::vector<std::string_view> may_include;  ///< folders of this project, itself among them
  std::vector<Library> may_use;
};

/// One rule per target; a folder below it (engine/spec/families) follows the rule of its target.
[[nodiscard]] const std::vector<FolderRule>& folderRules();

struct Include {
  int line = 0;
  bool quoted = false;  ///< "..." rather than <...>
  std::string path;     ///< empty if the directive names a macro, which cannot be checked
};

[[nodiscard]] std::vector<Include> includesOf(std::string_view text);

/// One sentence per include of `file` (a path from the root of the repository, with this `text`) that breaks its rule.
[[nodiscard]] std::vector<std::string> violations(const std::filesystem::path& file, std::string_view text);

}  // namespace remat::architecture
