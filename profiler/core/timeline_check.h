// Whether the parallel lists of a timeline fit together, so that whoever reads one may index a list with the size of
// another. For .cpp files of profiler/core only.
#pragma once

#include <string>

#include "profiler/core/records.h"

namespace remat {

/// Empty, or which list is at fault and why. Empty for records that are no timelines.
[[nodiscard]] std::string timelineProblem(const Record& record);

}  // namespace remat
