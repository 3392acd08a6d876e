#include "profiler/report/live_bytes.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace remat {
namespace {

std::size_t categoryOf(const AllocationTimeline& timeline, std::size_t event) {
  return static_cast<std::size_t>(timeline.category[event]);
}

/// What changed from the first event to the peak, by category.
BytesByCategory changeToPeak(const AllocationTimeline& timeline) {
  BytesByCategory change{};
  BytesByCategory at_peak{};
  std::int64_t live_bytes = 0;
  std::int64_t peak_bytes = 0;
  for (std::size_t i = 0; i < timeline.bytes.size(); ++i) {
    change[categoryOf(timeline, i)] += timeline.bytes[i];
    live_bytes += timeline.bytes[i];
    if (live_bytes <= peak_bytes) continue;
    peak_bytes = live_bytes;
    at_peak = change;
  }
  return at_peak;
}

std::optional<BytesByCategory> carriedBack(const AllocationTimeline& timeline, const Memory& memory) {
  BytesByCategory start{};
  for (const CategoryBytes& part : memory.peak_split) start[static_cast<std::size_t>(part.category)] += part.bytes;
  const BytesByCategory change = changeToPeak(timeline);
  std::int64_t sum_bytes = 0;
  for (std::size_t i = 0; i < kCategories; ++i) {
    start[i] -= change[i];
    sum_bytes += start[i];
    if (start[i] < 0) return std::nullopt;
  }
  if (sum_bytes != timeline.start_bytes) return std::nullopt;
  return start;
}

/// The least that must have been there for no category to fall below zero.
BytesByCategory leastNeeded(const AllocationTimeline& timeline) {
  BytesByCategory live{};
  BytesByCategory needed{};
  for (std::size_t i = 0; i < timeline.bytes.size(); ++i) {
    const std::size_t category = categoryOf(timeline, i);
    live[category] += timeline.bytes[i];
    needed[category] = std::max(needed[category], -live[category]);
  }
  return needed;
}

}  // namespace

LiveBytesStart liveBytesAtStart(const PointResult& point) {
  const AllocationTimeline& timeline = *point.timeline;
  if (point.memory) {
    if (const auto start = carriedBack(timeline, *point.memory)) return {*start, 0};
  }
  LiveBytesStart least{leastNeeded(timeline), timeline.start_bytes};
  for (const std::int64_t bytes : least.bytes) least.other_bytes -= bytes;
  return least;
}

}  // namespace remat
