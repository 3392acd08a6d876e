// Requests for small models, as a command line would send them.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "profiler/core/requests.h"
#include "profiler/measure/measure_group.h"
#include "tests/engine/exec/small_models.h"

namespace remat::testing {

/// Writes the small model's config to a file and returns its path.
inline std::string configFile(const std::string& name) {
  const auto path = std::filesystem::temp_directory_path() / ("rematscope_test_" + name + ".json");
  for (const SmallModel& model : smallModels())
    if (model.name == name) std::ofstream(path) << model.json;
  return path.string();
}

inline MeasureRequest requestFor(const std::string& model, const std::vector<std::string>& policies,
                                 TrainingSpec spec) {
  MeasureRequest request;
  request.config_path = configFile(model);
  spec.num_hidden_layers = 3;
  for (const std::string& policy : policies) {
    PointSpec point;
    point.model = model;
    point.config_path = request.config_path;
    point.policy = policy;
    point.training = spec;
    request.points.push_back(point);
  }
  request.limits.min_samples = 1;
  request.limits.max_samples = 1;
  request.limits.time_limit_ns = 1;  // no waiting for a steady warm-up
  request.timeline = false;
  return request;
}

struct Told {
  std::vector<PointStarted> started;
  std::vector<Memory> memories;
  std::vector<BlockResult> blocks;
  std::vector<Sample> samples;
  std::vector<AllocationTimeline> timelines;
  std::vector<Transfers> transfers;
  std::vector<DeviceState> device_states;
  std::vector<PointFinished> finished;
  GroupOutcome outcome = GroupOutcome::finished;
};

inline Told measure(const MeasureRequest& request, MeasuredDevice* device = nullptr) {
  Told told;
  told.outcome = measureGroup(
      request,
      [&](const Record& record) {
        if (const auto* r = std::get_if<PointStarted>(&record)) told.started.push_back(*r);
        if (const auto* r = std::get_if<Memory>(&record)) told.memories.push_back(*r);
        if (const auto* r = std::get_if<BlockResult>(&record)) told.blocks.push_back(*r);
        if (const auto* r = std::get_if<Sample>(&record)) told.samples.push_back(*r);
        if (const auto* r = std::get_if<AllocationTimeline>(&record)) told.timelines.push_back(*r);
        if (const auto* r = std::get_if<Transfers>(&record)) told.transfers.push_back(*r);
        if (const auto* r = std::get_if<DeviceState>(&record)) told.device_states.push_back(*r);
        if (const auto* r = std::get_if<PointFinished>(&record)) told.finished.push_back(*r);
      },
      device);
  return told;
}

}  // namespace remat::testing
