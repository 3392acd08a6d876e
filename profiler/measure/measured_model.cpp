#include "profiler/measure/measured_model.h"

#include <cmath>

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>

#include "engine/exec/attention_kernels.h"
#include "engine/spec/build_model_graph.h"
#include "engine/spec/error.h"
#include "profiler/core/point_description.h"
#include "profiler/core/sweep_plan.h"

namespace remat {

namespace {

/// Encoders look both ways.
bool isCausal(const ModelConfig& config, const TrainingSpec& spec) {
  for (const BlockBody& body : buildModelGraph(config, spec, Backend::cuda).bodies)
    for (const Op& op : body.ops)
      if (op.kind == OpKind::attention) return op.attributes.causal;
  return true;
}

/// torch's choice of an attention kernel depends on the card and on the versions of its libraries: it is asked.
TrainingSpec withAttentionOf(c10::Device device, const ModelConfig& config, TrainingSpec spec) {
  if (device.is_cpu() || spec.attention != AttentionKernel::automatic) return spec;
  const bool masked = config.sliding_window && *config.sliding_window < spec.sequence_length;
  const bool drops = spec.dropout && config.attention_dropout > 0.0;
  const Dtype dtype = autocastDtype(spec.precision).value_or(parameterDtype(spec.precision));
  spec.attention =
      attentionKernelOfTorch({spec.batch_size, spec.sequence_length, config.num_attention_heads,
                              masked ? config.num_attention_heads : config.num_key_value_heads, config.head_dim,
                              isCausal(config, spec), masked, drops ? config.attention_dropout : 0.0},
                             scalarType(dtype), device);
  return spec;
}

ModelConfig loadUnchanged(const std::string& path, const std::string& hash) {
  const std::string text = readConfigText(path);
  if (!hash.empty() && contentHash(text) != hash)
    throw Error(ErrorKind::bad_input, path, "expected the file that was asked for, but it was edited since",
                "start the sweep again: the edited file is another model");
  return parseModelConfig(text, path, configName(path));
}

ModelState stateOn(c10::Device device, const ModelGraph& graph, const ModelConfig& config, const TrainingSpec& spec) {
  ModelState state = makeModelState(graph, config, spec);
  moveTo(state, device);
  return state;
}

}  // namespace

MeasuredModel::MeasuredModel(MeasuredDevice& measured_device, const std::string& config_path,
                             const TrainingSpec& training, const std::string& config_hash)
    : device(measured_device),
      config(loadUnchanged(config_path, config_hash)),
      spec(withAttentionOf(device.device(), config, training)),
      graph(buildModelGraph(config, spec, device.backend())),
      state(stateOn(device.device(), graph, config, spec)),
      optimizer(spec.optimizer, spec.precision == Precision::fp16_mixed) {
  if (spec.precision == Precision::tf32 && device.backend() == Backend::cpu)
    throw Error(ErrorKind::usage, "--dtype tf32", "needs a GPU: a CPU computes float32 products in float32",
                "use float32");
  at::globalContext().setAllowTF32CuBLAS(spec.precision == Precision::tf32);
}

void MeasuredModel::restore() {
  const at::NoGradGuard no_grad;
  const ModelState first = stateOn(device.device(), graph, config, spec);
  for (std::size_t i = 0; i < first.parameters.size(); ++i) state.parameters[i].detach().copy_(first.parameters[i]);
  for (const at::Tensor& tensor : optimizer.tensors()) tensor.zero_();
}

MeasuredPolicy::MeasuredPolicy(MeasuredModel& measured_model, const PointSpec& point_spec)
    : model(measured_model),
      point(point_spec),
      key(pointKey(point_spec)),
      own_graph(policyGraph(point_spec, measured_model.graph)),
      graph(own_graph ? *own_graph : measured_model.graph),
      policy(policyOf(point_spec, graph)),
      schedule(makeSchedule(graph, policy, measured_model.spec, measured_model.device.backend())),
      step(graph, schedule, measured_model.state) {}

TrainingStep::Result MeasuredPolicy::run(StepObserver* observer, const std::function<void()>& launched) {
  constexpr double learning_rate = 0.0;
  resetGradients(model.state, model.spec.gradients);
  return step.run(model.state, model.optimizer, model.spec.seed, observer, learning_rate, launched);
}

TrainingStep::Result MeasuredPolicy::runGradients() {
  if (!model.optimizer.scalesLoss()) {
    resetGradients(model.state, model.spec.gradients);
    return step.runGradients(model.spec.seed);
  }
  constexpr int most_halvings = 24;  // from 65,536 to far below 1: then it is not the scale
  TrainingStep::Result result = run();
  for (int i = 0; i < most_halvings && model.optimizer.leftOut() && std::isfinite(result.loss); ++i) result = run();
  return result;
}

}  // namespace remat
