// What the depth chart shows: peak memory against number of layers (or batch), one small picture per policy, with the
// memory line. A pure function of a run.
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

struct DepthPoint {
  QString key{};
  std::int64_t value = 0;  ///< on the axis
  std::int64_t peak_bytes = 0;
  bool predicted = false;  ///< hollow; a later step
  QString tip{};
  bool operator==(const DepthPoint&) const = default;
};

struct DepthCurve {
  std::string policy{};
  PolicyStyle style{};
  std::vector<DepthPoint> points{};           ///< ascending
  std::vector<std::int64_t> out_of_memory{};  ///< values that ran out
  std::optional<std::int64_t> largest_fit{};  ///< largest measured value under the line
  QString fit_text{};                         ///< "fitted to 24 layers"
  bool operator==(const DepthCurve&) const = default;
};

struct DepthView {
  QString finding{};
  SweepAxis axis = SweepAxis::layers;
  std::vector<DepthCurve> curves{};
  std::optional<std::int64_t> memory_line_bytes{};
  bool operator==(const DepthView&) const = default;

  [[nodiscard]] bool empty() const { return curves.empty(); }
  [[nodiscard]] ResultTable table() const;
};

[[nodiscard]] DepthView depthView(const Run& run, const PointGroup& group, SweepAxis axis,
                                  std::optional<std::int64_t> memory_line_bytes);

}  // namespace remat
