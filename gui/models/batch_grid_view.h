// What the grid shows: batch (or number of layers) x policy, each cell a peak, a step time or a throughput, and the
// largest that fitted in each row. A pure function of a run.
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

enum class GridMetric : std::uint8_t { peak, step_time, throughput };

struct GridCell {
  enum class State : std::uint8_t { not_tried, measured, predicted, out_of_memory, unknown };
  State state = State::not_tried;
  QString key{};
  std::optional<std::int64_t> peak_bytes{}, step_time_ns{};
  std::optional<double> tokens_per_second{};
  bool beyond_line = false;  ///< measured, but larger than the memory line
  bool largest = false;      ///< the largest value of the row that fits
  QString tip{};
  bool operator==(const GridCell&) const = default;

  /// In bytes, ns or tokens per second.
  [[nodiscard]] std::optional<double> value(GridMetric metric) const;
};

struct GridRow {
  std::string policy{};
  PolicyStyle style{};
  std::vector<GridCell> cells{};
  bool operator==(const GridRow&) const = default;
};

struct BatchGridView {
  QString finding{};
  SweepAxis axis = SweepAxis::batch;
  GridMetric metric = GridMetric::peak;
  std::vector<std::int64_t> values{};
  std::vector<GridRow> rows{};
  std::optional<std::int64_t> memory_line_bytes{};
  bool operator==(const BatchGridView&) const = default;

  [[nodiscard]] bool empty() const { return rows.empty(); }
  /// One row per policy and value that was tried.
  [[nodiscard]] ResultTable table() const;
  /// Whether anything ended a row: memory that ran out, or a memory line. Else the largest is only what was measured.
  [[nodiscard]] bool isBounded() const;
};

[[nodiscard]] BatchGridView batchGridView(const Run& run, const PointGroup& group, SweepAxis axis, GridMetric metric,
                                          std::optional<std::int64_t> memory_line_bytes);

}  // namespace remat
