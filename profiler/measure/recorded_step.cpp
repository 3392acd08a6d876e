#include "profiler/measure/recorded_step.h"

#include <c10/util/Exception.h>

#include "profiler/measure/cpu_allocator.h"

namespace remat {

RecordedStep recordStep(MeasuredPolicy& policy) {
  MeasuredModel& model = policy.model;
  resetGradients(model.state, model.spec.gradients);
  releaseCpuCache();
  RecordedStep step;
  step.recorder =
      std::make_unique<MemoryRecorder>(model.graph, policy.schedule, model.state, model.optimizer, model.spec.sizes());
  // The recorder must not be told of what is released after it is gone.
  struct Unlistened {
    ~Unlistened() { setAllocationListener(nullptr); }
  } const unlistened{};
  try {
    step.recorder->start();
    step.loss = policy.run(step.recorder.get()).loss;
    step.recorder->stop();
  } catch (const c10::OutOfMemoryError& error) {
    throw StepOutOfMemory("out of memory in " + step.recorder->refusedAt() + ": " +
                          firstLine(error.what_without_backtrace()));
  }
  return step;
}

std::string firstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace remat
