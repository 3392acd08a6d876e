#include "gui/models/frontier_view.h"

#include <algorithm>
#include <map>

#include "gui/models/frontier_finding.h"
#include "gui/models/local_text.h"
#include "gui/models/measurement_health.h"
#include "gui/models/sweep_slice.h"
#include "gui/models/text.h"
#include "profiler/core/names.h"
#include "profiler/report/findings.h"

namespace remat {
namespace {

QString policyText(const FrontierMark& mark) { return QString::fromStdString(mark.policy); }

/// ns or tokens per second of a step time.
double speedOf(const PointSpec& spec, SpeedUnit unit, std::int64_t step_time_ns) {
  if (unit == SpeedUnit::step_time) return static_cast<double>(step_time_ns);
  const auto tokens =
      static_cast<double>(spec.training.batch_size) * static_cast<double>(spec.training.sequence_length);
  return step_time_ns > 0 ? tokens * 1e9 / static_cast<double>(step_time_ns) : 0.0;
}

void setSpeed(FrontierMark& mark, const PointResult& point, SpeedUnit unit) {
  const PointFinished& finished = *point.finished;
  mark.speed = speedOf(point.spec(), unit, *finished.step_time_ns);
  if (!finished.step_time_low_ns || !finished.step_time_high_ns) return;
  mark.has_interval = hasInterval(point);
  mark.speed_low = speedOf(point.spec(), unit, *finished.step_time_low_ns);
  mark.speed_high = speedOf(point.spec(), unit, *finished.step_time_high_ns);
  if (*mark.speed_low > *mark.speed_high) std::swap(mark.speed_low, mark.speed_high);
}

QString tipOf(const PointResult& point, const FrontierMark& mark) {
  QStringList lines(policyText(mark));
  if (!point.completed()) {
    lines << QString::fromStdString(outcomeText(point));
    return lines.join(u'\n');
  }
  const PointFinished& finished = *point.finished;
  if (finished.peak_allocated_bytes) {
    lines << tr("peak %1, %2 bytes").arg(localBytes(mark.peak_bytes), localCount(mark.peak_bytes));
  }
  if (mark.reserved_bytes) lines << tr("reserved %1").arg(localBytes(*mark.reserved_bytes));
  if (finished.step_time_ns) {
    lines
        << tr("step %1, median of %2 samples").arg(localDuration(*finished.step_time_ns), localCount(finished.samples));
  }
  if (const QString interval = intervalText(point); !interval.isEmpty()) lines << interval;
  if (const auto tokens = tokensPerSecond(point)) {
    lines << tr("%1 tokens/s").arg(localCount(static_cast<std::int64_t>(*tokens)));
  }
  if (mark.state == FrontierMark::State::dominated) lines << tr("dominated: another one is as fast and as small");
  return lines.join(u'\n');
}

FrontierMark markOf(const Run& run, const PointResult& point, const PolicyStyles& styles, SpeedUnit unit) {
  FrontierMark mark{.key = QString::fromStdString(point.key()), .policy = point.spec().policy};
  mark.style = styles.at(mark.policy);
  mark.state = FrontierMark::State::unknown;
  if (point.completed() && point.finished->step_time_ns && point.finished->peak_allocated_bytes) {
    mark.state = FrontierMark::State::measured;
    mark.peak_bytes = *point.finished->peak_allocated_bytes;
    mark.reserved_bytes = point.finished->peak_reserved_bytes;
    setSpeed(mark, point, unit);
  } else if (point.finished && point.finished->outcome == Outcome::out_of_memory) {
    mark.state = FrontierMark::State::out_of_memory;
    const Hello* worker = run.workerOf(point);
    mark.peak_bytes = point.spec().memory_cap_bytes.value_or(worker != nullptr ? worker->device_memory_bytes : 0);
  }
  return mark;
}

bool isIn(const std::vector<std::size_t>& frontier, std::size_t index) {
  return std::find(frontier.begin(), frontier.end(), index) != frontier.end();
}

std::vector<Cell> rowOf(const FrontierMark& mark, bool on_frontier) {
  constexpr std::array states = {"measured", "dominated", "predicted", "out_of_memory", "not_completed"};
  const auto whole = [](double value) { return Cell(static_cast<std::int64_t>(value + 0.5)); };
  const auto optionalWhole = [&](const std::optional<double>& value) { return value ? whole(*value) : Cell(); };
  const bool placed = mark.hasPlace();
  return {Cell(mark.policy),
          Cell(std::string(states[static_cast<std::size_t>(mark.state)])),
          placed ? Cell(mark.peak_bytes) : Cell(),
          mark.reserved_bytes ? Cell(*mark.reserved_bytes) : Cell(),
          placed ? whole(mark.speed) : Cell(),
          optionalWhole(mark.speed_low),
          optionalWhole(mark.speed_high),
          placed ? Cell(std::string(on_frontier ? "yes" : "no")) : Cell()};
}

}  // namespace

std::optional<std::int64_t> measuredMemoryCap(const Run& run, const PointGroup& group) {
  return group.points.empty() ? std::nullopt : run.points[group.points.front()].spec().memory_cap_bytes;
}

FrontierView frontierView(const Run& run, const PointGroup& group, SpeedUnit unit,
                          std::optional<std::int64_t> memory_line_bytes) {
  FrontierView view{.speed_unit = unit, .memory_line_bytes = memory_line_bytes};
  if (!memory_line_bytes) view.memory_line_bytes = measuredMemoryCap(run, group);
  if (!group.points.empty()) {
    view.group_title = QString::fromStdString(groupTitle(run.points[group.points.front()].spec()));
  }
  const PolicyStyles styles = policyStyles(run);
  std::map<std::size_t, std::size_t> mark_of;  // index in the run to index in marks
  for (const std::size_t index : group.points) {
    mark_of[index] = view.marks.size();
    view.marks.push_back(markOf(run, run.points[index], styles, unit));
  }
  for (const Standing& standing : remat::frontier(run, group)) {
    const std::size_t index = mark_of.at(standing.point);
    FrontierMark& mark = view.marks[index];
    if (standing.dominated_by) {
      mark.state = FrontierMark::State::dominated;
    } else {
      view.frontier.push_back(index);
    }
    // Fastest first: the first one that fits is the winner.
    if (!view.winner && view.memory_line_bytes && mark.peak_bytes <= *view.memory_line_bytes) view.winner = index;
  }
  std::vector<const PointResult*> points;
  for (std::size_t mark = 0; mark < view.marks.size(); ++mark) {
    points.push_back(&run.points[group.points[mark]]);
    view.marks[mark].tip = tipOf(*points.back(), view.marks[mark]);
  }
  view.finding = frontierFinding(view, points);
  return view;
}

ResultTable FrontierView::table() const {
  using enum ColumnUnit;
  const bool is_time = speed_unit == SpeedUnit::step_time;
  const ColumnUnit unit = is_time ? ns : count;
  ResultTable table{{{"policy", "policy", text},
                     {"state", "state", text},
                     {"peak_allocated_bytes", "peak", bytes},
                     {"peak_reserved_bytes", "reserved", bytes},
                     {is_time ? "step_time_ns" : "tokens_per_second", is_time ? "step time" : "tokens/s", unit},
                     {is_time ? "step_time_low_ns" : "tokens_per_second_low", "low", unit},
                     {is_time ? "step_time_high_ns" : "tokens_per_second_high", "high", unit},
                     {"on_frontier", "on frontier", text},
                     {"point", "", text}},
                    {}};
  for (std::size_t i = 0; i < marks.size(); ++i) {
    table.rows.push_back(rowOf(marks[i], isIn(frontier, i)));
    table.rows.back().emplace_back(marks[i].key.toStdString());
  }
  if (!other) return table;
  for (std::vector<Cell>& row : table.rows) row.emplace_back(other->title_here.toStdString());
  for (std::size_t i = 0; i < other->points.size(); ++i) {
    const OtherRun::Point& point = other->points[i];
    table.rows.push_back(rowOf(point.mark, isIn(other->frontier, i)));
    table.rows.back().emplace_back(point.here ? marks[*point.here].key.toStdString() : std::string());
    table.rows.back().emplace_back(other->title.toStdString());
  }
  table.columns.push_back({"run", "run", text});
  return table;
}

}  // namespace remat
