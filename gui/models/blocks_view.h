// What the blocks chart shows: a map of policies x blocks with what each keeps, replays and moves to host memory, and,
// for one point, peak memory and time of each block. A pure function of a run, without widgets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "gui/models/policy_style.h"
#include "profiler/report/tables.h"

namespace remat {

/// Parts of what the block keeps under the policy that keeps most of it; they add up to 1 at most.
struct BlockCell {
  bool measured = false;
  double saved_ratio = 0.0;
  double recomputed_ratio = 0.0;
  double offloaded_ratio = 0.0;
  bool offloads = false;  ///< however small the share is
  std::int64_t retained_bytes = 0;
  std::int64_t recomputed_ops = 0;
  bool operator==(const BlockCell&) const = default;
};

struct BlockRow {
  QString key{};
  std::string policy{};
  PolicyStyle style{};
  std::vector<BlockCell> cells{};  ///< one per block; empty: the point has no blocks
  bool operator==(const BlockRow&) const = default;
};

/// One block of the selected point.
struct BlockBar {
  std::int64_t peak_bytes = 0;  ///< most that was alive while it ran
  /// What was alive at that moment, by category, if the allocation timeline tells; adds up to peak_bytes.
  std::optional<std::array<std::int64_t, kCategories>> split_bytes{};
  std::optional<std::int64_t> forward_ns{}, recompute_ns{}, backward_ns{};
  std::int64_t retained_bytes = 0;
  bool operator==(const BlockBar&) const = default;
};

struct BlocksView {
  QString finding{};
  QStringList block_names{};  ///< "layer 3"
  QStringList short_names{};  ///< "3", "emb.", "head"
  std::vector<BlockRow> rows{};
  std::optional<std::size_t> selected{};  ///< in `rows`; absent: no bars
  std::vector<BlockBar> bars{};           ///< of the selected row, one per block
  std::int64_t before_step_bytes = 0;     ///< constant part of its peaks
  std::int64_t step_peak_bytes = 0;
  std::optional<std::int64_t> memory_line_bytes{};
  bool operator==(const BlocksView&) const = default;

  /// One row per policy and block.
  [[nodiscard]] ResultTable table() const;
};

/// `selected`: key of a point of the group; else the first one with blocks.
[[nodiscard]] BlocksView blocksView(const Run& run, const PointGroup& group, const QString& selected,
                                    std::optional<std::int64_t> memory_line_bytes);

/// What a column is called: "3" of "layer 3"; "emb." of "embedding".
[[nodiscard]] QString shortBlockName(const QString& name);

/// What pointing at a cell or bar says.
[[nodiscard]] QString blockTip(const BlocksView& view, std::size_t row, std::size_t block);

/// The blocks whose name contains `text`, without regard to case: for search.
[[nodiscard]] std::vector<int> findBlocks(const PointResult& point, const QString& text);

}  // namespace remat
