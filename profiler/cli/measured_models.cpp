#include "profiler/cli/measured_models.h"

#include <fstream>
#include <optional>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/error.h"
#include "engine/spec/schedule.h"
#include "profiler/core/point_description.h"

namespace remat {
namespace {

Schedule scheduleOf(const PointSpec& point, const ModelGraph& graph) {
  return makeSchedule(graph, policyOf(point, graph), point.training, backendOf(point.device));
}

}  // namespace

std::string fileContent(const std::string& path) {
  constexpr std::size_t max_bytes = std::size_t{4} << 20;
  std::ifstream file(path, std::ios::binary);
  std::string text(max_bytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof())
    throw Error(ErrorKind::bad_input, path, "expected a readable file, found none", "check the path");
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

SweepPolicy sweepPolicy(const std::string& text) {
  if (!text.ends_with(".json")) return {text, {}};
  try {
    return {text, fileContent(text)};
  } catch (const Error&) {
    throw Error(ErrorKind::usage, "--policy " + text, "expected a readable file, found none", "check the path");
  }
}

SweepModel MeasuredModels::add(const std::string& config_path) {
  const ModelConfig& config = configs_.insert_or_assign(config_path, loadModelConfig(config_path)).first->second;
  return {config_path, contentHash(fileContent(config_path)), config.name, config.num_hidden_layers};
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
