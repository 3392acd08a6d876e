#include "gui/models/why_view.h"

#include <algorithm>
#include <cmath>

#include "gui/models/live_rows.h"
#include "gui/models/local_text.h"
#include "gui/models/measurement_health.h"
#include "gui/models/run_messages.h"
#include "gui/models/text.h"
#include "profiler/core/units.h"
#include "profiler/report/exchange.h"
#include "profiler/report/findings.h"
#include "profiler/report/peak_findings.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

QString stateText(const PointResult& point) {
  if (!point.finished) return tr("not finished");
  switch (point.finished->outcome) {
    case Outcome::completed: return tr("measured");
    case Outcome::out_of_memory: return tr("out of memory");
    case Outcome::skipped: return tr("skipped");
    case Outcome::failed: return tr("failed");
  }
  return {};
}

/// "+120 to +134 ms": the unit once, if it is the same.
QString rangeText(std::int64_t low, std::int64_t high) {
  QString first = localSigned(low, ColumnUnit::ns);
  const QString last = localSigned(high, ColumnUnit::ns);
  const QString unit = last.mid(last.lastIndexOf(u' '));
  if (first.endsWith(unit)) first.chop(unit.size());
  return tr("%1 to %2").arg(first, last);
}

/// "-78.0 MiB for +127 ms (+120 to +134 ms)".
QString exchangeText(const Exchange& exchange) {
  const QString text =
      tr("%1 for %2")
          .arg(localSigned(exchange.bytes, ColumnUnit::bytes), localSigned(exchange.time_ns, ColumnUnit::ns));
  if (!exchange.enough_samples || exchange.low_time_ns == exchange.high_time_ns) return text;
  return text + QStringLiteral(" (") + rangeText(exchange.low_time_ns, exchange.high_time_ns) + u')';
}

QString priceText(const Exchange& exchange) {
  if (exchange.ns_per_gib) return tr("%1 per GiB").arg(localDuration(*exchange.ns_per_gib));
  if (!exchange.enough_samples) return tr("too few samples to tell");
  if (!exchange.timesDiffer()) return tr("times cannot be told apart");
  if (exchange.bytes < 0 && exchange.time_ns < 0) return tr("smaller and faster");
  if (exchange.bytes > 0 && exchange.time_ns > 0) return tr("larger and slower");
  return tr("same peak");
}

void addMoves(const Run& run, const PointGroup& group, std::size_t index, WhyView& view) {
  for (const Exchange& exchange : exchangesOf(run, group, index)) {
    const PointResult& to = run.points[exchange.to];
    view.moves.push_back({.key = QString::fromStdString(to.key()),
                          .policy = to.spec().policy,
                          .bytes = exchange.bytes,
                          .time_ns = exchange.time_ns,
                          .ns_per_gib = exchange.ns_per_gib,
                          .text = exchangeText(exchange),
                          .price = priceText(exchange)});
  }
  if (view.moves.empty()) view.no_move = tr("No other policy was measured for this setup.");
  for (const std::string& remedy : peakRemedies(run.points[index])) view.remedies += richSentence(remedy);
}

/// What fits where this point did not.
QString fittingText(const Run& run, const PointGroup& group) {
  QStringList fitting;
  for (const Standing& standing : frontier(run, group)) {
    const PointResult& point = run.points[standing.point];
    if (standing.dominated_by) continue;
    fitting += tr("<b>%1</b> (%2)")
                   .arg(QString::fromStdString(point.spec().policy).toHtmlEscaped(),
                        localBytes(*point.finished->peak_allocated_bytes));
  }
  return fitting.isEmpty() ? tr("No policy that was tried fits: try a smaller batch or shorter sequences.")
                           : tr("What fits here: %1.").arg(fitting.join(QStringLiteral(", ")));
}

QString failureText(const Run& run, const PointGroup& group, const PointResult& point) {
  QString reason = richSentence(outcomeText(point));
  if (!reason.endsWith(u'.')) reason += u'.';  // a worker's words may have none
  if (!point.finished) return reason + u' ' + tr("Measure again to finish it: what is done is kept.");
  if (point.finished->outcome == Outcome::out_of_memory) return reason + u' ' + fittingText(run, group);
  return reason + u' ' + tr("The Diagnose page shows what happened, in order.");
}

/// The peak in words, and that the policy has no effect where that is so.
QString peakSentence(const Run& run, const PointGroup& group, const PointResult& point) {
  QString text = richSentence(peakReason(point));
  if (text.isEmpty()) text = tr("What sets the peak is not known: this point has no memory pass.");
  if (!group.baseline || &run.points[*group.baseline] == &point) return text;
  const PointResult& baseline = run.points[*group.baseline];
  if (!hasNoEffect(point, baseline)) return text;
  return text + u' ' +
         tr("It retains %1 instead of %2, yet the peak is that of <b>store_all</b>.")
             .arg(localBytes(*point.finished->retained_bytes), localBytes(*baseline.finished->retained_bytes));
}

}  // namespace

WhyView whyView(const Run& run, const QString& key, bool measuring) {
  WhyView view;
  const PointResult* point = run.find(key.toStdString());
  if (point == nullptr) {
    view.sentence =
        run.points.empty() ? tr("This run has no points yet.") : tr("Choose a point to see why it is where it is.");
    return view;
  }
  const auto index = static_cast<std::size_t>(point - run.points.data());
  const PointGroup group = groupOf(run, index);
  view.key = key;
  view.policy = point->spec().policy;
  view.setup = QString::fromStdString(groupTitle(point->spec()));
  view.state_text = stateText(*point);
  view.checks = measurementHealth(run, *point);
  view.live = liveRows(*point);
  if (!point->completed()) {
    view.state = WhyView::State::not_completed;
    view.sentence = failureText(run, group, *point);
    if (isBeingMeasured(run, *point, measuring)) {
      view.state_text = tr("being measured");
      view.sentence = tr("This point is being measured. What sets its peak is told here once it is done.");
    }
    return view;
  }
  view.state = WhyView::State::measured;
  view.peak_bytes = point->finished->peak_allocated_bytes;
  view.step_time_ns = point->finished->step_time_ns;
  view.step_time_low_ns = point->finished->step_time_low_ns;
  view.step_time_high_ns = point->finished->step_time_high_ns;
  view.sentence = peakSentence(run, group, *point);
  addMoves(run, group, index, view);
  return view;
}

ResultTable WhyView::table() const {
  ResultTable table{{{"name", "alive at the peak", ColumnUnit::text},
                     {"category", "kind", ColumnUnit::text},
                     {"block", "where", ColumnUnit::text},
                     {"bytes", "size", ColumnUnit::bytes},
                     {"share_ratio", "of the peak", ColumnUnit::ratio},
                     {"tensors", "tensors", ColumnUnit::count}},
                    {}};
  for (const LiveRow& row : live) {
    table.rows.push_back({row.name.toStdString(), categoryText(row.category), row.where.toStdString(), row.bytes,
                          row.share_ratio, row.count});
  }
  return table;
}

}  // namespace remat
