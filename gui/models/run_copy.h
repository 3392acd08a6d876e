// A run as a new file: a copy of the file that it was read from, or, if that is gone, of what was read.
#pragma once

#include <string>

#include <QString>

#include "profiler/core/run.h"

namespace remat {

/// The records of a run as a run file; parseRun() of it gives the same run, without what had been damaged.
[[nodiscard]] std::string runFileText(const Run& run);
/// `source`: the run's own file, may be gone. Throws Error(failed) if `path` cannot be written; then what was there
/// before still is.
void saveRunCopy(const Run& run, const QString& source, const QString& path);

}  // namespace remat
