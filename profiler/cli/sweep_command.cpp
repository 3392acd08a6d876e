// rematscope sweep: measures every combination of the axes and writes what was measured as it comes.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <sys/ioctl.h>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "engine/spec/error.h"
#include "profiler/cli/command_line.h"
#include "profiler/cli/commands.h"
#include "profiler/cli/interrupt.h"
#include "profiler/cli/measured_models.h"
#include "profiler/cli/record_output.h"
#include "profiler/cli/supervisor.h"
#include "profiler/cli/sweep_progress.h"
#include "profiler/cli/training_options.h"
#include "profiler/core/run.h"
#include "profiler/core/sweep_plan.h"
#include "profiler/core/units.h"
#include "profiler/core/value_list.h"
#include "profiler/report/findings.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

constexpr const char* kEndText =
    "\n\nIf it ends early:\n"
    "  What is finished is in the run file; the same command with --resume measures the rest. The policies of one model\n"
    "  and size are timed in turn and finish at about the same time, so what Ctrl+C, a kill or a power cut costs is the\n"
    "  group of points that is being timed.";

struct SweepOptions {
  std::string command_line;
  std::vector<std::string> configs;
  std::string policies = "store_all,full,cheap";
  TrainingOptions training;
  int samples = 6;
  std::string interval = "2%";
  std::string time_limit = "15s";
  std::string hang_timeout;
  std::string timeline = "on";
  std::string output;
  std::string worker;
  bool resume = false;
  bool force = false;
  bool retry_failed = false;
  bool stream = false;
};

TimingLimits timingLimits(const SweepOptions& options) {
  TimingLimits limits;
  if (options.samples < 1)
    throw Error(ErrorKind::usage, "--samples", "expected at least 1, got " + std::to_string(options.samples));
  limits.min_samples = options.samples;
  limits.max_samples = std::max(limits.max_samples, options.samples);
  limits.interval_ratio = parseRatio(options.interval, "--interval");
  limits.time_limit_ns = parseDuration(options.time_limit, "--time-limit");
  return limits;
}

std::chrono::milliseconds hangTimeout(const SweepOptions& options, const TimingLimits& limits) {
  using std::chrono::milliseconds;
  if (!options.hang_timeout.empty())
    return milliseconds(std::max<std::int64_t>(parseDuration(options.hang_timeout, "--hang-timeout") / 1'000'000, 1));
  return std::max<milliseconds>(std::chrono::seconds(300), milliseconds(4 * limits.time_limit_ns / 1'000'000));
}

RunFileMode runFileMode(const SweepOptions& options) {
  if (options.resume && options.force)
    throw Error(ErrorKind::usage, "--resume", "expected alone, got --force too", "choose one of the two");
  if (options.output.empty() && !options.stream)
    throw Error(ErrorKind::usage, "--output", "expected a run file, got none",
                "write --output RUN.remat.jsonl, or --stream for standard output");
  if (options.retry_failed && !options.resume)
    throw Error(ErrorKind::usage, "--retry-failed", "expected with --resume, got it alone", "add --resume");
  if (options.output.empty() && (options.resume || options.force))
    throw Error(ErrorKind::usage, "--output", "expected the run file to continue or replace, got none", "add it");
  return options.resume ? RunFileMode::resume : options.force ? RunFileMode::force : RunFileMode::create;
}

