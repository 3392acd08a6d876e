// Points of a run that differ from a group of points in one size, batch or number of layers: what charts along that
// size show, and how they are called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/core/run.h"

namespace remat {

enum class SweepAxis : std::uint8_t { batch, layers };

[[nodiscard]] std::int64_t axisValue(const PointSpec& spec, SweepAxis axis);

/// Indices in Run::points: everything but policy and the size along the axis is as in the first point of the group.
[[nodiscard]] std::vector<std::size_t> pointsAlong(const Run& run, const PointGroup& group, SweepAxis axis);

/// Of the groups that show the same along the axis because they differ in nothing else: the first, if there are others.
/// Indices in `groups`, which are all of the run.
[[nodiscard]] std::vector<std::size_t> groupsToShowAlong(const Run& run, const std::vector<PointGroup>& groups,
                                                         SweepAxis axis);

/// groupTitle() of all of them: "gpt2, 12 layers, batch 1 to 8 x 128 tokens, float32, adamw, cpu". Empty for an empty
/// group.
[[nodiscard]] std::string titleAlong(const Run& run, const PointGroup& group, SweepAxis axis);

/// Of a chart by the name of its file, "batch-grid"; absent: it shows one group.
[[nodiscard]] std::optional<SweepAxis> axisOfChart(std::string_view chart);

}  // namespace remat
