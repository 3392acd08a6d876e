// The table twin of a comparison: exact numbers of its quantities, of the causes of its step times, and of its blocks.
#include <algorithm>

#include "gui/models/comparison_view.h"
#include "gui/models/text.h"

namespace remat {
namespace {

std::string unitName(ColumnUnit unit) {
  if (unit == ColumnUnit::ns) return "ns";
  return unit == ColumnUnit::bytes ? "bytes" : "";
}

constexpr std::size_t kReasonCell = 14;

ResultTable emptyTable() {
  using Unit = ColumnUnit;
  return {{{"heading", "of", Unit::text},
           {"quantity", "quantity", Unit::text},
           {"unit", "unit", Unit::text},
           {"a", "A", Unit::count},
           {"a_low", "A at least", Unit::count},
           {"a_high", "A at most", Unit::count},
           {"b", "B", Unit::count},
           {"b_low", "B at least", Unit::count},
           {"b_high", "B at most", Unit::count},
           {"difference", "B less A", Unit::count},
           {"difference_ratio", "B beyond A", Unit::difference},
           {"low_ratio", "at least", Unit::difference},
           {"high_ratio", "at most", Unit::difference},
           {"verdict", "B is", Unit::text},
           {"reason", "because", Unit::text},
           {"point_a", "", Unit::text},
           {"point_b", "", Unit::text}},
          {}};
}

// Not a conditional expression: GCC 12 takes its temporary for uninitialised memory.
template <typename Value>
Cell cellOf(const std::optional<Value>& value) {
  Cell cell;
  if (value) cell = *value;
  return cell;
}

void add(ResultTable& table, const ComparisonRow& row) {
  std::vector<Cell>& cells = table.rows.emplace_back();
  cells = {row.heading.toStdString(), row.title.toStdString(), unitName(row.unit)};
  for (const auto& side : {row.a, row.b}) {
    for (const auto field : {&ComparedValue::value, &ComparedValue::low, &ComparedValue::high})
      cells.push_back(cellOf(side ? std::optional((*side).*field) : std::nullopt));
  }
  cells.push_back(cellOf(row.a && row.b ? std::optional(row.b->value - row.a->value) : std::nullopt));
  for (const auto& value : {row.ratio, row.low_ratio, row.high_ratio}) cells.push_back(cellOf(value));
  for (const QString& text : {verdictText(row.verdict), row.reason, row.key_a, row.key_b})
    cells.emplace_back(text.toStdString());
}

/// A part of a step has no interval of its own, so nothing is said about it but its numbers.
void addPart(ResultTable& table, const QString& heading, const QString& quantity, ColumnUnit unit,
             const std::optional<std::int64_t>& a, const std::optional<std::int64_t>& b) {
  if (!a && !b) return;
  std::optional<std::int64_t> difference;
  std::optional<double> ratio;
  if (a && b) difference = *b - *a;
  if (difference && *a != 0) ratio = static_cast<double>(*difference) / static_cast<double>(*a);
  std::vector<Cell>& cells = table.rows.emplace_back(table.columns.size());
  cells[0] = heading.toStdString();
  cells[1] = quantity.toStdString();
  cells[2] = unitName(unit);
  cells[3] = cellOf(a);
  cells[6] = cellOf(b);
  cells[9] = cellOf(difference);
  cells[10] = cellOf(ratio);
}

void addBlock(ResultTable& table, const ComparedBlock& block) {
  const auto time = [&](const QString& title, std::optional<std::int64_t> BlockSide::*part) {
    addPart(table, block.name, title, ColumnUnit::ns, block.a.*part, block.b.*part);
  };
  const auto bytes = [&](const QString& title, std::int64_t BlockSide::*part) {
    addPart(table, block.name, title, ColumnUnit::bytes, block.a.*part, block.b.*part);
  };
  time(tr("forward"), &BlockSide::forward_ns);
  time(tr("recompute"), &BlockSide::recompute_ns);
  time(tr("backward"), &BlockSide::backward_ns);
  bytes(tr("kept"), &BlockSide::retained_bytes);
  bytes(tr("peak while it runs"), &BlockSide::peak_bytes);
}

void addCause(ResultTable& table, const TimeCause& cause) {
  addPart(table, tr("step time"), cause.title, ColumnUnit::ns, cause.a_ns, cause.b_ns);
  if (cause.is_estimated) table.rows.back()[kReasonCell] = tr("estimated, without waiting for copies").toStdString();
}

}  // namespace

ResultTable ComparisonView::table() const {
  ResultTable table = emptyTable();
  for (const ComparisonRow& row : rows) add(table, row);
  for (const TimeCause& cause : causes) addCause(table, cause);
  for (const ComparedBlock& block : blocks) addBlock(table, block);
  const auto no_heading = [](const ComparisonRow& row) { return row.heading.isEmpty(); };
  if (causes.empty() && blocks.empty() && std::all_of(rows.begin(), rows.end(), no_heading))
    table.columns.front().title = {};
  return table;
}

}  // namespace remat
