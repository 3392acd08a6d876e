#include "profiler/report/report.h"

#include <array>

#include "engine/spec/error.h"
#include "engine/spec/whole_file.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

namespace fs = std::filesystem;

struct ReportFile {
  const char* name;
  std::string (*text)(const Run& run, const ReportOptions& options);
};

const std::array<ReportFile, 4> kFiles = {{
    {"report.html", htmlReport},
    {"report.md", markdownReport},
    {"points.csv", [](const Run& run, const ReportOptions&) { return csvText(pointTable(run)); }},
    {"layers.csv", [](const Run& run, const ReportOptions&) { return csvText(layerTable(run)); }},
}};

void writeWhole(const fs::path& path, const std::string& text) {
  WholeFile file(path);
  file.write(text);
  file.finish();
}

}  // namespace

bool belongsTo(const ReportChart& chart, const std::string& group_title) {
  return chart.title.ends_with(": " + group_title);
}

std::string chartPath(const ReportChart& chart) { return "charts/" + chart.name + ".svg"; }

void writeReport(const Run& run, const std::filesystem::path& folder, const ReportOptions& options) {
  std::error_code error;
  for (const ReportFile& file : kFiles)
    if (!options.force) refuseExisting(folder / file.name);
  fs::create_directories(folder, error);
  if (error) throw Error(ErrorKind::failed, folder.string(), "cannot be made: " + error.message());
  if (!options.charts.empty()) fs::create_directories(folder / "charts", error);
  if (error) throw Error(ErrorKind::failed, (folder / "charts").string(), "cannot be made: " + error.message());
  for (const ReportChart& chart : options.charts) writeWhole(folder / chartPath(chart), chart.svg);
  for (const ReportFile& file : kFiles) writeWhole(folder / file.name, file.text(run, options));
}

}  // namespace remat
