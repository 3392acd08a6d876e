// rematscope trace: timelines of a run as Chrome trace JSON.
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "engine/spec/error.h"
#include "engine/spec/nearest_name.h"
#include "engine/spec/whole_file.h"
#include "profiler/cli/commands.h"
#include "profiler/cli/opened_run.h"
#include "profiler/report/chrome_trace.h"

namespace remat {
namespace {

struct TraceFlags {
  std::string run;
  std::string point;
  std::string policy;
  std::string output;
  bool force = false;
};

/// Throws if what was asked for is not in the run.
std::vector<const PointResult*> chosenPoints(const Run& run, const TraceFlags& flags) {
  std::vector<const PointResult*> chosen;
  std::vector<std::string> keys, policies;
  for (const PointResult& point : run.points) {
    keys.push_back(point.key());
    policies.push_back(point.spec().policy);
    const bool asked = (flags.point.empty() || point.key() == flags.point) &&
                       (flags.policy.empty() || point.spec().policy == flags.policy);
    if (asked) chosen.push_back(&point);
  }
  const auto refuse = [&](const std::string& flag, const std::string& value, const std::vector<std::string>& known) {
    return Error(ErrorKind::usage, flag, "the run has no '" + value + "'",
                 didYouMean(value, known, "'rematscope show' lists the points"));
  };
  if (chosen.empty() && !flags.point.empty()) throw refuse("--point", flags.point, keys);
  if (chosen.empty() && !flags.policy.empty()) throw refuse("--policy", flags.policy, policies);
  std::erase_if(chosen, [](const PointResult* point) { return !hasTimeline(*point); });
  if (chosen.empty()) {
    throw Error(ErrorKind::bad_input, flags.run, "must have the timeline of a point that was asked for, but has none",
                "measure with 'rematscope sweep --timeline on'");
  }
  return chosen;
}

int trace(const TraceFlags& flags) {
  if (!flags.force) refuseExisting(flags.output);
  const Run run = openRun(flags.run);
  const std::vector<const PointResult*> points = chosenPoints(run, flags);
  WholeFile file(flags.output);
  writeChromeTrace(points, [&](std::string_view text) { file.write(text); });
  file.finish();
  std::fputs(("Trace: " + flags.output + " (open it in https://ui.perfetto.dev)\n").c_str(), stderr);
  return 0;
}

}  // namespace

Command addTrace(CLI::App& program) {
  const auto flags = std::make_shared<TraceFlags>();
  CLI::App* command = declareCommand(program, "trace", "write timelines as Chrome trace JSON, which Perfetto opens",
                                     "rematscope trace run.remat.jsonl --policy full --output trace.json");
  command->add_option("run", flags->run, "run file (*.remat.jsonl)")->required()->type_name("RUN");
  CLI::Option* point = command->add_option("--point", flags->point, "key of one point, as in --format csv");
  point->type_name("KEY");
  command->add_option("--policy", flags->policy, "points with this policy only; else all")
      ->type_name("POLICY")
      ->excludes(point);
  command->add_option("-o,--output", flags->output, "file to write")->required()->type_name("FILE");
  command->add_flag("--force", flags->force, "replace the file that is there");
  return {command, [flags] { return trace(*flags); }};
}

}  // namespace remat
