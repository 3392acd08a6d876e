// What sets the peak, and why a policy that retains less may still not lower it.
#pragma once

#include <string>
#include <vector>

#include "profiler/report/findings.h"

namespace remat {

/// Peaks that differ by no more than this part count as equal.
inline constexpr double kEqualPeakRatio = 0.005;
/// A policy retains less than store_all if it drops at least this part.
inline constexpr double kDroppedRatio = 0.05;

/// Retains clearly less than the baseline, but has the same peak. Both are completed.
[[nodiscard]] bool hasNoEffect(const PointResult& point, const PointResult& baseline);

/// Where the peak is and what it stands on: what is always there, what a policy decides about, what is replayed. Empty
/// without a memory pass.
[[nodiscard]] std::string peakReason(const PointResult& point);
/// What would lower the peak besides a policy, as phrases: "a head that computes the loss in chunks". Each rests on
/// something that is alive at the peak.
[[nodiscard]] std::vector<std::string> peakRemedies(const PointResult& point);

/// One finding about the policies without effect, why, and what would help instead; none if there are none.
void addNoEffectFinding(const Run& run, const PointGroup& group, std::vector<Finding>& findings);
/// Where the peaks of store_all and full are, and what is alive then.
void addPeakFindings(const Run& run, const PointGroup& group, std::vector<Finding>& findings);

}  // namespace remat
