// Live bytes of each category along an AllocationTimeline.
#pragma once

#include <array>
#include <cstdint>

#include "profiler/core/run.h"

namespace remat {

using BytesByCategory = std::array<std::int64_t, kCategories>;

struct LiveBytesStart {
  BytesByCategory bytes{};       ///< alive before the first event, as far as their categories are known
  std::int64_t other_bytes = 0;  ///< the rest of AllocationTimeline::start_bytes
};

/// A timeline says how much was alive before its first event, but not of what. If the point's split of the peak is
/// there, it is carried back from the instant of the peak; else only what the timeline sees released is known.
[[nodiscard]] LiveBytesStart liveBytesAtStart(const PointResult& point);

}  // namespace remat
