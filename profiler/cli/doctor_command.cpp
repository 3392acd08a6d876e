// rematscope doctor: what this machine can measure, and how to mend what is missing.
#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "profiler/cli/command_line.h"
#include "profiler/cli/commands.h"
#include "profiler/cli/machine_check.h"
#include "profiler/cli/record_output.h"
#include "profiler/cli/started_worker.h"

namespace remat {
namespace {

struct DoctorOptions {
  std::string worker;
  bool json = false;
};

std::string jsonOf(const MachineReport& report) {
  nlohmann::ordered_json json = {{"can_measure", report.canMeasure()}, {"checks", nlohmann::json::array()}};
  for (const MachineCheck& check : report.checks) {
    nlohmann::ordered_json row = {
        {"name", check.name}, {"found", check.found}, {"needed", check.needed}, {"text", check.text}};
    if (!check.remedy.empty()) row["remedy"] = check.remedy;
    json["checks"].push_back(row);
  }
  if (report.hello) json["hello"] = nlohmann::ordered_json::parse(toJsonLine(Record(*report.hello)), nullptr, false);
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string textOf(const MachineReport& report) {
  std::string text;
  for (const MachineCheck& check : report.checks) {
    const std::string state = check.found ? "ok      " : check.needed ? "MISSING " : "absent  ";
    text +=
        state + check.name + std::string(14 - std::min<std::size_t>(check.name.size(), 13), ' ') + check.text + "\n";
    if (!check.remedy.empty()) text += std::string(22, ' ') + check.remedy + "\n";
  }
  if (report.hello)
    for (const std::string& note : report.hello->notes) text += "note    " + note + "\n";
  return text + (report.canMeasure() ? "This machine can measure.\n" : "This machine cannot measure yet.\n");
}

int doctor(const DoctorOptions& options) {
  const MachineReport report = checkMachine(findWorker(options.worker).string());
  writeOutput(options.json ? jsonOf(report) : textOf(report));
  return report.canMeasure() ? 0 : kExitWorkerFailed;
}

}  // namespace

Command addDoctor(CLI::App& program) {
  const auto options = std::make_shared<DoctorOptions>();
  CLI::App* command =
      declareCommand(program, "doctor", "tell what this machine can measure, and how to mend what is missing",
                     "rematscope doctor --json");
  command->add_option("--worker", options->worker, "the program that measures")->type_name("PATH");
  command->add_flag("--json", options->json, "print JSON");
  return {command, [options] { return doctor(*options); }};
}

}  // namespace remat
