// What memory costs in time between two points that were measured: the exchange rate of a policy. Never between a point
// and one that was not run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "profiler/report/findings.h"

namespace remat {

struct Exchange {
  std::size_t from = 0, to = 0;  ///< in Run::points
  std::int64_t bytes = 0;        ///< peak of `to` beyond that of `from`: < 0 is saved
  std::int64_t time_ns = 0;      ///< step time of `to` beyond that of `from`, by the medians
  std::int64_t low_time_ns = 0;  ///< ... least and most that both 95% intervals allow
  std::int64_t high_time_ns = 0;
  bool enough_samples = false;  ///< of both: else nothing is said about the times
  /// Time per GiB that is saved (or, with more memory, that time is won for); absent unless the two are told apart in
  /// time and memory and one is paid for with the other.
  std::optional<std::int64_t> ns_per_gib{};
  bool operator==(const Exchange&) const = default;

  /// Both intervals leave the same sign.
  [[nodiscard]] bool timesDiffer() const { return enough_samples && (low_time_ns > 0 || high_time_ns < 0); }
};

/// Absent if either point has no step time or no peak.
[[nodiscard]] std::optional<Exchange> exchangeBetween(const Run& run, std::size_t from, std::size_t to);

/// From a point to its neighbours on the frontier of its group: the next smaller point, then the next faster one; for a
/// dominated point, the one that dominates it. Last, if it is none of these, the group's store_all.
[[nodiscard]] std::vector<Exchange> exchangesOf(const Run& run, const PointGroup& group, std::size_t point);

}  // namespace remat
