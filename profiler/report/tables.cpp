#include "profiler/report/tables.h"

#include <algorithm>
#include <map>

#include "profiler/core/names.h"
#include "profiler/core/units.h"
#include "profiler/report/table_columns.h"

namespace remat {
namespace {

Cell finishedCell(const PointRow& row, std::optional<std::int64_t> PointFinished::*field) {
  return row.point.finished ? cellOf((*row.point.finished).*field) : Cell();
}

/// now / before - 1 of a field, against the group's store_all.
Cell differenceCell(const PointRow& row, std::optional<std::int64_t> PointFinished::*field) {
  if (row.baseline == nullptr || !row.point.finished) return {};
  const auto& now = (*row.point.finished).*field;
  const auto& before = (*row.baseline->finished).*field;
  if (!now || !before || *before == 0) return {};
  return differenceRatio(*now, *before);
}

std::string notesText(const PointResult& point) {
  std::string notes;
  if (!point.finished) return notes;
  for (const std::string& note : point.finished->notes) notes += (notes.empty() ? "" : "; ") + note;
  return notes;
}

Cell peakCell(const PointRow& row, Cell (*cell)(const Instant&)) {
  return row.point.memory ? cell(row.point.memory->peak_instant) : Cell();
}

using enum ColumnUnit;

// Every column is one entry: its name, its title for people, its unit, and its value as a function of the row.
const std::vector<ComputedColumn>& keyColumns() {
  // clang-format off
  static const std::vector<ComputedColumn> columns = {
      {{"model", "", text}, [](const PointRow& r) { return Cell(r.point.spec().model); }},
      {{"policy", "policy", text}, [](const PointRow& r) { return Cell(r.point.spec().policy); }},
      {{"batch_size", "", count}, [](const PointRow& r) { return Cell(r.point.spec().training.batch_size); }},
      {{"sequence_length", "", count}, [](const PointRow& r) { return Cell(r.point.spec().training.sequence_length); }},
      {{"num_hidden_layers", "", count},
       [](const PointRow& r) { return cellOf(r.point.spec().training.num_hidden_layers); }},
      {{"dtype", "", text}, [](const PointRow& r) { return Cell(std::string(nameOf(r.point.spec().training.precision))); }},
      {{"device", "", text}, [](const PointRow& r) { return Cell(r.point.spec().device); }},
  };
  // clang-format on
  return columns;
}

const std::vector<ComputedColumn>& resultColumns() {
  // clang-format off
  static const std::vector<ComputedColumn> columns = {
      {{"outcome", "outcome", text}, [](const PointRow& r) {
         return Cell(r.point.finished ? std::string(nameOf(r.point.finished->outcome)) : std::string("unfinished")); }},
      {{"step_time_ns", "step time", ns}, [](const PointRow& r) { return finishedCell(r, &PointFinished::step_time_ns); }},
      {{"step_time_low_ns", "", ns}, [](const PointRow& r) { return finishedCell(r, &PointFinished::step_time_low_ns); }},
      {{"step_time_high_ns", "", ns}, [](const PointRow& r) { return finishedCell(r, &PointFinished::step_time_high_ns); }},
      {{"samples", "samples", count}, [](const PointRow& r) {
         return r.point.finished ? Cell(r.point.finished->samples) : Cell(); }},
      {{"peak_requested_bytes", "", bytes}, [](const PointRow& r) { return finishedCell(r, &PointFinished::peak_requested_bytes); }},
      {{"peak_allocated_bytes", "peak", bytes}, [](const PointRow& r) { return finishedCell(r, &PointFinished::peak_allocated_bytes); }},
      {{"peak_reserved_bytes", "reserved", bytes}, [](const PointRow& r) { return finishedCell(r, &PointFinished::peak_reserved_bytes); }},
      {{"retained_bytes", "retained", bytes}, [](const PointRow& r) { return finishedCell(r, &PointFinished::retained_bytes); }},
      {{"recompute_ns", "recompute", ns}, [](const PointRow& r) { return finishedCell(r, &PointFinished::recompute_ns); }},
      {{"gradient_check", "gradients", text}, [](const PointRow& r) {
         return r.point.finished ? Cell(std::string(nameOf(r.point.finished->gradient_check))) : Cell(); }},
  };
  // clang-format on
  return columns;
}

const std::vector<ComputedColumn>& furtherColumns() {
  // clang-format off
  static const std::vector<ComputedColumn> columns = {
      {{"step_time_difference_ratio", "change", difference},
       [](const PointRow& r) { return differenceCell(r, &PointFinished::step_time_ns); }},
      {{"peak_difference_ratio", "change", difference},
       [](const PointRow& r) { return differenceCell(r, &PointFinished::peak_allocated_bytes); }},
      {{"retained_difference_ratio", "change", difference},
       [](const PointRow& r) { return differenceCell(r, &PointFinished::retained_bytes); }},
      {{"forward_ns", "", ns}, [](const PointRow& r) { return finishedCell(r, &PointFinished::forward_ns); }},
      {{"backward_ns", "", ns}, [](const PointRow& r) { return finishedCell(r, &PointFinished::backward_ns); }},
      {{"optimizer_ns", "", ns}, [](const PointRow& r) { return finishedCell(r, &PointFinished::optimizer_ns); }},
      {{"before_step_bytes", "", bytes}, [](const PointRow& r) { return finishedCell(r, &PointFinished::before_step_bytes); }},
      {{"planned_retained_bytes", "", bytes}, [](const PointRow& r) { return Cell(r.point.started.planned_retained_bytes); }},
      {{"peak_phase", "", text}, [](const PointRow& r) {
         return peakCell(r, [](const Instant& i) { return Cell(std::string(nameOf(i.phase))); }); }},
      {{"peak_block", "", text}, [](const PointRow& r) {
         return peakCell(r, [](const Instant& i) { return i.block.empty() ? Cell() : Cell(i.block); }); }},
      {{"peak_op", "", text}, [](const PointRow& r) {
         return peakCell(r, [](const Instant& i) { return i.op.empty() ? Cell() : Cell(i.op); }); }},
      {{"architecture", "", text}, [](const PointRow& r) { return Cell(r.point.started.architecture); }},
      {{"parameter_count", "", count}, [](const PointRow& r) { return Cell(r.point.started.parameter_count); }},
      {{"forward_flops", "", count}, [](const PointRow& r) { return Cell(r.point.started.forward_flops); }},
      {{"memory_cap_bytes", "", bytes}, [](const PointRow& r) { return cellOf(r.point.spec().memory_cap_bytes); }},
      {{"gradient_max_relative_difference", "", number}, [](const PointRow& r) {
         return r.point.finished ? cellOf(r.point.finished->gradient_max_relative_difference) : Cell(); }},
      {{"loss", "", number}, [](const PointRow& r) { return r.point.finished ? cellOf(r.point.finished->loss) : Cell(); }},
      {{"reason", "", text}, [](const PointRow& r) { return Cell(outcomeText(r.point)); }},
      {{"notes", "", text}, [](const PointRow& r) { return Cell(notesText(r.point)); }},
      {{"config_path", "", text}, [](const PointRow& r) { return Cell(r.point.spec().config_path); }},
      {{"point", "", text}, [](const PointRow& r) { return Cell(r.point.key()); }},
  };
  // clang-format on
  return columns;
}

const std::vector<ComputedColumn>& blockColumns() {
  // clang-format off
  static const std::vector<ComputedColumn> columns = {
      {{"block", "block", text}, [](const PointRow& r) { return Cell(r.block->name); }},
      {{"forward_ns", "forward", ns}, [](const PointRow& r) { return cellOf(r.block->forward_ns); }},
      {{"recompute_ns", "recompute", ns}, [](const PointRow& r) { return cellOf(r.block->recompute_ns); }},
      {{"backward_ns", "backward", ns}, [](const PointRow& r) { return cellOf(r.block->backward_ns); }},
      {{"retained_bytes", "retained", bytes}, [](const PointRow& r) { return Cell(r.block->retained_bytes); }},
      {{"peak_bytes", "peak inside", bytes}, [](const PointRow& r) { return Cell(r.block->peak_bytes); }},
      {{"block_index", "", count}, [](const PointRow& r) { return Cell(std::int64_t{r.block->block}); }},
      {{"recomputed_ops", "replayed ops", count}, [](const PointRow& r) { return Cell(r.block->recomputed_ops); }},
      {{"point", "", text}, [](const PointRow& r) { return Cell(r.point.key()); }},
  };
  // clang-format on
  return columns;
}

ResultTable tableWith(const ColumnLists& lists) {
  ResultTable table;
  for (const auto& list : lists) {
    for (const ComputedColumn& computed : list.get()) table.columns.push_back(computed.column);
  }
  return table;
}

void addRow(ResultTable& table, const ColumnLists& lists, const PointRow& row) {
  auto& cells = table.rows.emplace_back();
  cells.reserve(table.columns.size());
  for (const auto& list : lists) {
    for (const ComputedColumn& computed : list.get()) cells.push_back(computed.cell(row));
  }
}

/// Only columns for people that say something: with a title and a value in some row. Every outcome "completed" is none,
/// nor is every zero of some columns.
ResultTable forPeople(const ResultTable& table) {
  ResultTable shown;
  shown.rows.resize(table.rows.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto says = [&](const std::vector<Cell>& row) {
      const bool absent = std::holds_alternative<std::monostate>(row[i]);
      const bool quiet = table.columns[i].quiet_zero && row[i] == Cell(std::int64_t{0});
      return !absent && !quiet && !(table.columns[i].name == "outcome" && row[i] == Cell("completed"));
    };
    if (table.columns[i].title.empty() || std::none_of(table.rows.begin(), table.rows.end(), says)) continue;
    shown.columns.push_back(table.columns[i]);
    for (std::size_t row = 0; row < table.rows.size(); ++row) shown.rows[row].push_back(table.rows[row][i]);
  }
  return shown;
}

/// A table for people has each change against store_all right after the value it belongs to.
void moveBehind(ResultTable& table, std::string_view name, std::string_view before) {
  const std::size_t from = table.find(name);
  const std::size_t to = table.find(before) + 1;
  if (from >= table.columns.size() || to > from) return;
  const auto move = [&](auto& list) {
    const auto at = list.begin();
    std::rotate(at + static_cast<std::ptrdiff_t>(to), at + static_cast<std::ptrdiff_t>(from),
                at + static_cast<std::ptrdiff_t>(from) + 1);
  };
  move(table.columns);
  for (auto& row : table.rows) move(row);
}

const PointResult* baselineOf(const Run& run, const PointGroup& group) {
  return group.baseline ? &run.points[*group.baseline] : nullptr;
}

ColumnLists pointColumnLists() {
  return {keyColumns(),         resultColumns(),   furtherColumns(), toggleColumns(),
          attributionColumns(), transferColumns(), deviceColumns()};
}
ColumnLists layerColumnLists() { return {keyColumns(), blockColumns(), hostBlockColumns()}; }
ColumnLists opColumnLists() { return {keyColumns(), opColumns()}; }

}  // namespace

std::size_t ResultTable::find(std::string_view name) const {
  const auto at =
      std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.name == name; });
  return static_cast<std::size_t>(at - columns.begin());
}

