#include "profiler/measure/measured_model.h"

#include <ATen/core/grad_mode.h>

#include "engine/spec/build_model_graph.h"
#include "profiler/core/point_description.h"

namespace remat {

MeasuredModel::MeasuredModel(const std::string& config_path, const TrainingSpec& training)
    : config(loadModelConfig(config_path)),
      spec(training),
      graph(buildModelGraph(config, spec)),
      state(makeModelState(graph, config, spec)),
      optimizer(spec.optimizer) {}

void MeasuredModel::restore() {
  const at::NoGradGuard no_grad;
  const ModelState first = makeModelState(graph, config, spec);
  for (std::size_t i = 0; i < first.parameters.size(); ++i) state.parameters[i].detach().copy_(first.parameters[i]);
  for (const at::Tensor& tensor : optimizer.tensors()) tensor.zero_();
}

MeasuredPolicy::MeasuredPolicy(MeasuredModel& measured_model, const PointSpec& point_spec)
    : model(measured_model),
      point(point_spec),
      key(pointKey(point_spec)),
      policy(policyOf(point_spec, measured_model.graph)),
      schedule(makeSchedule(measured_model.graph, policy, measured_model.spec)),
      step(measured_model.graph, schedule, measured_model.state) {}

TrainingStep::Result MeasuredPolicy::run(StepObserver* observer) {
  resetGradients(model.state, model.spec.gradients);
  return step.run(model.state, model.optimizer, model.spec.seed, observer);
}

TrainingStep::Result MeasuredPolicy::runGradients() {
  resetGradients(model.state, model.spec.gradients);
  return step.runGradients(model.spec.seed);
}

}  // namespace remat
