// Two points, or two runs, beside each other: a pure function of runs. A is what one starts from, B what it is compared
// with; differences are B beyond A. The words same, better, worse and cannot tell rest on intervals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "gui/models/step_memory_view.h"
#include "profiler/report/tables.h"
#include "profiler/report/verdict.h"

namespace remat {

/// A number with its 95% interval; bytes have none (low and high are the value).
struct ComparedValue {
  std::int64_t value = 0, low = 0, high = 0;
  bool operator==(const ComparedValue&) const = default;
};

/// One mark with its interval, on an axis of ratios: B beyond A.
struct ComparisonRow {
  QString heading;                     ///< of runs: the point, "cheap, batch 8"; of points: empty
  QString title;                       ///< "step time", "peak"
  std::string policy_a{}, policy_b{};  ///< for shape and colour
  QString key_a, key_b;                ///< of the points; empty: this run has no such point
  ColumnUnit unit = ColumnUnit::ns;
  std::optional<ComparedValue> a, b;                   ///< absent: not measured
  std::optional<double> ratio, low_ratio, high_ratio;  ///< 0.25: B is 25% more
  bool less_is_better = true;
  Verdict verdict = Verdict::cannot_tell;
  QString reason;  ///< why it cannot be told: "the intervals overlap", "only A has it"; else empty
  bool operator==(const ComparisonRow&) const = default;
};

/// What one point measured of a block.
struct BlockSide {
  std::optional<std::int64_t> forward_ns, recompute_ns, backward_ns;  ///< backward without the replays
  std::int64_t retained_bytes = 0, peak_bytes = 0;
  bool operator==(const BlockSide&) const = default;

  /// The three together; absent: not timed.
  [[nodiscard]] std::optional<std::int64_t> time_ns() const;
};

struct ComparedBlock {
  QString name, short_name;
  BlockSide a, b;
  bool operator==(const ComparedBlock&) const = default;

  [[nodiscard]] bool timed() const { return a.time_ns() && b.time_ns(); }
};

/// Where the difference of two step times comes from; the causes add up to it.
struct TimeCause {
  QString title;  ///< "forward", "recompute", "backward", "optimizer", "transfer", "other"
  std::int64_t a_ns = 0, b_ns = 0;
  /// A or B waited for copies, of which only the sum is measured: how much of it was in forward and how much in
  /// backward follows from the copies each way.
  bool is_estimated = false;
  Verdict verdict = Verdict::cannot_tell;  ///< of the row of the same quantity; without one it cannot be told
  bool operator==(const TimeCause&) const = default;

  [[nodiscard]] std::int64_t difference_ns() const { return b_ns - a_ns; }
};

/// Live bytes through one step, one entry per event; empty: no timeline. A step line: bytes[i] holds from time_ns[i] to
/// the next.
struct LiveBytesLine {
  std::vector<std::int64_t> time_ns, bytes;
  std::vector<StepSpan> blocks;     ///< when each block ran
  std::optional<std::size_t> peak;  ///< in time_ns
  bool operator==(const LiveBytesLine&) const = default;

  /// At a moment; absent before the first event and after the last.
  [[nodiscard]] std::optional<std::int64_t> bytesAt(double time) const;
  /// The step has ended before this moment.
  [[nodiscard]] bool endedBefore(double time) const;
};

struct ComparisonView {
  QString a_title, b_title;       ///< policies or names of run files; both empty: nothing to compare
  QString finding;                ///< one sentence
  std::vector<QString> cautions;  ///< other machine, other workload, too few samples
  std::vector<ComparisonRow> rows;
  std::vector<ComparedBlock> blocks;  ///< two points only, in the order of the graph; empty if their blocks differ
  std::vector<TimeCause> causes;      ///< two points only
  LiveBytesLine a_memory, b_memory;   ///< two points only
  bool operator==(const ComparisonView&) const = default;

  [[nodiscard]] bool empty() const { return rows.empty(); }
  /// For the table twin and CSV: one row per quantity, then per cause of the step time, then per block and quantity.
  [[nodiscard]] ResultTable table() const;
};

/// Points by key, which may be of different runs. Missing points give an empty view whose finding says so.
[[nodiscard]] ComparisonView comparePoints(const Run& run_a, const QString& key_a, const Run& run_b,
                                           const QString& key_b);
/// All points that both runs have (same model, setup and policy; the machine may differ), and what only one has.
[[nodiscard]] ComparisonView compareRuns(const Run& run_a, const Run& run_b);

/// "400.0 ms", and the interval where there is one: "400.0 ms (398.0 ms to 402.0 ms)".
[[nodiscard]] QString comparedValueText(const std::optional<ComparedValue>& value, ColumnUnit unit);
/// What pointing at a row, a cause, a block or a moment of the steps says.
[[nodiscard]] QString comparedRowTip(const ComparisonRow& row);
[[nodiscard]] QString causeTip(const ComparisonView& view, const TimeCause& cause);
[[nodiscard]] QString comparedBlockTip(const ComparisonView& view, std::size_t block);
[[nodiscard]] QString momentTip(const ComparisonView& view, double time_ns);

/// "same", "better", "worse", "cannot tell".
[[nodiscard]] QString verdictText(Verdict verdict);
/// An arrow beside the word, so that the direction of B is seen: "=", "▼", "▲", "?". Down is less. Without two
/// numbers "✓" or "✕": B has what A could not run, or the other way round.
[[nodiscard]] QString differenceMark(const ComparisonRow& row);

}  // namespace remat
