// What two measurements allow to say about each other: same, better, worse, or that they cannot be told apart. Rests on
// the intervals of the medians, never on the medians alone.
#pragma once

#include <cstdint>
#include <optional>

#include "profiler/report/findings.h"

namespace remat {

enum class Verdict : std::uint8_t { same, better, worse, cannot_tell };

/// Times whose whole range of differences is within this part count as equal.
inline constexpr double kEqualTimeRatio = 0.01;

/// less_is_better: of times and bytes; false: of tokens per second.
/// same: the whole range is within `equal_ratio`. better, worse: the range leaves out zero. Else it cannot be told.
[[nodiscard]] Verdict verdictOf(const TimeDifference& difference, double equal_ratio, bool less_is_better = true);

/// Of step times. Cannot be told where one of them was not timed or has too few samples for a 95% interval.
[[nodiscard]] Verdict timeVerdict(const PointResult& point, const PointResult& baseline);
/// Of peaks, which have no noise: same if they differ by no more than kEqualPeakRatio.
[[nodiscard]] Verdict bytesVerdict(std::int64_t now, std::int64_t before);

}  // namespace remat