ResultTable pointTable(const Run& run) {
  std::vector<const PointResult*> baselines(run.points.size(), nullptr);
  for (const PointGroup& group : groupPoints(run)) {
    for (const std::size_t point : group.points) baselines[point] = baselineOf(run, group);
  }
  const ColumnLists lists = pointColumnLists();
  ResultTable table = tableWith(lists);
  for (std::size_t i = 0; i < run.points.size(); ++i) addRow(table, lists, {run.points[i], baselines[i]});
  return table;
}

ResultTable layerTable(const Run& run) {
  const ColumnLists lists = layerColumnLists();
  ResultTable table = tableWith(lists);
  for (const PointResult& point : run.points) {
    for (const BlockResult& block : point.blocks) addRow(table, lists, {point, nullptr, &block});
  }
  return table;
}

ResultTable opTable(const Run& run) {
  const ColumnLists lists = opColumnLists();
  ResultTable table = tableWith(lists);
  for (const PointResult& point : run.points) {
    for (const OpTime& op : point.op_times) addRow(table, lists, {.point = point, .op = &op});
  }
  return table;
}

ResultTable pointTable(const Run& run, const PointGroup& group) {
  const ColumnLists lists = pointColumnLists();
  ResultTable table = tableWith(lists);
  for (const std::size_t point : group.points) addRow(table, lists, {run.points[point], baselineOf(run, group)});
  ResultTable shown = forPeople(table);
  moveBehind(shown, "step_time_difference_ratio", "step_time_ns");
  moveBehind(shown, "peak_difference_ratio", "peak_allocated_bytes");
  moveBehind(shown, "retained_difference_ratio", "retained_bytes");
  return shown;
}

