// The kernel lane of a step: what ran on the device in the traced step, by phase, and how its time goes with the time
// of the memory pass. Used by step_memory_view.cpp only.
#pragma once

#include <optional>

#include "gui/models/step_memory_view.h"
#include "profiler/core/run.h"

namespace remat {

/// Absent if the point has no kernels. `view` has its spans.
[[nodiscard]] std::optional<StepKernels> stepKernels(const StepMemoryView& view, const PointResult& point);

}  // namespace remat
