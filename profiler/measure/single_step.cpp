#include "profiler/measure/single_step.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include <ATen/TensorOperators.h>
#include <ATen/ops/all.h>
#include <ATen/ops/eq.h>
#include <c10/util/Exception.h>

#include "engine/exec/safetensors.h"
#include "engine/spec/error.h"
#include "profiler/measure/gradient_check.h"
#include "profiler/measure/measured_model.h"
#include "profiler/measure/recorded_step.h"
#include "profiler/measure/transfer_summary.h"

namespace remat {
namespace {

/// Refuses a path that cannot be written before a step is run for it. Leaves nothing behind.
void checkWritable(const std::string& path) {
  const bool existed = ::access(path.c_str(), F_OK) == 0;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0)
    throw Error(ErrorKind::failed, path, std::string("cannot be opened for writing: ") + std::strerror(errno),
                "choose a folder that exists and that you may write to");
  ::close(descriptor);
  if (!existed) ::unlink(path.c_str());
}

void loadFiles(MeasuredModel& model, const StepRequest& request) {
  if (!request.weights_path.empty())
    loadParameters(model.state, model.graph, readSafetensors(request.weights_path), request.weights_path);
  if (!request.inputs_path.empty())
    loadInputs(model.state, model.graph, model.config, readSafetensors(request.inputs_path), request.inputs_path);
  moveTo(model.state, model.device.device());
}

bool allLabelsIgnored(const MeasuredModel& model) {
  for (std::size_t i = 0; i < model.graph.tables.size(); ++i)
    if (model.graph.tables[i].kind == TableKind::labels) return (model.state.tables[i] == -100).all().item<bool>();
  return false;
}

std::vector<std::string> notesOn(const MeasuredModel& model, double loss) {
  if (isFinite(model.state, loss)) return {};
  if (allLabelsIgnored(model))
    return {"the loss is nan because every label that a position is to predict is -100, which means ignored"};
  return {"the loss or a gradient is nan or infinite: times are those of such numbers"};
}

void fillMemory(const Memory& memory, StepResult& result) {
  result.peak_requested_bytes = memory.peak_requested_bytes;
  result.peak_allocated_bytes = memory.peak_allocated_bytes;
  result.peak_reserved_bytes = memory.peak_reserved_bytes;
  result.before_step_bytes = memory.before_step_bytes;
  result.retained_bytes = memory.retained_bytes;
}

void fillTimes(const StepTimes& times, StepResult& result) {
  result.step_time_ns = times.step_ns;
  result.forward_ns = times.forward_ns;
  result.backward_ns = times.backward_ns;
  result.recompute_ns = times.recompute_ns;
  result.optimizer_ns = times.optimizer_ns;
}

StepResult run(const StepRequest& request) {
  MeasuredDevice& device = measuredDevice(request.point.device);
  if (!request.gradients_path.empty()) checkWritable(request.gradients_path);
  device.setAllocatorSettings(request.point.allocator);
  device.setMemoryCap(request.point.memory_cap_bytes);
  MeasuredModel model(device, request.config_path, request.point.training, request.point.config_hash);
  loadFiles(model, request);
  model.optimizer.allocate(model.state);
  MeasuredPolicy policy(model, request.point);
  // The first pass pays for what is made once; gradients kept in place exist afterwards. It is not measured, so the cap
  // waits for the one that is, which can say where memory ran out.
  device.setMemoryCap(std::nullopt);
  (void)policy.runGradients();
  resetGradients(model.state, model.spec.gradients);
  device.setMemoryCap(request.point.memory_cap_bytes);

  StepResult result;
  {
    const RecordedStep step = recordStep(policy);
    result.loss = step.loss;
    fillMemory(step.recorder->memory(""), result);
  }
  result.notes = notesOn(model, result.loss);
  if (!request.gradients_path.empty()) writeSafetensors(request.gradients_path, gradientsOf(model.state, model.graph));
  const TrainingStep::Result timed = policy.run();
  fillTimes(timed.times, result);
  if (timed.transfers) result.transfers = summarizeTransfers(policy.key, {*timed.transfers});
  return result;
}

StepResult failure(Outcome outcome, const std::string& error) {
  StepResult result;
  result.outcome = outcome;
  result.error = firstLine(error);
  return result;
}

}  // namespace

StepResult runSingleStep(const StepRequest& request) {
  try {
    return run(request);
  } catch (const StepOutOfMemory& error) {
    return failure(Outcome::out_of_memory, error.what());
  } catch (const c10::OutOfMemoryError& error) {
    return failure(Outcome::out_of_memory,
                   std::string("out of memory outside the measured step: ") + error.what_without_backtrace());
  } catch (const Error& error) {
    StepResult result = failure(Outcome::failed, error.what());
    result.bad_input = error.kind() == ErrorKind::bad_input;
    return result;
  } catch (const std::exception& error) {
    return failure(Outcome::failed, error.what());
  }
}

}  // namespace remat
