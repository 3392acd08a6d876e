// Columns of the attribution pass.

#include "profiler/core/names.h"
#include "profiler/report/table_columns.h"

namespace remat {
namespace {

template <typename T>
Cell attributionCell(const PointRow& row, std::optional<T> Attribution::*field) {
  return row.point.attribution ? cellOf((*row.point.attribution).*field) : Cell();
}

/// Part of a point's kernel time.
Cell shareCell(const PointRow& row, std::optional<std::int64_t> part_ns) {
  const auto& attribution = row.point.attribution;
  if (!attribution || !part_ns || attribution->kernel_ns.value_or(0) == 0) return {};
  return static_cast<double>(*part_ns) / static_cast<double>(*attribution->kernel_ns);
}

Cell textCell(const std::string& value) { return value.empty() ? Cell() : Cell(value); }

using enum ColumnUnit;

}  // namespace

const std::vector<ComputedColumn>& attributionColumns() {
  // clang-format off
  static const std::vector<ComputedColumn> columns = {
      {{"kernel_ns", "kernels", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::kernel_ns); }},
      {{"unattributed_ratio", "unattributed", ratio}, [](const PointRow& r) {
         return r.point.attribution ? shareCell(r, r.point.attribution->unattributed_ns) : Cell(); }},
      {{"overhead_ratio", "tracing cost", difference},
       [](const PointRow& r) { return attributionCell(r, &Attribution::overhead_ratio); }},
      {{"traced_step_ns", "", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::traced_step_ns); }},
      {{"forward_kernel_ns", "", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::forward_kernel_ns); }},
      {{"recompute_kernel_ns", "", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::recompute_kernel_ns); }},
      {{"backward_kernel_ns", "", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::backward_kernel_ns); }},
      {{"optimizer_kernel_ns", "", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::optimizer_kernel_ns); }},
      {{"busy_ns", "", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::busy_ns); }},
      {{"gap_ns", "", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::gap_ns); }},
      {{"hidden_copy_ns", "", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::hidden_copy_ns); }},
      {{"exposed_copy_ns", "", ns}, [](const PointRow& r) { return attributionCell(r, &Attribution::exposed_copy_ns); }},
      {{"kernel_count", "", count}, [](const PointRow& r) { return attributionCell(r, &Attribution::kernel_count); }},
      {{"dropped_records", "", count}, [](const PointRow& r) { return attributionCell(r, &Attribution::dropped_records); }},
      {{"unavailable_reason", "", text}, [](const PointRow& r) {
         return r.point.attribution ? textCell(r.point.attribution->unavailable_reason) : Cell(); }},
  };
  // clang-format on
  return columns;
}

const std::vector<ComputedColumn>& opColumns() {
  // clang-format off
  static const std::vector<ComputedColumn> columns = {
      {{"phase", "phase", text}, [](const PointRow& r) {
         return Cell(r.op->phase ? std::string(nameOf(*r.op->phase)) : std::string("unattributed")); }},
      {{"block", "block", text}, [](const PointRow& r) { return textCell(r.op->name); }},
      {{"op", "op", text}, [](const PointRow& r) { return textCell(r.op->op); }},
      {{"group", "group", text}, [](const PointRow& r) { return textCell(r.op->group); }},
      {{"kernel_count", "kernels", count}, [](const PointRow& r) { return Cell(r.op->kernel_count); }},
      {{"kernel_ns", "kernel time", ns}, [](const PointRow& r) { return Cell(r.op->kernel_ns); }},
      {{"kernel_ratio", "share", ratio}, [](const PointRow& r) { return shareCell(r, r.op->kernel_ns); }},
      {{"copy_ns", "copies", ns}, [](const PointRow& r) { return Cell(r.op->copy_ns); }},
      {{"block_index", "", count}, [](const PointRow& r) { return r.op->block < 0 ? Cell() : Cell(std::int64_t{r.op->block}); }},
      {{"point", "", text}, [](const PointRow& r) { return Cell(r.point.key()); }},
  };
  // clang-format on
  return columns;
}

}  // namespace remat
