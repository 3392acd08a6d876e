// The quantities in which two points can be compared, as a table of functions, and the rows they give. For
// comparison_view.cpp, run_comparison.cpp and run_overlay.cpp only.
#pragma once

#include <vector>

#include "gui/models/comparison_view.h"
#include "profiler/core/run.h"

namespace remat {

/// All that at least one of the points has.
[[nodiscard]] std::vector<ComparisonRow> comparedQuantities(const PointResult& a, const PointResult& b);
/// Step time and peak; either point may be null: the other run has it not.
[[nodiscard]] std::vector<ComparisonRow> comparedResults(const PointResult* a, const PointResult* b);

/// "step time: better in 2, worse in 1, worse in 3 (B ran out of memory)": of all points that both runs have; empty if
/// they have none in common. `title`: of the rows that count.
[[nodiscard]] QString verdictCounts(const std::vector<ComparisonRow>& rows, const QString& title);

/// Its gradients were compared with those of store_all, and differ.
[[nodiscard]] bool trainsOtherwise(const PointResult& point);
/// It was timed, but too few times for an interval.
[[nodiscard]] bool hasTooFewSamples(const PointResult& point);
/// `who`: "A", "full in B".
[[nodiscard]] QString otherTrainingText(const QString& who);

/// "110.0 MiB", "no cap".
[[nodiscard]] QString capText(const PointResult& point);
[[nodiscard]] QString otherCapsText(const QString& caps_of_a, const QString& caps_of_b);

/// How a point and a run are called in titles.
[[nodiscard]] QString policyText(const PointResult& point);
[[nodiscard]] QString fileText(const Run& run);

}  // namespace remat
