#include "profiler/measure/single_step.h"

#include <c10/util/Exception.h>

#include "engine/exec/safetensors.h"
#include "engine/spec/error.h"
#include "profiler/measure/cpu_allocator.h"
#include "profiler/measure/machine.h"
#include "profiler/measure/measured_model.h"
#include "profiler/measure/memory_recorder.h"

namespace remat {
namespace {

StepResult run(const StepRequest& request) {
  (void)describeMachine(request.point.device);  // an error for a device that is not this worker's
  MeasuredModel model(request.config_path, request.point.training);
  if (!request.weights_path.empty())
    loadParameters(model.state, model.graph, readSafetensors(request.weights_path), request.weights_path);
  if (!request.inputs_path.empty())
    loadInputs(model.state, model.graph, model.config, readSafetensors(request.inputs_path), request.inputs_path);
  model.optimizer.allocate(model.state);
  MeasuredPolicy policy(model, request.point);
  (void)policy.run();  // the first step pays for what is made once; gradients kept in place exist afterwards

  StepResult result;
  {
    resetGradients(model.state, model.spec.gradients);
    releaseCpuCache();
    MemoryRecorder recorder(model.graph, policy.schedule, model.state, model.optimizer, model.spec.sizes());
    struct Unlistened {  // an exception destroys the recorder before the tensors whose release it would be told of
      ~Unlistened() { setAllocationListener(nullptr); }
    } const unlistened{};
    recorder.start();
    result.loss = policy.run(&recorder).loss;
    recorder.stop();
    const Memory memory = recorder.memory("");
    result.peak_requested_bytes = memory.peak_requested_bytes;
    result.peak_allocated_bytes = memory.peak_allocated_bytes;
    result.peak_reserved_bytes = memory.peak_reserved_bytes;
    result.before_step_bytes = memory.before_step_bytes;
    result.retained_bytes = memory.retained_bytes;
  }
  if (!request.gradients_path.empty()) writeSafetensors(request.gradients_path, gradientsOf(model.state, model.graph));
  const StepTimes times = policy.run().times;
  result.step_time_ns = times.step_ns;
  result.forward_ns = times.forward_ns;
  result.backward_ns = times.backward_ns;
  result.recompute_ns = times.recompute_ns;
  result.optimizer_ns = times.optimizer_ns;
  return result;
}

}  // namespace

StepResult runSingleStep(const StepRequest& request) {
  StepResult result;
  try {
    setCpuMemoryCap(request.point.memory_cap_bytes);
    return run(request);
  } catch (const c10::OutOfMemoryError& error) {
    result.outcome = Outcome::out_of_memory;
    result.error = std::string("out of memory: ") + error.what_without_backtrace();
  } catch (const Error& error) {
    result.outcome = Outcome::failed;
    result.error = error.what();
    result.bad_input = error.kind() == ErrorKind::bad_input;
  } catch (const std::exception& error) {
    result.outcome = Outcome::failed;
    result.error = error.what();
  }
  setAllocationListener(nullptr);
  result.error = result.error.substr(0, result.error.find('\n'));
  return result;
}

}  // namespace remat
