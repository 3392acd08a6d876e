// What the attribution pass says about a group of points. Used by findings.cpp only.
#pragma once

#include <vector>

#include "profiler/report/findings.h"

namespace remat {

/// Steps that tracing makes longer by more than this part are not quite the steps that were timed.
inline constexpr double kTracingCostRatio = 0.03;

void addAttributionFindings(const Run& run, const PointGroup& group, std::vector<Finding>& findings);

}  // namespace remat
