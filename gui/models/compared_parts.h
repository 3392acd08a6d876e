// The parts of two points in which their difference is seen: causes of time, blocks, live bytes. For
// comparison_view.cpp only.
#pragma once

#include <vector>

#include "gui/models/comparison_view.h"
#include "profiler/core/run.h"

namespace remat {

/// Empty if the points do not have the same blocks.
[[nodiscard]] std::vector<ComparedBlock> comparedBlocks(const PointResult& a, const PointResult& b);
/// Empty unless both are timed. Parts of the step time by their medians, whose sum is not quite the median of the sum:
/// hence "other".
[[nodiscard]] std::vector<TimeCause> timeCauses(const PointResult& a, const PointResult& b);
[[nodiscard]] LiveBytesLine liveBytesLine(const PointResult& point);
/// What explains the difference: the largest cause in its direction, if it makes at least half of it, and the largest
/// one against it where it makes more than the whole difference. Else empty. What is "other" explains nothing.
[[nodiscard]] std::vector<TimeCause> mainCauses(const std::vector<TimeCause>& causes);

}  // namespace remat
