// Measures the points of one request: a memory pass for each (exact bytes, gradient check), then timing of all of them
// in turn. The passes never mix. What happens is told to a sink as records, as it happens.
#pragma once

#include <functional>

#include "profiler/core/records.h"
#include "profiler/core/requests.h"
#include "profiler/measure/measured_device.h"

namespace remat {

using RecordSink = std::function<void(const Record&)>;

enum class GroupOutcome : std::uint8_t {
  finished,       ///< every point has its PointFinished
  replace_worker  ///< a point ran out of memory: the rest belongs to a fresh process
};

/// `device`: the one to measure on, for tests of what devices tell; nullptr: the one that the points name.
[[nodiscard]] GroupOutcome measureGroup(const MeasureRequest& request, const RecordSink& sink,
                                        MeasuredDevice* device = nullptr);

}  // namespace remat
