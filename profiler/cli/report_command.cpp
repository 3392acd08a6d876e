// rematscope report: a run file as files to read and to send.
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "profiler/cli/command_line.h"
#include "profiler/cli/commands.h"
#include "profiler/core/run.h"
#include "profiler/report/report.h"

namespace remat {
namespace {

struct ReportFlags {
  std::string run;
  std::string folder;
  bool force = false;
};

int report(const ReportFlags& flags) {
  writeReport(loadRun(flags.run), flags.folder, {flags.force, programVersion(), utcNow(), {}});
  std::fputs(("Report: " + flags.folder + "/report.html\n").c_str(), stderr);
  return 0;
}

}  // namespace

Command addReport(CLI::App& program) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App* command = declareCommand(program, "report", "write report.html, report.md, points.csv and layers.csv",
                                     "rematscope report run.remat.jsonl --output report");
  command->add_option("run", flags->run, "run file (*.remat.jsonl)")->required()->type_name("RUN");
  command->add_option("-o,--output", flags->folder, "folder to write")->required()->type_name("DIR");
  command->add_flag("--force", flags->force, "replace the report that is there");
  return {command, [flags] { return report(*flags); }};
}

}  // namespace remat
