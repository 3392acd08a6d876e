// What a run says, in sentences: computed from its numbers, claiming nothing that does not follow from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/core/run.h"

namespace remat {

struct Finding {
  enum class Kind : std::uint8_t {
    result,     ///< what checkpointing cost and saved
    choice,     ///< fastest, smallest, frontier, dominated
    no_effect,  ///< why a policy saved nothing, and what would help
    peak,       ///< what sets the peak
    failure,    ///< points that ran out of memory or failed
    claim,      ///< common claims beside what was measured
    caution     ///< noise, gradients that differ, damaged lines
  };
  Kind kind = Kind::result;
  std::string text;
  bool operator==(const Finding&) const = default;
};

/// About points that differ in policy only.
struct GroupFindings {
  std::string title;
  PointGroup group;
  std::vector<Finding> findings;
};

[[nodiscard]] std::vector<GroupFindings> groupFindings(const Run& run);
[[nodiscard]] GroupFindings findingsOf(const Run& run, PointGroup group);
/// About the whole run: damage, events, points of different machines.
[[nodiscard]] std::vector<Finding> runFindings(const Run& run);

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
};

/// Step time of `point` beyond that of `baseline`; absent if either was not timed.
[[nodiscard]] std::optional<TimeDifference> timeDifference(const PointResult& point, const PointResult& baseline);

/// Both groups of findings as plain text for the terminal, wrapped to `width` columns.
[[nodiscard]] std::string findingsText(const Run& run, std::size_t width = 100);

}  // namespace remat
