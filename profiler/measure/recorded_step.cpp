#include "profiler/measure/recorded_step.h"

#include <c10/util/Exception.h>

#include "profiler/measure/failure_kind.h"

namespace remat {

namespace {

void throwIfOutOfMemory(const std::exception& error, const MemoryRecorder& recorder) {
  const FailureKind kind = failureKind(error);
  if (outcomeOf(kind) != Outcome::out_of_memory) return;
  std::string where = recorder.refusedAt();
  if (kind == FailureKind::host_out_of_memory)
    where = "on the host, in " + recorder.lastPlace();
  else if (where.empty())  // the allocator had room
    where = "in a library's own memory, in " + recorder.lastPlace();
  else
    where = "in " + where;
  throw StepOutOfMemory("out of memory " + where + ": " + shortMessage(error));
}

}  // namespace

RecordedStep recordStep(MeasuredPolicy& policy) {
  MeasuredModel& model = policy.model;
  resetGradients(model.state, model.spec.gradients);
  model.device.releaseCache();
  RecordedStep step;
  step.recorder = std::make_unique<MemoryRecorder>(model.device, policy.graph, policy.schedule, model.state,
                                                   model.optimizer, model.spec.sizes());
  // The recorder must not be told of what is released after it is gone.
  struct Unlistened {
    MeasuredDevice& device;
    ~Unlistened() { device.setListener(nullptr); }
  } const unlistened{model.device};
  try {
    step.recorder->start();
    step.loss = policy.run(step.recorder.get()).loss;
    step.recorder->stop();
  } catch (const std::exception& error) {
    throwIfOutOfMemory(error, *step.recorder);
    throw;
  }
  return step;
}

std::string shortMessage(const std::exception& error) {
  const auto* const of_torch = dynamic_cast<const c10::Error*>(&error);
  return firstLine(of_torch ? of_torch->what_without_backtrace() : error.what());
}

std::string firstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace remat
