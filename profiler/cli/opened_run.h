// A run file as commands open it: whatever of it cannot be used is told at once, on standard error.
#pragma once

#include <string>

#include "profiler/core/run.h"

namespace remat {

/// Throws as loadRun does.
[[nodiscard]] Run openRun(const std::string& path);

}  // namespace remat
