// The configs of a sweep: read once, and asked what a point of them is before anything is measured.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/spec/model_config.h"
#include "engine/spec/model_graph.h"
#include "profiler/core/records.h"
#include "profiler/core/requests.h"
#include "profiler/core/sweep_plan.h"

namespace remat {

/// A policy as the command line names it: with the content of its file, if it is the path of one. Throws Error(usage).
[[nodiscard]] SweepPolicy sweepPolicy(const std::string& text);

/// Throws Error(bad_input) if a file that is to be a config is a run file.
void refuseRun(const std::string& config_path);

class MeasuredModels {
 public:
  /// Throws Error(bad_input).
  SweepModel add(const std::string& config_path);
  /// What is known of a point of an added model before it runs. Throws Error(usage) if it cannot be built.
  [[nodiscard]] PointStarted describe(const PointSpec& point) const;
  /// Throws Error(usage) if any point of the request cannot be built.
  void check(const MeasureRequest& request) const;

 private:
  [[nodiscard]] ModelGraph graphOf(const PointSpec& point) const;
  std::map<std::string, ModelConfig> configs_;  // by path
};

}  // namespace remat
