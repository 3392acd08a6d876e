#include "gui/models/run_focus.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "gui/models/frontier_view.h"
#include "gui/models/shared_parts.h"
#include "profiler/report/findings.h"
#include "profiler/report/tables.h"

namespace remat {

GroupedRun grouped(std::shared_ptr<const Run> run) {
  std::vector<PointGroup> groups = groupPoints(*run);
  return {std::move(run), std::move(groups)};
}

std::optional<std::size_t> GroupedRun::groupOf(const QString& key) const {
  const std::string wanted = key.toStdString();
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (std::size_t point : groups[i].points)
      if (run->points[point].key() == wanted) return i;
  return std::nullopt;
}

const PointResult* GroupedRun::find(const QString& key) const { return run->find(key.toStdString()); }

QString bestPoint(const Run& run, const PointGroup& group, std::optional<std::int64_t> memory_line_bytes) {
  for (const Standing& standing : frontier(run, group)) {  // fastest first
    const auto& finished = run.points[standing.point].finished;
    if (!memory_line_bytes || finished->peak_allocated_bytes.value_or(0) <= *memory_line_bytes)
      return QString::fromStdString(run.points[standing.point].key());
  }
  return {};
}

namespace {

/// How much a group tells: its completed policies, then those of them whose step memory was recorded.
std::pair<int, int> tellsOf(const Run& run, const PointGroup& group) {
  int completed = 0, recorded = 0;
  for (const std::size_t point : group.points) {
    completed += run.points[point].completed() ? 1 : 0;
    recorded += run.points[point].completed() && run.points[point].timeline ? 1 : 0;
  }
  return {completed, recorded};
}

}  // namespace

QString firstPoint(const GroupedRun& run, std::optional<std::int64_t> memory_line_bytes) {
  const PointGroup* most = nullptr;
  std::pair<int, int> most_told(-1, -1);
  for (const PointGroup& group : run.groups) {
    const auto told = tellsOf(*run.run, group);
    if (told >= most_told) std::tie(most, most_told) = std::pair(&group, told);
  }
  if (most == nullptr || most->points.empty()) return {};
  const auto cap = measuredMemoryCap(*run.run, *most);
  const QString best = bestPoint(*run.run, *most, cap ? cap : memory_line_bytes);
  if (!best.isEmpty()) return best;
  const QString any = bestPoint(*run.run, *most, std::nullopt);
  return any.isEmpty() ? QString::fromStdString(run.run->points[most->points.front()].key()) : any;
}

QString neighbour(const GroupedRun& run, const QString& key, int step) {
  const auto group = run.groupOf(key);
  if (!group) return firstPoint(run, std::nullopt);
  const std::vector<std::size_t>& points = run.groups[*group].points;
  const auto count = static_cast<std::ptrdiff_t>(points.size());
  const auto here = std::find_if(points.begin(), points.end(),
                                 [&](std::size_t point) { return run.run->points[point].key() == key.toStdString(); });
  const std::ptrdiff_t next = ((here - points.begin() + step) % count + count) % count;
  return QString::fromStdString(run.run->points[points[static_cast<std::size_t>(next)]].key());
}

QString sameIn(const GroupedRun& run, std::size_t group, const QString& key) {
  if (group >= run.groups.size() || run.groups[group].points.empty()) return key;
  const PointResult* now = run.find(key);
  for (std::size_t point : run.groups[group].points)
    if (now != nullptr && run.run->points[point].spec().policy == now->spec().policy)
      return QString::fromStdString(run.run->points[point].key());
  return QString::fromStdString(run.run->points[run.groups[group].points.front()].key());
}

QStringList groupLabels(const GroupedRun& run) { return groupLabels(*run.run, run.groups); }

QStringList groupLabels(const Run& run, const std::vector<PointGroup>& groups) {
  QStringList setups;
  for (const PointGroup& group : groups) setups << setupText(run.points[group.points.front()]);
  const std::set<QString> shared = sharedParts({setups.begin(), setups.end()});
  QStringList labels;
  for (const QString& setup : setups) {
    const QStringList own = partsBesides(setup, shared);
    labels << (own.isEmpty() ? setup : own.join(QStringLiteral(", ")));
  }
  return labels;
}

std::optional<std::int64_t> suggestedMemoryLine(const GroupedRun& run, const QString& key) {
  const auto group = run.groupOf(key);
  return group ? measuredMemoryCap(*run.run, run.groups[*group]) : std::nullopt;
}

}  // namespace remat
