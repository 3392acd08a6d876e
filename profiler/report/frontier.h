// Step time against peak memory: which points of a group are worth choosing from, and how far two step times differ.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "profiler/core/run.h"

namespace remat {

/// Where a point of a group stands in time and peak, by the medians.
struct Standing {
  std::size_t point = 0;                    ///< in Run::points
  std::optional<std::size_t> dominated_by;  ///< a point of the frontier that is no slower and no larger; absent: on it
  bool operator==(const Standing&) const = default;
};

/// Completed points of the group with time and peak, fastest first.
[[nodiscard]] std::vector<Standing> frontier(const Run& run, const PointGroup& group);

/// A difference between two points with the range in which both intervals leave it.
struct TimeDifference {
  double ratio = 0.0;
  double low_ratio = 0.0;
  double high_ratio = 0.0;
  bool is_known =
      false;  ///< both medians have a 95% interval; if not, the range is that of the samples and says little

  /// Longer or shorter beyond doubt, as far as 95% intervals go.
  [[nodiscard]] bool canBeTold() const { return is_known && (low_ratio > 0.0 || high_ratio < 0.0); }
};

/// Whether a point has enough samples for a 95% interval of its step time.
[[nodiscard]] bool hasInterval(const PointResult& point);

/// Step time of `point` beyond that of `baseline`; absent if either was not timed.
[[nodiscard]] std::optional<TimeDifference> timeDifference(const PointResult& point, const PointResult& baseline);

}  // namespace remat
