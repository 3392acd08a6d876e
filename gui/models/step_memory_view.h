// What the step memory chart shows: live bytes through one step as stacked bands, by kind or by block, the phases of
// the step, where it replays, its peak, and the kernels of a traced step where there is one. A pure function of a
// point.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "profiler/report/tables.h"

namespace remat {

enum class StepBands : std::uint8_t { by_kind, by_block };

struct StepBand {
  QString name{};
  std::optional<Category> category{};   ///< by kind
  std::optional<double> depth_ratio{};  ///< by block: 0 the first, 1 the last; absent with no category: everything else
  std::vector<std::int64_t> bytes{};    ///< one per StepMemoryView::time_ns
  bool operator==(const StepBand&) const = default;
};

/// From begin to end in one phase, and in one block if `block` is not -1.
struct StepSpan {
  Phase phase = Phase::forward;
  int block = -1;  ///< index in the graph
  std::int64_t begin_ns = 0, end_ns = 0;
  bool operator==(const StepSpan&) const = default;
};

/// One row of the kernel lane: what ran on the device for one phase. Times are those of the traced step.
struct KernelRow {
  QString name{};
  std::optional<Phase> phase{};  ///< absent: not attributed; or copies, if is_copy
  bool is_copy = false;
  std::vector<std::int64_t> begin_ns{}, end_ns{};
  std::vector<std::int32_t> block{}, kernel{};  ///< kernel: in StepKernels::names
  bool operator==(const KernelRow&) const = default;
};

struct StepKernels {
  std::vector<QString> names{};
  std::vector<KernelRow> rows{};
  std::int64_t step_ns = 0;  ///< the traced step's own length
  /// The same moment in both steps: the n-th of one is the n-th of the other. Ascending.
  std::vector<std::int64_t> memory_anchor_ns{}, kernel_anchor_ns{};
  bool operator==(const StepKernels&) const = default;
};

struct StepMemoryView {
  QString key{};
  std::string policy{};
  QString finding{};
  QString missing{};  ///< why there is nothing to show, and what to do; empty: there is
  StepBands bands_by = StepBands::by_kind;
  std::vector<std::int64_t> time_ns{};  ///< ascending; bytes hold from here to the next
  std::vector<StepBand> bands{};        ///< from the bottom up
  std::vector<std::int64_t> total_bytes{};
  std::int64_t step_ns = 0;        ///< of the memory pass
  std::vector<StepSpan> phases{};  ///< forward, backward with its replays, optimizer
  std::vector<StepSpan> replays{};
  std::vector<StepSpan> blocks{};
  std::optional<std::size_t> peak{};  ///< in time_ns
  QString peak_text{};                ///< where the peak is
  std::int64_t before_step_bytes = 0;
  std::optional<std::int64_t> memory_line_bytes{};
  std::optional<StepKernels> kernels{};
  bool operator==(const StepMemoryView&) const = default;

  [[nodiscard]] bool empty() const { return time_ns.empty(); }
  /// One row per event with what every band holds.
  [[nodiscard]] ResultTable table() const;
};

/// `point` may be null: nothing is selected.
[[nodiscard]] StepMemoryView stepMemoryView(const PointResult* point, StepBands bands_by,
                                            std::optional<std::int64_t> memory_line_bytes);

}  // namespace remat
