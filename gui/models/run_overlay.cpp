#include "gui/models/run_overlay.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <QStringList>

#include "gui/models/compared_quantities.h"
#include "gui/models/run_pairs.h"
#include "gui/models/text.h"

namespace remat {
namespace {

std::size_t indexIn(const Run& run, const PointResult& point) {
  return static_cast<std::size_t>(&point - run.points.data());
}

/// Points of a group are in the order of the run.
bool has(const PointGroup& group, std::size_t point) {
  return std::binary_search(group.points.begin(), group.points.end(), point);
}

/// Pairs whose B is in the group.
std::vector<PointPair> pairsOf(const Run& run_a, const Run& run_b, const PointGroup& group) {
  std::vector<PointPair> pairs = pairedPoints(run_a, run_b);
  std::erase_if(pairs,
                [&](const PointPair& pair) { return pair.b == nullptr || !has(group, indexIn(run_b, *pair.b)); });
  return pairs;
}

/// The group that A's points of the pairs are in; null: A has none of them.
const PointGroup* groupOfA(const GroupedRun& run_a, const std::vector<PointPair>& pairs) {
  for (const PointPair& pair : pairs) {
    if (pair.a == nullptr) continue;
    const std::size_t point = indexIn(*run_a.run, *pair.a);
    const auto found = std::find_if(run_a.groups.begin(), run_a.groups.end(),
                                    [&](const PointGroup& group) { return has(group, point); });
    if (found != run_a.groups.end()) return &*found;
  }
  return nullptr;
}

/// "peak: A 900.0 MiB, B 700.0 MiB, ▼ better".
QString lineOf(const ComparisonRow& row) {
  const QString verdict = differenceMark(row) + u' ' + verdictText(row.verdict);
  return tr("%1: A %2, B %3, %4")
      .arg(row.title, comparedValueText(row.a, row.unit), comparedValueText(row.b, row.unit),
           row.reason.isEmpty() ? verdict : verdict + tr(" (%1)").arg(row.reason));
}

QString tipOf(const QString& policy, const std::vector<ComparisonRow>& rows) {
  QStringList lines(policy);
  for (const ComparisonRow& row : rows) lines << lineOf(row);
  return lines.join(u'\n');
}

QString findingOf(const GroupedRun& run_b, std::size_t group, const std::vector<ComparisonRow>& rows) {
  const QString results = tr("%1; %2").arg(verdictCounts(rows, tr("step time")), verdictCounts(rows, tr("peak")));
  if (run_b.groups.size() == 1) return tr("B against A: %1.").arg(results);
  return tr("B against A, %1: %2.").arg(groupLabels(run_b)[static_cast<qsizetype>(group)], results);
}

/// A's group behind B's marks, with the tips of the pairs for both.
void addOther(const Run& run_a, const PointGroup& group_a, FrontierView&& before, const Run& run_b,
              const std::vector<PointPair>& pairs, FrontierView& view) {
  OtherRun& other = view.other.emplace();
  other.title = tr("A: %1").arg(fileText(run_a));
  other.title_here = tr("B: %1").arg(fileText(run_b));
  other.frontier = std::move(before.frontier);
  std::map<const PointResult*, const PointResult*> b_of;
  for (const PointPair& pair : pairs) b_of.emplace(pair.a, pair.b);
  std::map<QString, std::size_t> mark_of;
  for (std::size_t i = 0; i < view.marks.size(); ++i) mark_of[view.marks[i].key] = i;
  for (std::size_t i = 0; i < before.marks.size(); ++i) {
    OtherRun::Point& point = other.points.emplace_back();
    point.mark = std::move(before.marks[i]);
    const PointResult& a = run_a.points[group_a.points[i]];
    const auto b = b_of.find(&a);
    if (b != b_of.end()) point.here = mark_of.at(QString::fromStdString(b->second->key()));
    point.mark.tip = tipOf(policyText(a), comparedResults(&a, b == b_of.end() ? nullptr : b->second));
  }
  for (const PointPair& pair : pairs) {
    view.marks[mark_of.at(QString::fromStdString(pair.b->key()))].tip =
        tipOf(policyText(*pair.b), comparedResults(pair.a, pair.b));
  }
}

/// The same policy looks the same in both.
void setStyles(const PolicyStyles& styles, FrontierView& view) {
  for (FrontierMark& mark : view.marks) mark.style = styles.at(mark.policy);
  for (OtherRun::Point& point : view.other->points) point.mark.style = styles.at(point.mark.policy);
}

}  // namespace

FrontierView overlaidFrontiers(const GroupedRun& run_a, const GroupedRun& run_b, const QString& key_b, SpeedUnit unit,
                               std::optional<std::int64_t> memory_line_bytes) {
  if (run_b.groups.empty()) return frontierView(*run_b.run, {}, unit, memory_line_bytes);
  const std::size_t shown = run_b.groupOf(key_b).value_or(0);
  const PointGroup& group = run_b.groups[shown];
  FrontierView view = frontierView(*run_b.run, group, unit, memory_line_bytes);
  const std::vector<PointPair> pairs = pairsOf(*run_a.run, *run_b.run, group);
  const PointGroup* group_a = groupOfA(run_a, pairs);
  if (group_a == nullptr) {
    view.finding = tr("A has no point of this setup: %1.").arg(view.group_title);
    return view;
  }
  addOther(*run_a.run, *group_a, frontierView(*run_a.run, *group_a, unit, memory_line_bytes), *run_b.run, pairs, view);
  setStyles(policyStyles(policiesOf(*run_b.run), policiesOf(*run_a.run)), view);
  std::vector<ComparisonRow> rows;
  for (const PointPair& pair : pairs) {
    for (ComparisonRow& row : comparedResults(pair.a, pair.b)) rows.push_back(std::move(row));
  }
  view.finding = findingOf(run_b, shown, rows);
  return view;
}

}  // namespace remat
