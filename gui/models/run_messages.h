// The sentence that a run as a whole deserves above the pages: what is wrong or missing, and what to do about it.
#pragma once

#include <QString>

#include "gui/models/run_reader.h"
#include "profiler/core/run.h"

namespace remat {

/// Empty if all is well. growing: somebody is still writing the file, so a line without end is no damage.
[[nodiscard]] QString runMessage(const Run& run, bool growing);
/// For a file that is gone or was replaced; `otherwise` if it is there again.
[[nodiscard]] QString lostMessage(FileChange change, const QString& path, const QString& otherwise);
/// Whether a point without an outcome will still get one. `measuring`: somebody is writing the run file; only the
/// latest session can be meant.
[[nodiscard]] bool isBeingMeasured(const Run& run, const PointResult& point, bool measuring);
/// For the status bar: "Points: 9 measured, 2 out of memory, 1 not finished; on AMD EPYC 7763".
/// `quiet`: somebody was writing the file, and may still be.
[[nodiscard]] QString runStatus(const Run& run, bool measuring = false, bool quiet = false);

}  // namespace remat
