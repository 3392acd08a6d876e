// Columns of points that keep activations in host memory.

#include "profiler/report/table_columns.h"

namespace remat {
namespace {

template <typename T>
Cell transferCell(const PointRow& row, T Transfers::*field) {
  if (!row.point.transfers) return {};
  const T& value = (*row.point.transfers).*field;
  if constexpr (requires { value.has_value(); }) {
    return cellOf(value);
  } else {
    return Cell(value);
  }
}

/// Files before version 1.2 tell what was moved, but not of which block.
Cell hostBytesCell(const PointRow& row) {
  const bool unknown = row.point.transfers && row.point.started.planned_host_bytes == 0;
  return unknown ? Cell() : Cell(row.block->host_bytes);
}

using enum ColumnUnit;

}  // namespace

const std::vector<ComputedColumn>& transferColumns() {
  // clang-format off
  static const std::vector<ComputedColumn> columns = {
      {{"host_bytes", "in host memory", bytes}, [](const PointRow& r) { return transferCell(r, &Transfers::host_bytes); }},
      {{"offload_bytes", "", bytes}, [](const PointRow& r) { return transferCell(r, &Transfers::offload_bytes); }},
      {{"prefetch_bytes", "", bytes}, [](const PointRow& r) { return transferCell(r, &Transfers::prefetch_bytes); }},
      {{"link_bytes_per_second", "link", bytes_per_second},
       [](const PointRow& r) { return transferCell(r, &Transfers::link_bytes_per_second); }},
      {{"exposed_ns", "copies exposed", ns}, [](const PointRow& r) { return transferCell(r, &Transfers::exposed_ns); }},
      {{"hidden_ns", "copies hidden", ns}, [](const PointRow& r) { return transferCell(r, &Transfers::hidden_ns); }},
      {{"planned_host_bytes", "", bytes}, [](const PointRow& r) { return Cell(r.point.started.planned_host_bytes); }},
  };
  // clang-format on
  return columns;
}

const std::vector<ComputedColumn>& hostBlockColumns() {
  static const std::vector<ComputedColumn> columns = {
      {{"host_bytes", "in host memory", bytes, /*quiet_zero=*/true}, hostBytesCell},
  };
  return columns;
}

}  // namespace remat
