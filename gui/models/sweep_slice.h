// The points of a run that differ from a group in one axis: batch size or number of layers, by policy. What grids and
// curves start from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gui/models/policy_style.h"
#include "profiler/core/run.h"
#include "profiler/report/sweep_axis.h"

namespace remat {

struct SliceRow {
  std::string policy{};
  PolicyStyle style{};
  std::vector<std::optional<std::size_t>> points{};  ///< in Run::points, one per value; absent: was not tried
  bool operator==(const SliceRow&) const = default;
};

struct SweepSlice {
  SweepAxis axis = SweepAxis::batch;
  std::vector<std::int64_t> values{};  ///< ascending
  std::vector<SliceRow> rows{};        ///< in the order of the run
  bool operator==(const SweepSlice&) const = default;
};

/// Everything but policy and the axis is as in the first point of the group.
[[nodiscard]] SweepSlice sweepSlice(const Run& run, const PointGroup& group, SweepAxis axis);

/// Of a completed point; absent if it was not timed.
[[nodiscard]] std::optional<double> tokensPerSecond(const PointResult& point);

}  // namespace remat
