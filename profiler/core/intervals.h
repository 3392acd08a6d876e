// Arithmetic of time intervals: how long at least one of several things went on, and how long two kinds of them at
// once.
#pragma once

#include <cstdint>
#include <vector>

namespace remat {

struct Interval {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  bool operator==(const Interval&) const = default;
};

/// What any of the intervals covers: in order, disjoint, none of them empty.
[[nodiscard]] std::vector<Interval> merged(std::vector<Interval> intervals);
/// Of merged intervals.
[[nodiscard]] std::int64_t lengthOf(const std::vector<Interval>& intervals);
/// Time that both cover; both are merged.
[[nodiscard]] std::int64_t overlapOf(const std::vector<Interval>& a, const std::vector<Interval>& b);

}  // namespace remat
