#include "profiler/cli/measured_models.h"

#include <optional>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/error.h"
#include "engine/spec/policy_file.h"
#include "engine/spec/schedule.h"
#include "profiler/core/point_description.h"
#include "profiler/core/run_file.h"

namespace remat {
namespace {

Schedule scheduleOf(const PointSpec& point, const ModelGraph& graph) {
  return makeSchedule(graph, policyOf(point, graph), point.training, backendOf(point.device));
}

}  // namespace

SweepPolicy sweepPolicy(const std::string& text) {
  return {text, text.ends_with(".json") ? readPolicyFile(text) : std::string()};
}

void refuseRun(const std::string& config_path) {
  if (beginsAsRun(config_path))
    throw Error(ErrorKind::bad_input, config_path, "must be a config.json, got a run file",
                "'rematscope show' and 'rematscope report' read it");
}

SweepModel MeasuredModels::add(const std::string& config_path) {
  refuseRun(config_path);
  const std::string text = readConfigText(config_path);
  const ModelConfig config = parseModelConfig(text, config_path, configName(config_path));
  configs_.insert_or_assign(config_path, config);
  return {config_path, contentHash(text), config.name, config.num_hidden_layers};
}

ModelGraph MeasuredModels::graphOf(const PointSpec& point) const {
  return buildModelGraph(configs_.at(point.config_path), point.training, backendOf(point.device));
}

PointStarted MeasuredModels::describe(const PointSpec& point) const {
  const ModelGraph graph = graphOf(point);
  const std::optional<ModelGraph> own = policyGraph(point, graph);
  const ModelGraph& used = own ? *own : graph;
  return describePoint(point, used, scheduleOf(point, used));
}

void MeasuredModels::check(const MeasureRequest& request) const {
  const ModelGraph graph = graphOf(request.points.front());  // they differ in policy only
  for (const PointSpec& point : request.points) {
    const std::optional<ModelGraph> own = policyGraph(point, graph);
    (void)scheduleOf(point, own ? *own : graph);
  }
}

}  // namespace remat
