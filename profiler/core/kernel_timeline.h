// The KernelTimeline of a traced step. For .cpp files of profiler/core only.
#pragma once

#include "profiler/core/activity_scopes.h"
#include "profiler/core/attribution.h"

namespace remat {

[[nodiscard]] KernelTimeline kernelTimeline(const TracedStep& traced, const ActivityScopes& scopes);

}  // namespace remat
