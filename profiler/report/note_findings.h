// What points of a group note about themselves, each sentence once.
#pragma once

#include <vector>

#include "profiler/report/findings.h"

namespace remat {

/// `points`: completed ones.
void addNoteFindings(const std::vector<const PointResult*>& points, std::vector<Finding>& findings);

}  // namespace remat
