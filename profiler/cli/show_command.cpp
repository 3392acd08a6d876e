// rematscope show: a run file as a table, CSV or JSON.
#include <memory>

#include <CLI/CLI.hpp>

#include "profiler/cli/commands.h"
#include "profiler/cli/opened_run.h"
#include "profiler/cli/record_output.h"
#include "profiler/core/value_list.h"
#include "profiler/report/findings.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

struct ShowOptions {
  std::string run;
  std::string format = "table";
  bool layers = false;
  bool ops = false;
};

enum class Format : std::uint8_t { table, csv, json };

RunDetail detailOf(const ShowOptions& options) {
  if (options.layers) return RunDetail::layers;
  return options.ops ? RunDetail::ops : RunDetail::none;
}

ResultTable tableOf(const Run& run, RunDetail detail) {
  switch (detail) {
    case RunDetail::layers: return layerTable(run);
    case RunDetail::ops: return opTable(run);
    case RunDetail::none: break;
  }
  return pointTable(run);
}

int show(const ShowOptions& options) {
  const Words<Format> formats = {{"table", Format::table}, {"csv", Format::csv}, {"json", Format::json}};
  const auto format = parseWord("--format", options.format, formats);
  const Run run = openRun(options.run);
  const RunDetail detail = detailOf(options);
  if (format == Format::table) {
    const std::string findings = detail == RunDetail::none ? findingsText(run) : std::string();
    writeOutput(runText(run, detail) + (findings.empty() ? "" : "\n" + findings));
    return 0;
  }
  const ResultTable table = tableOf(run, detail);
  writeOutput(format == Format::csv ? csvText(table) : jsonText(table));
  return 0;
}

}  // namespace

Command addShow(CLI::App& program) {
  const auto options = std::make_shared<ShowOptions>();
  CLI::App* command = declareCommand(program, "show", "print a run file as a table, CSV or JSON",
                                     "rematscope show run.remat.jsonl --format csv --layers > layers.csv");
  command->add_option("run", options->run, "run file (*.remat.jsonl)")->required()->type_name("RUN");
  command->add_option("--format", options->format, "table, csv or json")->type_name("FORMAT")->capture_default_str();
  CLI::Option* layers =
      command->add_flag("--layers", options->layers, "one row per point and block instead of one per point");
  command->add_flag("--ops", options->ops, "one row per point, phase, block and op: kernel time on a GPU")
      ->excludes(layers);
  return {command, [options] { return show(*options); }};
}

}  // namespace remat
