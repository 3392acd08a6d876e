// What is known so far of a point that is being measured, and the records that are made of it at the end.
#pragma once

#include <memory>
#include <vector>

#include "engine/exec/step_clock.h"
#include "engine/exec/transfer_stream.h"
#include "profiler/core/records.h"
#include "profiler/core/sampling.h"
#include "profiler/measure/measured_model.h"
#include "profiler/measure/timed_conditions.h"

namespace remat {

struct PointInProgress {
  std::unique_ptr<MeasuredPolicy> measured;
  PointStarted started;
  PointFinished finished{};
  SamplingRule rule;
  std::vector<StepTimes> samples{};
  std::vector<TransferTimes> transfers{};
  std::vector<BlockResult> blocks{};
  TimedConditions conditions{};

  /// Fills in medians over the samples: of the step, of its parts, of its blocks.
  void summarizeTimes();
};

}  // namespace remat
