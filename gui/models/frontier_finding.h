// The sentence above the frontier chart. For frontier_view.cpp only.
#pragma once

#include <vector>

#include "gui/models/frontier_view.h"
#include "profiler/core/run.h"

namespace remat {

/// `points`: one for each mark of the view. Says that one is faster than another only where their intervals do.
[[nodiscard]] QString frontierFinding(const FrontierView& view, const std::vector<const PointResult*>& points);

}  // namespace remat