ResultTable layerTable(const PointResult& point) {
  const ColumnLists lists = {blockColumns(), hostBlockColumns()};
  ResultTable table = tableWith(lists);
  for (const BlockResult& block : point.blocks) addRow(table, lists, {point, nullptr, &block});
  return forPeople(table);
}

ResultTable opTable(const PointResult& point) {
  const ColumnLists lists = {opColumns()};
  ResultTable table = tableWith(lists);
  for (const OpTime& op : point.op_times) addRow(table, lists, {.point = point, .op = &op});
  return forPeople(table);
}

std::string groupTitle(const PointSpec& spec, const SizeTexts& sizes) {
  const TrainingSpec& training = spec.training;
  std::string title = spec.model;
  const auto own = [](const std::string& text, std::int64_t size) {
    return text.empty() ? std::to_string(size) : text;
  };
  if (training.num_hidden_layers) title += ", " + own(sizes.layers, *training.num_hidden_layers) + " layers";
  title +=
      ", batch " + own(sizes.batch, training.batch_size) + " x " + std::to_string(training.sequence_length) + " tokens";
  title += ", " + std::string(nameOf(training.precision)) + ", " + std::string(nameOf(training.optimizer));
  title += ", " + spec.device;
  if (spec.memory_cap_bytes) title += " capped at " + bytesText(*spec.memory_cap_bytes);
  if (spec.allocator != kDefaultAllocator) title += ", " + spec.allocator;
  const TrainingSpec usual;
  if (training.dropout) title += ", dropout";
  if (training.gradients != usual.gradients) title += ", gradients " + std::string(nameOf(training.gradients));
  if (training.norm_spelling != usual.norm_spelling) title += ", fused norms";
  if (training.activation_spelling != usual.activation_spelling) title += ", fused activations";
  if (training.attention != usual.attention) title += ", " + std::string(nameOf(training.attention)) + " attention";
  if (training.use_reentrant) title += ", use_reentrant";
  if (!training.early_stop) title += ", no early stop";
  if (!training.preserve_rng_state) title += ", random state not kept";
  if (training.offload_synchronous) title += ", synchronous offload";
  if (training.offload_window != usual.offload_window)
    title += ", offload window " + std::to_string(training.offload_window);
  if (training.placement != usual.placement) title += ", placement " + std::string(nameOf(training.placement));
  if (training.head != usual.head) title += ", " + std::string(nameOf(training.head));
  if (training.seed != usual.seed) title += ", seed " + std::to_string(training.seed);
  return title;
}

}  // namespace remat
