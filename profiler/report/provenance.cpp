#include "profiler/report/provenance.h"

#include <algorithm>

#include "profiler/core/units.h"
#include "profiler/report/device_text.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

/// Each text once, in the order of its first appearance.
void addOnce(std::vector<std::string>& texts, const std::string& text) {
  if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

std::string machineText(const Hello& worker) {
  return worker.device_name + ", " + bytesText(worker.device_memory_bytes) + " of memory, " +
         std::to_string(worker.threads) + (worker.threads == 1 ? " thread" : " threads") +
         (worker.cpu_capability.empty() ? "" : ", " + worker.cpu_capability) +
         (worker.host_os.empty() ? "" : ", " + worker.host_os);
}

std::vector<std::string> machineNames(const Run& run) {
  std::vector<std::string> names;
  for (const Session& session : run.sessions) {
    for (const Hello& worker : session.workers) addOnce(names, worker.device_name);
  }
  return names;
}

}  // namespace

std::vector<ProvenanceItem> provenance(const Run& run, const ReportOptions& options) {
  std::vector<std::string> machines;
  std::vector<std::string> versions;
  std::vector<std::string> notes;
  std::vector<std::string> commands;
  std::vector<std::string> dates;
  for (const Session& session : run.sessions) {
    if (session.started) {
      addOnce(commands, session.started->command_line);
      addOnce(dates, session.started->created);
      addOnce(versions, "rematscope " + session.started->program_version);
    }
    for (const Hello& worker : session.workers) {
      addOnce(machines, machineText(worker));
      addOnce(versions, "rematscope-worker " + worker.worker_version);
      if (!worker.torch_version.empty()) addOnce(versions, "LibTorch " + worker.torch_version);
      for (const std::string& note : worker.notes) addOnce(notes, note);
    }
  }
  std::vector<ProvenanceItem> items = {
      {"Machine", joined(machines)},
      {"Versions", joined(versions)},
      {"Command", joined(commands)},
      {"Measured", joined(dates)},
      {"Device while timed", deviceStateText(run)},
      {"Notes", joined(notes)},
      {"Charts", options.charts_note},
      {"Run file", run.path},
      {"Method",
       "Time, memory and attribution are measured in separate passes. Steps of the policies of a table are timed in turn, "
       "after a warm-up; the interval of the median is by order statistics."},
      {"Report", options.created + (options.program_version.empty() ? "" : ", rematscope " + options.program_version)}};
  std::erase_if(items, [](const ProvenanceItem& item) { return item.text.empty(); });
  return items;
}

std::string reportTitle(const Run& run) {
  std::vector<std::string> models;
  for (const PointResult& point : run.points) addOnce(models, point.spec().model);
  return models.empty() ? "Activation checkpointing" : "Activation checkpointing of " + listed(models);
}

std::string reportLead(const Run& run) {
  const auto completed =
      std::count_if(run.points.begin(), run.points.end(), [](const PointResult& point) { return point.completed(); });
  std::string lead = std::to_string(run.points.size()) + (run.points.size() == 1 ? " point" : " points") + ", " +
                     std::to_string(completed) + " completed";
  const auto machines = machineNames(run);
  if (!machines.empty()) lead += ", measured on " + listed(machines);
  return lead + ".";
}

}  // namespace remat
