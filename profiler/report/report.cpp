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

}  // namespace

void writeReport(const Run& run, const std::filesystem::path& folder, const ReportOptions& options) {
  std::error_code error;
  for (const ReportFile& file : kFiles)
    if (!options.force) refuseExisting(folder / file.name);
  fs::create_directories(folder, error);
  if (error) throw Error(ErrorKind::failed, folder.string(), "cannot be made: " + error.message());
  for (const ReportFile& file : kFiles) {
    WholeFile whole(folder / file.name);
    whole.write(file.text(run, options));
    whole.finish();
  }
}

}  // namespace remat
