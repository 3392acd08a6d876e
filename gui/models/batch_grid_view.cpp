#include "gui/models/batch_grid_view.h"

#include <algorithm>
#include <array>

#include "gui/models/frontier_view.h"
#include "gui/models/listed_names.h"
#include "gui/models/local_text.h"
#include "gui/models/text.h"

namespace remat {
namespace {

GridCell::State stateOf(const PointResult& point) {
  if (point.completed()) return GridCell::State::measured;
  const bool out = point.finished && point.finished->outcome == Outcome::out_of_memory;
  return out ? GridCell::State::out_of_memory : GridCell::State::unknown;
}

QString tipOf(const PointResult& point, const GridCell& cell, SweepAxis axis) {
  const QString value = localCount(axisValue(point.spec(), axis));
  QStringList lines(QString::fromStdString(point.spec().policy) + QStringLiteral(", ") +
                    (axis == SweepAxis::batch ? tr("batch %1") : tr("%1 layers")).arg(value));
  if (!point.completed()) lines << QString::fromStdString(outcomeText(point));
  if (cell.peak_bytes) lines << tr("peak %1, %2 bytes").arg(localBytes(*cell.peak_bytes), localCount(*cell.peak_bytes));
  if (cell.step_time_ns) lines << tr("step %1").arg(localDuration(*cell.step_time_ns));
  if (cell.tokens_per_second) lines << tr("%1 tokens/s").arg(localRate(*cell.tokens_per_second));
  if (cell.beyond_line) lines << tr("larger than the memory line");
  return lines.join(u'\n');
}

GridCell cellOf(const PointResult& point, SweepAxis axis, std::optional<std::int64_t> line_bytes) {
  GridCell cell{.state = stateOf(point), .key = QString::fromStdString(point.key())};
  if (point.completed()) {
    cell.peak_bytes = point.finished->peak_allocated_bytes;
    cell.step_time_ns = point.finished->step_time_ns;
    cell.tokens_per_second = tokensPerSecond(point);
  }
  cell.beyond_line = line_bytes && cell.peak_bytes && *cell.peak_bytes > *line_bytes;
  cell.tip = tipOf(point, cell, axis);
  return cell;
}

void markLargest(GridRow& row) {
  for (auto cell = row.cells.rbegin(); cell != row.cells.rend(); ++cell) {
    if (cell->state != GridCell::State::measured || cell->beyond_line) continue;
    cell->largest = true;
    return;
  }
}

/// "Largest batch that fitted: 8 with full, 4 with store_all."
QString findingOf(const BatchGridView& view) {
  if (view.values.size() < 2) {
    return view.axis == SweepAxis::batch ? tr("One batch size was measured: sweep more to compare.")
                                         : tr("One number of layers was measured: sweep more to compare.");
  }
  std::int64_t largest = -1;
  QStringList policies;
  std::int64_t store_all = -1;
  for (const GridRow& row : view.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (!row.cells[i].largest) continue;
      if (view.values[i] > largest) policies.clear();
      largest = std::max(largest, view.values[i]);
      if (view.values[i] == largest) policies << QString::fromStdString(row.policy);
      if (row.policy == "store_all") store_all = view.values[i];
    }
  }
  if (largest < 0) return tr("Nothing that was tried fits.");
  const bool batch = view.axis == SweepAxis::batch;
  const QString fitted =
      batch ? tr("Largest batch that fitted: %1, with %2") : tr("Most layers that fitted: %1, with %2");
  const QString measured = batch ? tr("Largest batch measured: %1, with %2") : tr("Most layers measured: %1, with %2");
  const QString first = (view.isBounded() ? fitted : measured).arg(localCount(largest), listedNames(policies));
  if (store_all < 0) return first + u'.';
  if (store_all == largest)
    return (batch ? tr("Every batch up to %1 fits store_all too.") : tr("All %1 layers fit store_all too."))
        .arg(localCount(largest));
  return tr("%1; %2 with store_all.").arg(first, localCount(store_all));
}

}  // namespace

std::optional<double> GridCell::value(GridMetric metric) const {
  const auto whole = [](const std::optional<std::int64_t>& amount) {
    return amount ? std::optional<double>(static_cast<double>(*amount)) : std::nullopt;
  };
  switch (metric) {
    case GridMetric::peak: return whole(peak_bytes);
    case GridMetric::step_time: return whole(step_time_ns);
    case GridMetric::throughput: return tokens_per_second;
  }
  return std::nullopt;
}

BatchGridView batchGridView(const Run& run, const PointGroup& group, SweepAxis axis, GridMetric metric,
                            std::optional<std::int64_t> memory_line_bytes) {
  BatchGridView view{.axis = axis, .metric = metric, .memory_line_bytes = memory_line_bytes};
  if (!memory_line_bytes) view.memory_line_bytes = measuredMemoryCap(run, group);
  SweepSlice slice = sweepSlice(run, group, axis);
  view.values = std::move(slice.values);
  for (const SliceRow& source : slice.rows) {
    GridRow row{source.policy, source.style, {}};
    for (const auto& point : source.points) {
      row.cells.push_back(point ? cellOf(run.points[*point], axis, view.memory_line_bytes) : GridCell());
    }
    markLargest(row);
    view.rows.push_back(std::move(row));
  }
  view.finding = findingOf(view);
  return view;
}

bool BatchGridView::isBounded() const {
  return memory_line_bytes || std::any_of(rows.begin(), rows.end(), [](const GridRow& row) {
           return std::any_of(row.cells.begin(), row.cells.end(),
                              [](const GridCell& cell) { return cell.state == GridCell::State::out_of_memory; });
         });
}

ResultTable BatchGridView::table() const {
  using enum ColumnUnit;
  constexpr std::array states = {"not_tried", "measured", "predicted", "out_of_memory", "not_completed"};
  const bool is_batch = axis == SweepAxis::batch;
  ResultTable table{{{"policy", "policy", text},
                     {is_batch ? "batch_size" : "num_hidden_layers", is_batch ? "batch" : "layers", count},
                     {"state", "state", text},
                     {"peak_allocated_bytes", "peak", bytes},
                     {"step_time_ns", "step time", ns},
                     {"tokens_per_second", "tokens/s", count},
                     {"largest_that_fits", "largest that fits", text}},
                    {}};
  for (const GridRow& row : rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const GridCell& cell = row.cells[i];
      if (cell.state == GridCell::State::not_tried) continue;
      table.rows.push_back(
          {row.policy, values[i], std::string(states[static_cast<std::size_t>(cell.state)]),
           cell.peak_bytes ? Cell(*cell.peak_bytes) : Cell(), cell.step_time_ns ? Cell(*cell.step_time_ns) : Cell(),
           cell.tokens_per_second ? Cell(static_cast<std::int64_t>(*cell.tokens_per_second + 0.5)) : Cell(),
           std::string(cell.largest ? "yes" : "no")});
    }
  }
  return table;
}

}  // namespace remat
