// Timelines of points as Chrome trace JSON, which ui.perfetto.dev and chrome://tracing open. Format: "Trace Event
// Format" of the Chromium project; times in microseconds.
//
// A point has up to two processes in it, because they are two different steps: its traced step (kernels by stream, and
// where the training thread was meanwhile) and its memory step (live bytes by category, phases and blocks).
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "profiler/core/run.h"

namespace remat {

[[nodiscard]] bool hasTimeline(const PointResult& point);

/// Hands the text over piece by piece, about a megabyte each: a trace may have millions of events. The result is the
/// same for the same points.
void writeChromeTrace(const std::vector<const PointResult*>& points, const std::function<void(std::string_view)>& sink);

}  // namespace remat
