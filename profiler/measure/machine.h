// What this worker runs on.
#pragma once

#include <string>

#include "profiler/core/records.h"

namespace remat {

/// The first record of a worker. `device`: "cpu" (others: Error, they are not available yet).
[[nodiscard]] Hello describeMachine(const std::string& device);

}  // namespace remat
