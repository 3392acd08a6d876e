// A run as files to read and to send: report.html (one self-contained file), report.md with its pictures in charts/,
// points.csv, layers.csv.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "profiler/core/run.h"

namespace remat {

/// A picture for the reports. `svg` is put into HTML as it is: it must come from this program.
struct ReportChart {
  std::string name;  ///< of its file: "frontier", "frontier-2"; no two have the same
  std::string title;
  std::string svg;
};

/// Whether a chart is about one group of points: its title ends with the group's.
[[nodiscard]] bool belongsTo(const ReportChart& chart, const std::string& group_title);

struct ReportOptions {
  bool force = false;  ///< replace the report that is there
  std::string program_version{};
  std::string created{};  ///< UTC, ISO 8601
  std::vector<ReportChart> charts{};
  std::string charts_note{};  ///< why there are no charts, for people; empty: nothing to say
};

/// Writes the four files and the charts, each whole or not at all; makes the folder. Throws Error(usage) if one of them
/// exists and force is not set, Error(failed) if the folder cannot be written.
void writeReport(const Run& run, const std::filesystem::path& folder, const ReportOptions& options);

/// Where the report's folder has the picture: "charts/frontier.svg".
[[nodiscard]] std::string chartPath(const ReportChart& chart);

[[nodiscard]] std::string htmlReport(const Run& run, const ReportOptions& options);
[[nodiscard]] std::string markdownReport(const Run& run, const ReportOptions& options);

}  // namespace remat
