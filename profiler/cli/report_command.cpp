// rematscope report: a run file as files to read and to send, with charts where the window program is installed.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <memory>
#include <vector>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "engine/spec/error.h"
#include "profiler/cli/command_line.h"
#include "profiler/cli/commands.h"
#include "profiler/cli/opened_run.h"
#include "profiler/cli/window_program.h"
#include "profiler/report/report.h"
#include "profiler/report/report_charts.h"

namespace remat {
namespace {

namespace fs = std::filesystem;

struct ReportFlags {
  std::string run;
  std::string folder;
  bool force = false;
  bool no_charts = false;
};

/// Of a run of many groups: enough to see, and a file that mail programs still take.
constexpr std::size_t kMostCharts = 24;

/// A folder that is gone at the end, with what is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "rematscope-charts-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Of every kind the first, "frontier.svg"; of the further groups of points, "frontier-2.svg", as many as go in.
void keepMost(std::vector<fs::path>& files) {
  const auto is_further = [](const fs::path& file) {
    const std::string stem = file.stem().string();
    return !stem.empty() && std::isdigit(static_cast<unsigned char>(stem.back())) != 0;
  };
  while (files.size() > kMostCharts) {
    const auto last = std::find_if(files.rbegin(), files.rend(), is_further);
    if (last == files.rend()) return files.resize(kMostCharts);
    files.erase(std::next(last).base());
  }
}

void addCharts(const Run& run, const ReportFlags& flags, ReportOptions& options) {
  const fs::path program = findWindowProgram();
  if (program.empty()) {
    options.charts_note =
        "None: the window program, rematscope-gui, is neither beside rematscope nor in PATH (REMATSCOPE_GUI names another).";
    return;
  }
  const ScratchFolder scratch;
  if (scratch.path().empty()) {
    options.charts_note = "None: no folder could be made in " + fs::temp_directory_path().string() + ".";
    return;
  }
  DrawnCharts drawn = drawCharts(program, flags.run, scratch.path());
  options.charts_note = drawn.problem;
  std::erase_if(drawn.files, [](const fs::path& file) { return file.extension() != ".svg"; });
  if (drawn.files.size() > kMostCharts) {
    options.charts_note = std::to_string(kMostCharts) + " of " + std::to_string(drawn.files.size()) +
                          "; rematscope-gui --render writes all.";
    keepMost(drawn.files);
  }
  try {
    options.charts = readReportCharts(run, drawn.files);
  } catch (const Error& error) {
    options.charts_note = std::string("None: ") + error.what();
  }
}

int report(const ReportFlags& flags) {
  const Run run = openRun(flags.run);
  ReportOptions options{.force = flags.force, .program_version = programVersion(), .created = utcNow()};
  if (!flags.no_charts) addCharts(run, flags, options);
  writeReport(run, flags.folder, options);
  if (!options.charts_note.empty()) std::fputs(("Charts: " + options.charts_note + "\n").c_str(), stderr);
  std::fputs(("Report: " + flags.folder + "/report.html\n").c_str(), stderr);
  return 0;
}

}  // namespace

Command addReport(CLI::App& program) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App* command =
      declareCommand(program, "report", "write report.html, report.md, points.csv and layers.csv, with charts",
                     "rematscope report run.remat.jsonl --output report");
  command->add_option("run", flags->run, "run file (*.remat.jsonl)")->required()->type_name("RUN");
  command->add_option("-o,--output", flags->folder, "folder to write")->required()->type_name("DIR");
  command->add_flag("--force", flags->force, "replace the report that is there");
  command->add_flag("--no-charts", flags->no_charts, "do not ask rematscope-gui for charts");
  return {command, [flags] { return report(*flags); }};
}

}  // namespace remat
