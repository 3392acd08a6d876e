// Pictures that the window program rendered, as charts of a report: names and texts only, so that the command line
// needs no display for them.
#pragma once

#include <filesystem>
#include <vector>

#include "profiler/core/run.h"
#include "profiler/report/report.h"

namespace remat {

/// One chart per SVG file among `paths`, in their order. `frontier.svg` is of the first group of points,
/// `frontier-2.svg` of the second: the title says which. Throws Error(failed) for a file that cannot be read or is no
/// SVG.
[[nodiscard]] std::vector<ReportChart> readReportCharts(const Run& run,
                                                        const std::vector<std::filesystem::path>& paths);

}  // namespace remat
