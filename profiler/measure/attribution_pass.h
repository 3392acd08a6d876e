// The attribution pass: one traced step, every kernel with the place in the step that launched it, and a second one if
// the first could not place enough of them. On GPUs only, after the timing pass, since tracing slows steps down.
#pragma once

#include <cstdint>
#include <optional>

#include "profiler/core/attribution.h"
#include "profiler/measure/measured_model.h"

namespace remat {

/// `timed_step_ns`: median of the timing pass, for the pass's own cost. What cannot be traced is unavailable, with the
/// reason; nothing is thrown for it. What the step itself throws is passed on.
[[nodiscard]] AttributedStep traceStep(MeasuredPolicy& policy, std::optional<std::int64_t> timed_step_ns);

}  // namespace remat