std::size_t terminalColumns() {
  winsize size = {};
  if (::isatty(STDERR_FILENO) == 0) return 0;
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// One run of the command, from parsed flags to the table.
class Sweep {
 public:
  explicit Sweep(const SweepOptions& options)
      : options_(options),
        limits_(timingLimits(options)),
        timeline_(parseWord<bool>("--timeline", options.timeline, {{"on", true}, {"off", false}})) {}

  int run() {
    const RunFileMode mode = runFileMode(options_);
    const SweepAxes axes = sweepAxes();
    check(axes);
    output_ = std::make_unique<RecordOutput>(options_.output, mode, options_.stream);
    std::set<std::string> finished;
    if (options_.resume) finished = finishedKeys(loadRun(options_.output), options_.retry_failed);
    Supervisor supervisor(workerSettings(), sink(), interrupt_);
    const std::optional<SweepPlan> plan = makePlan(axes, finished, supervisor);
    if (!plan) return cancelledAtStart();
    progress_ = std::make_unique<SweepProgress>(plan->requests, terminalColumns(),
                                                [](const std::string& text) { std::fputs(text.c_str(), stderr); });
    announce(*plan);
    bool cancelled = false;
    if (!plan->requests.empty()) {
      if (!supervisor.start(plan->requests.front().points.front().device)) return cancelledAtStart();
      output_->begin({programVersion(), utcNow(), options_.command_line});  // not before a worker is there
    }
    for (const MeasureRequest& request : plan->requests) {
      cancelled = !supervisor.measure(request);
      if (cancelled) break;
    }
    supervisor.finish();
    return conclude(*plan, cancelled);
  }

 private:
  SweepAxes sweepAxes() {
    const TrainingAxes training = options_.training.axes();
    SweepAxes axes;
    for (const std::string& config : options_.configs) axes.models.push_back(models_.add(config));
    for (const std::string& policy : splitList("--policy", options_.policies))
      axes.policies.push_back(sweepPolicy(policy));
    axes.batch_sizes = training.batch_sizes;
    axes.sequence_lengths = training.sequence_lengths;
    axes.num_hidden_layers = training.num_hidden_layers;
    axes.precisions = training.precisions;
    axes.optimizers = training.optimizers;
    axes.devices = training.devices;
    axes.memory_caps_bytes = training.memory_caps_bytes;
    axes.allocators = training.allocators;
    axes.toggles = training.toggles;
    axes.base = training.base;
    axes.base.num_hidden_layers.reset();
    return axes;
  }

  /// Builds every model and policy, so that a mistake is told before hours of measuring, not in their midst. Of sizes,
  /// the smallest and the largest: what fits both fits those between.
  void check(SweepAxes axes) const {
    (void)planSweep(axes, limits_);
    std::replace(axes.devices.begin(), axes.devices.end(), std::string("auto"), std::string("cpu"));
    for (std::vector<std::int64_t>* sizes : {&axes.batch_sizes, &axes.sequence_lengths}) {
      const auto [least, most] = std::minmax_element(sizes->begin(), sizes->end());
      *sizes = {*least, *most};
    }
    for (const MeasureRequest& request : planSweep(axes, limits_).requests) models_.check(request);
  }

  [[nodiscard]] WorkerSettings workerSettings() const {
    WorkerSettings settings;
    settings.command = {findWorker(options_.worker).string()};
    settings.hang_timeout = hangTimeout(options_, limits_);
    return settings;
  }

  RecordReceiver sink() {
    return {[this](const std::optional<Record>& record, std::string_view line) {
              output_->append(line);
              if (record && progress_) progress_->take(*record);
            },
            [this](const PointSpec& point) { return models_.describe(point); }};
  }

  /// No value: cancelled while the worker started.
  std::optional<SweepPlan> makePlan(SweepAxes axes, const std::set<std::string>& finished, Supervisor& supervisor) {
    const auto automatic = std::find(axes.devices.begin(), axes.devices.end(), "auto");
    if (automatic != axes.devices.end()) {  // only a worker knows what it can measure on
      if (!supervisor.start()) return std::nullopt;
      *automatic = supervisor.hello().device;
      checkAllocators(axes.devices, axes.allocators);
    }
    return planSweep(axes, limits_, timeline_, finished);
  }

  void announce(const SweepPlan& plan) const {
    std::string text =
        std::to_string(plan.planned_points) + (plan.planned_points == 1 ? " point" : " points") + " to measure";
    if (plan.finished_points > 0) text += ", " + std::to_string(plan.finished_points) + " already measured";
    if (plan.duplicate_points > 0) text += ", " + std::to_string(plan.duplicate_points) + " named twice";
    std::fputs((text + "\n").c_str(), stderr);
  }

  static int cancelledAtStart() {
    std::fputs("rematscope: cancelled before anything was measured\n", stderr);
    return kExitCancelled;
  }

  int conclude(const SweepPlan& plan, bool cancelled) {
    progress_->clear();
    if (!options_.output.empty() && !options_.stream) showResults();
    if (!options_.output.empty()) std::fputs(("Run file: " + options_.output + "\n").c_str(), stderr);
    if (cancelled) {
      std::fputs(("rematscope: cancelled; " + std::to_string(progress_->finished()) + " of " +
                  std::to_string(plan.planned_points) + " points are kept" +
                  (options_.output.empty() ? "" : ", the same command with --resume measures the rest") + "\n")
                     .c_str(),
                 stderr);
      return kExitCancelled;
    }
    const std::int64_t lost = progress_->count(Outcome::failed) + progress_->count(Outcome::skipped);
    return lost > 0 && lost == plan.planned_points ? kExitWorkerFailed : 0;
  }

  void showResults() const {
    const Run run = loadRun(options_.output);
    const std::string findings = findingsText(run);
    writeOutput(runText(run) + (findings.empty() ? "" : "\n" + findings));
  }

  const SweepOptions& options_;
  TimingLimits limits_;
  bool timeline_;
  Interrupt interrupt_;
  MeasuredModels models_;
  std::unique_ptr<RecordOutput> output_;
  std::unique_ptr<SweepProgress> progress_;
};

void addOutputFlags(CLI::App& command, SweepOptions& options) {
  const std::string group = "Output";
  command.add_option("-o,--output", options.output, "run file to write (*.remat.jsonl)")
      ->group(group)
      ->type_name("RUN");
  command.add_flag("--resume", options.resume, "continue the run file: measure what it does not have")->group(group);
  command.add_flag("--retry-failed", options.retry_failed, "with --resume: measure failed points again")->group(group);
  command.add_flag("--force", options.force, "replace the run file")->group(group);
  command.add_flag("--stream", options.stream, "write the records to standard output, and no table")->group(group);
  command.add_option("--timeline", options.timeline, "record every allocation of a step")
      ->group(group)
      ->type_name("on|off")
      ->capture_default_str();
}

void addMeasureFlags(CLI::App& command, SweepOptions& options) {
  const std::string group = "How it is measured";
  command.add_option("--samples", options.samples, "timed steps per point, at least")
      ->group(group)
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--interval", options.interval,
                  "enough samples once half of the median's 95% interval is at most this part of it")
      ->group(group)
      ->type_name("PERCENT")
      ->capture_default_str();
  command.add_option("--time-limit", options.time_limit, "time for the steps of one point")
      ->group(group)
      ->type_name("SECONDS")
      ->capture_default_str();
  command
      .add_option("--hang-timeout", options.hang_timeout,
                  "end a worker that is silent for so long; default 300 s, or 4 times the time limit if that is more")
      ->group(group)
      ->type_name("SECONDS");
  command
      .add_option("--worker", options.worker,
                  "the program that measures; default: REMATSCOPE_WORKER, else rematscope-worker beside this program")
      ->group(group)
      ->type_name("PATH");
}

}  // namespace

Command addSweep(CLI::App& program, const std::string& command_line) {
  const auto options = std::make_shared<SweepOptions>();
  options->command_line = command_line;
  CLI::App* command = declareCommand(
      program, "sweep", "measure configs under several policies and sizes",
      "rematscope sweep config.json --policy store_all,cheap,full,every_n:2 --batch 1,2 --sequence 128 --layers 4,12 \\\n"
      "    --memory-cap 2GiB --output run.remat.jsonl" +
          std::string(kEndText));
  command->add_option("config", options->configs, "config.json files")->required()->type_name("CONFIG...");
  command
      ->add_option("-p,--policy", options->policies, "policies, separated by commas; 'rematscope inspect' lists them")
      ->type_name("POLICIES")
      ->capture_default_str();
  options->training.addTo(*command, TrainingOptions::Values::axes, TrainingOptions::Machine::yes);
  addMeasureFlags(*command, *options);
  addOutputFlags(*command, *options);
  return {command, [options] { return Sweep(*options).run(); }};
}

}  // namespace remat
