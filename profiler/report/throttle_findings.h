// What is said of times that were taken while something slowed the device down. Used by findings.cpp only.
#pragma once

#include <vector>

#include "profiler/report/findings.h"

namespace remat {

void addThrottleFinding(const Run& run, const PointGroup& group, std::vector<Finding>& findings);

}  // namespace remat
