// What is said of policies that keep activations in host memory. Used by findings.cpp only.
#pragma once

#include <vector>

#include "profiler/report/findings.h"

namespace remat {

/// A sentence for each of them: what was moved, how fast, what of it computing waited for, and what became of peak and
/// step time against `full`, which replays instead of copying.
void addTransferFindings(const Run& run, const PointGroup& group, std::vector<Finding>& findings);

}  // namespace remat
