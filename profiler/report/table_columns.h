// Columns as functions of what a row is about. For .cpp files of profiler/report only; tables.h is for everybody.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "profiler/report/tables.h"

namespace remat {

/// What the cells of a row are computed from.
struct PointRow {
  const PointResult& point;
  const PointResult* baseline = nullptr;  ///< the group's store_all, or null
  const BlockResult* block = nullptr;     ///< null but in tables of blocks
  const OpTime* op = nullptr;             ///< null but in tables of ops
};

struct ComputedColumn {
  Column column;
  Cell (*cell)(const PointRow& row);
};

using ColumnLists = std::vector<std::reference_wrapper<const std::vector<ComputedColumn>>>;

template <typename T>
Cell cellOf(const std::optional<T>& value) {
  return value ? Cell(*value) : Cell();
}

/// How a step was run: what sweeps may vary beside sizes and policy.
[[nodiscard]] const std::vector<ComputedColumn>& toggleColumns();

/// Sums of a point's traced step.
[[nodiscard]] const std::vector<ComputedColumn>& attributionColumns();
/// One op in one phase.
[[nodiscard]] const std::vector<ComputedColumn>& opColumns();

/// What a point that offloads moved.
[[nodiscard]] const std::vector<ComputedColumn>& transferColumns();
/// What of a block is in host memory.
[[nodiscard]] const std::vector<ComputedColumn>& hostBlockColumns();

/// How the device was set, and what it did beside a point's steps.
[[nodiscard]] const std::vector<ComputedColumn>& deviceColumns();

}  // namespace remat
