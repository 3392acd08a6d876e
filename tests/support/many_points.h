// A run of as many points as one likes, for tests of what long runs cost: made-up but consistent numbers.
#pragma once

#include <cstddef>

#include "profiler/core/run.h"

namespace remat {

/// Groups of ten policies over batch sizes, each point with few samples and one block; every seventh group has points
/// that ran out of memory.
[[nodiscard]] Run manyPoints(std::size_t points);

}  // namespace remat
