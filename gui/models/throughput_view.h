// What the throughput chart shows: tokens per second against batch (or number of layers), one curve per policy. A pure
// function of a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "gui/models/policy_style.h"
#include "gui/models/sweep_slice.h"
#include "profiler/report/tables.h"

namespace remat {

struct ThroughputPoint {
  QString key{};
  std::int64_t value = 0;  ///< on the axis
  double tokens_per_second = 0.0;
  std::optional<double> low{}, high{};
  bool has_interval = false;  ///< false: too few samples for a 95% interval
  bool fits = true;           ///< under the memory line
  bool predicted = false;     ///< hollow; a later step
  QString tip{};
  bool operator==(const ThroughputPoint&) const = default;
};

struct ThroughputCurve {
  std::string policy{};
  PolicyStyle style{};
  std::vector<ThroughputPoint> points{};    ///< ascending
  std::optional<std::int64_t> failed_at{};  ///< smallest value that ran out of memory: where the curve ends
  bool operator==(const ThroughputCurve&) const = default;
};

struct ThroughputView {
  QString finding{};
  SweepAxis axis = SweepAxis::batch;
  std::vector<ThroughputCurve> curves{};
  std::optional<std::size_t> best_curve{}, best_point{};  ///< the fastest that fits
  bool operator==(const ThroughputView&) const = default;

  [[nodiscard]] bool empty() const { return curves.empty(); }
  [[nodiscard]] ResultTable table() const;
};

[[nodiscard]] ThroughputView throughputView(const Run& run, const PointGroup& group, SweepAxis axis,
                                            std::optional<std::int64_t> memory_line_bytes);

}  // namespace remat
