#include "profiler/report/report.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "engine/spec/error.h"
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

/// Written beside and then renamed, so that nobody ever sees half a file.
void writeWhole(const fs::path& path, const std::string& text) {
  const fs::path part = path.string() + ".part";
  {
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    if (!file) {
      const std::string reason = std::strerror(errno);
      std::error_code ignored;
      fs::remove(part, ignored);
      throw Error(ErrorKind::failed, path.string(), "cannot be written: " + reason);
    }
  }
  std::error_code error;
  fs::rename(part, path, error);
  if (error) throw Error(ErrorKind::failed, path.string(), "cannot be written: " + error.message());
}

}  // namespace

std::string chartPath(std::size_t chart) { return "charts/chart-" + std::to_string(chart + 1) + ".svg"; }

void writeReport(const Run& run, const std::filesystem::path& folder, const ReportOptions& options) {
  std::error_code error;
  for (const ReportFile& file : kFiles) {
    if (!options.force && fs::exists(folder / file.name, error)) {
      throw Error(ErrorKind::usage, (folder / file.name).string(), "must not exist yet, but it does",
                  "choose another folder, or replace it with --force");
    }
  }
  fs::create_directories(folder, error);
  if (error) throw Error(ErrorKind::failed, folder.string(), "cannot be made: " + error.message());
  if (!options.charts.empty()) fs::create_directories(folder / "charts", error);
  if (error) throw Error(ErrorKind::failed, (folder / "charts").string(), "cannot be made: " + error.message());
  for (std::size_t i = 0; i < options.charts.size(); ++i) writeWhole(folder / chartPath(i), options.charts[i].svg);
  for (const ReportFile& file : kFiles) writeWhole(folder / file.name, file.text(run, options));
}

}  // namespace remat
