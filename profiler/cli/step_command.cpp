// rematscope step: one training step, to compare with other programs.
#include <array>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "engine/spec/error.h"
#include "engine/spec/whole_file.h"
#include "profiler/cli/command_line.h"
#include "profiler/cli/commands.h"
#include "profiler/cli/input_sizes.h"
#include "profiler/cli/interrupt.h"
#include "profiler/cli/measured_models.h"
#include "profiler/cli/record_output.h"
#include "profiler/cli/started_worker.h"
#include "profiler/cli/training_options.h"
#include "profiler/core/units.h"
#include "profiler/core/value_list.h"

namespace remat {
namespace {

struct StepOptions {
  std::string config;
  std::string policy = "store_all";
  TrainingOptions training;
  std::string weights, inputs, gradients;
  std::string worker;
  std::string hang_timeout = "3600";
  bool force = false;
  bool json = false;
  bool sizes_given = false;  ///< --batch or --sequence
};

/// A point of one step; the device is still what the flag says.
PointSpec pointOf(const StepOptions& options, MeasuredModels& models) {
  const TrainingAxes axes = options.training.axes();
  const SweepModel model = models.add(options.config);
  const SweepPolicy policy = sweepPolicy(onlyValue("--policy", splitList("--policy", options.policy)));
  PointSpec point;
  point.model = model.name;
  point.config_path = model.config_path;
  point.config_hash = model.config_hash;
  point.policy = policy.text;
  point.policy_json = policy.json;
  point.training = axes.base;
  const std::optional<InputSizes> sizes = options.sizes_given ? std::nullopt : inputSizesOf(options.inputs);
  if (sizes) {
    point.training.batch_size = sizes->batch_size;
    point.training.sequence_length = sizes->sequence_length;
  }
  if (!point.training.num_hidden_layers) point.training.num_hidden_layers = model.num_hidden_layers;
  point.device = axes.devices.front();
  if (!axes.memory_caps_bytes.empty()) point.memory_cap_bytes = axes.memory_caps_bytes.front();
  point.allocator = axes.allocators.front();
  return point;
}

[[noreturn]] void failWorker(WorkerProcess& process, const std::string& what) {
  const std::string words = lastWords(process.errorOutput());
  throw Error(ErrorKind::worker_failed, "worker", what + (words.empty() ? "" : "; its last words: " + words),
              "'rematscope doctor' says whether this machine can measure");
}

/// The answer to a request; no value if cancelled.
std::optional<StepResult> ask(WorkerProcess& process, const StepRequest& request, std::chrono::milliseconds timeout,
                              Interrupt& interrupt) {
  process.send(toJsonLine(Request(request)));
  process.closeInput();
  std::string line;
  switch (process.readLine(line, timeout, interrupt.descriptor())) {
    case WorkerProcess::Read::line: break;
    case WorkerProcess::Read::woken: return std::nullopt;
    case WorkerProcess::Read::ended:
      failWorker(process, "it ended without an answer: " + process.end(std::chrono::seconds(2)));
    case WorkerProcess::Read::timed_out: failWorker(process, "it did not answer in time (--hang-timeout)");
    case WorkerProcess::Read::too_long: failWorker(process, "its answer is too long");
  }
  try {
    return parseStepResult(line);
  } catch (const Error& error) {
    failWorker(process, std::string("its answer cannot be read: ") + error.what());
  }
}

nlohmann::ordered_json transfersJson(const Transfers& transfers) {
  nlohmann::ordered_json json = {{"host_bytes", transfers.host_bytes},
                                 {"offload_bytes", transfers.offload_bytes},
                                 {"prefetch_bytes", transfers.prefetch_bytes},
                                 {"offload_ns", transfers.offload_ns},
                                 {"prefetch_ns", transfers.prefetch_ns}};
  const auto add = [&](const char* name, const std::optional<std::int64_t>& value) {
    if (value) json[name] = *value;
  };
  add("link_bytes_per_second", transfers.link_bytes_per_second);
  add("exposed_ns", transfers.exposed_ns);
  add("hidden_ns", transfers.hidden_ns);
  return json;
}

std::string jsonOf(const PointSpec& point, const StepResult& result) {
  nlohmann::ordered_json json = {
      {"model", point.model},
      {"policy", point.policy},
      {"batch_size", point.training.batch_size},
      {"sequence_length", point.training.sequence_length},
      {"num_hidden_layers", *point.training.num_hidden_layers},
      {"dtype", precisionName(point.training.precision)},
      {"device", point.device},
      {"outcome", outcomeName(result.outcome)},
  };
  if (result.outcome == Outcome::completed) {
    json.update({{"loss", result.loss},
                 {"peak_requested_bytes", result.peak_requested_bytes},
                 {"peak_allocated_bytes", result.peak_allocated_bytes},
                 {"before_step_bytes", result.before_step_bytes},
                 {"retained_bytes", result.retained_bytes},
                 {"step_time_ns", result.step_time_ns},
                 {"forward_ns", result.forward_ns},
                 {"backward_ns", result.backward_ns},
                 {"recompute_ns", result.recompute_ns},
                 {"optimizer_ns", result.optimizer_ns}});
    if (result.peak_reserved_bytes) json["peak_reserved_bytes"] = *result.peak_reserved_bytes;
    if (result.transfers) json["transfers"] = transfersJson(*result.transfers);
    if (!result.notes.empty()) json["notes"] = result.notes;
  } else {
    json["reason"] = result.error;
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string textOf(const PointSpec& point, const StepResult& result) {
  std::string text = point.model + ", " + point.policy + ", batch " + std::to_string(point.training.batch_size) +
                     " x " + std::to_string(point.training.sequence_length) + ", " +
                     precisionName(point.training.precision) + ", " + point.device + "\n";
  if (result.outcome != Outcome::completed)
    return text + std::string(outcomeName(result.outcome)) + ": " + result.error + "\n";
  const auto row = [&](const std::string& name, const std::string& value) {
    text += "  " + name + std::string(24 - name.size(), ' ') + value + "\n";
  };
  row("loss", std::isfinite(result.loss) ? nlohmann::json(result.loss).dump() : "not a finite number");
  row("peak allocated", bytesText(result.peak_allocated_bytes));
  row("peak requested", bytesText(result.peak_requested_bytes));
  row("before the step", bytesText(result.before_step_bytes));
  row("retained for backward", bytesText(result.retained_bytes));
  if (result.transfers) {
    row("in host memory", bytesText(result.transfers->host_bytes));
    row("  copied there, back",
        bytesText(result.transfers->offload_bytes) + ", " + bytesText(result.transfers->prefetch_bytes));
    if (result.transfers->exposed_ns) row("  computing waited", durationText(*result.transfers->exposed_ns));
  }
  row("step time", durationText(result.step_time_ns));
  row("  forward", durationText(result.forward_ns));
  row("  backward", durationText(result.backward_ns));
  row("  of it recompute", durationText(result.recompute_ns));
  row("  optimizer", durationText(result.optimizer_ns));
  for (const std::string& note : result.notes) text += "  note: " + note + "\n";
  return text;
}

/// Refuses to write over what is there, and over what is read in any case.
void checkOutput(const StepOptions& options) {
  if (options.gradients.empty()) return;
  const std::array<std::pair<const char*, const std::string*>, 2> read = {
      {{"--weights", &options.weights}, {"--inputs", &options.inputs}}};
  for (const auto& [flag, path] : read) {
    std::error_code ignored;
    if (!path->empty() && std::filesystem::equivalent(*path, options.gradients, ignored))
      throw Error(ErrorKind::usage, "--gradients-out", std::string("must be another file than that of ") + flag,
                  "choose another name");
  }
  if (!options.force) refuseExisting(options.gradients);
}

int step(const StepOptions& options) {
  const auto timeout = std::chrono::milliseconds(parseDuration(options.hang_timeout, "--hang-timeout") / 1'000'000);
  checkOutput(options);
  MeasuredModels models;
  PointSpec point = pointOf(options, models);
  PointSpec checked = point;
  if (checked.device == "auto") checked.device = "cpu";
  models.check({options.config, {checked}, {}, false});
  Interrupt interrupt;
  std::vector<std::string> command = {findWorker(options.worker).string()};
  if (point.device != "auto") command.insert(command.end(), {"--device", point.device});
  const StartedWorker worker = startWorker(command, std::chrono::seconds(60), interrupt.descriptor());
  if (!worker.process) return kExitCancelled;
  if (point.device == "auto") point.device = worker.hello.device;
  checkAllocators({point.device}, {point.allocator});
  const StepRequest request{options.config, point, options.weights, options.inputs, options.gradients};
  const std::optional<StepResult> result = ask(*worker.process, request, timeout, interrupt);
  if (!result) return kExitCancelled;
  writeOutput(options.json ? jsonOf(point, *result) : textOf(point, *result));
  if (result->outcome == Outcome::completed) return 0;
  return exitCode(result->bad_input ? ErrorKind::bad_input : ErrorKind::failed);
}

}  // namespace

Command addStep(CLI::App& program) {
  const auto options = std::make_shared<StepOptions>();
  CLI::App* command = declareCommand(
      program, "step", "run one training step and print its loss, memory and times",
      "rematscope step config.json --policy full --batch 2 --weights model.safetensors --gradients-out grads.safetensors --json");
  command->add_option("config", options->config, "config.json file")->required()->type_name("CONFIG");
  command->add_option("-p,--policy", options->policy, "the policy")->type_name("POLICY")->capture_default_str();
  options->training.addTo(*command, TrainingOptions::Values::single, TrainingOptions::Machine::yes);
  command->add_option("--weights", options->weights, "parameters to start from (safetensors)")->type_name("FILE");
  command
      ->add_option("--inputs", options->inputs,
                   "input_ids and labels (safetensors); sizes are theirs, unless --batch or --sequence says others")
      ->type_name("FILE");
  command->add_option("--gradients-out", options->gradients, "write all gradients (safetensors)")->type_name("FILE");
  command->add_flag("--force", options->force, "replace the file of gradients that is there");
  command->add_option("--hang-timeout", options->hang_timeout, "end a worker that is silent for so long")
      ->type_name("SECONDS")
      ->capture_default_str();
  command->add_option("--worker", options->worker, "the program that measures")->type_name("PATH");
  command->add_flag("--json", options->json, "print JSON");
  return {command, [options, command] {
            options->sizes_given = command->count("--batch") + command->count("--sequence") > 0;
            return step(*options);
          }};
}

}  // namespace remat
