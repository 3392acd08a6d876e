// The window program, which draws charts without a window: how the command line finds it and asks it for pictures of a
// run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace remat {

/// $REMATSCOPE_GUI, else beside this program, else in PATH; empty: it is not installed.
[[nodiscard]] std::filesystem::path findWindowProgram();

struct DrawnCharts {
  std::vector<std::filesystem::path> files;  ///< in the order of drawing
  std::string problem{};                     ///< a sentence; empty: all went well
};

/// All charts of a run as SVG files in `folder`. Whatever goes wrong is a sentence: a report without charts is a
/// report.
[[nodiscard]] DrawnCharts drawCharts(const std::filesystem::path& program, const std::string& run,
                                     const std::filesystem::path& folder);

}  // namespace remat
