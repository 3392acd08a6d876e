// What this worker runs on.
#pragma once

#include "profiler/core/records.h"
#include "profiler/measure/measured_device.h"

namespace remat {

/// The first record of a worker.
[[nodiscard]] Hello describeMachine(const AutomaticDevice& automatic);

}  // namespace remat
