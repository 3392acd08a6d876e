// What people say about activation checkpointing, beside what was measured. Used by findings.cpp only.
#pragma once

#include <vector>

#include "profiler/report/findings.h"

namespace remat {

/// Only claims about `full`, which is what they are about, and only what was measured.
void addClaimFindings(const PointResult& full, const PointResult& baseline, std::vector<Finding>& findings);

}  // namespace remat
