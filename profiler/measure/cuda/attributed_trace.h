// One traced step, attributed: with few records at first, and once more with the records of all calls if too much of
// the kernel time has no place then.
#pragma once

#include <functional>

#include "profiler/core/attribution.h"
#include "profiler/measure/cuda/cupti_session.h"

namespace remat {

struct StepTracer {
  /// CuptiSession::open, but in tests.
  std::function<OpenedCupti(const CuptiOptions& options)> open;
  /// Runs a step between begin() and end() of the session. What it throws is passed on.
  std::function<ActivityLog(CuptiSession& session)> trace;
};

/// The better of the two traces if there are two, with a note that says so. `step`: everything but the log. What cannot
/// be traced is unavailable, with the reason.
[[nodiscard]] AttributedStep traceAttributed(const StepTracer& tracer, const TracedStep& step);

}  // namespace remat
