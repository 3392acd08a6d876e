#include "profiler/measure/point_in_progress.h"

#include "profiler/core/statistics.h"

namespace remat {

void PointInProgress::summarizeTimes() {
  const MedianInterval& interval = rule.interval();
  finished.step_time_ns = interval.median;
  finished.step_time_low_ns = interval.low;
  finished.step_time_high_ns = interval.high;
  finished.samples = interval.count;
  finished.forward_ns = medianOf(samples, [](const StepTimes& t) { return t.forward_ns; });
  finished.backward_ns = medianOf(samples, [](const StepTimes& t) { return t.backward_ns; });
  finished.recompute_ns = medianOf(samples, [](const StepTimes& t) { return t.recompute_ns; });
  finished.optimizer_ns = medianOf(samples, [](const StepTimes& t) { return t.optimizer_ns; });
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    blocks[b].forward_ns = medianOf(samples, [b](const StepTimes& t) { return t.blocks[b].forward_ns; });
    blocks[b].recompute_ns = medianOf(samples, [b](const StepTimes& t) { return t.blocks[b].recompute_ns; });
    blocks[b].backward_ns = medianOf(samples, [b](const StepTimes& t) { return t.blocks[b].backward_ns; });
  }
}

}  // namespace remat
