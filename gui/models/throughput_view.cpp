#include "gui/models/throughput_view.h"

#include <algorithm>

#include "gui/models/frontier_view.h"
#include "gui/models/listed_names.h"
#include "gui/models/local_text.h"
#include "gui/models/text.h"
#include "profiler/report/frontier.h"
#include "profiler/report/verdict.h"

namespace remat {
namespace {

QString valueText(SweepAxis axis, std::int64_t value) {
  return (axis == SweepAxis::batch ? tr("batch %1") : tr("%1 layers")).arg(localCount(value));
}

ThroughputPoint pointOf(const PointResult& point, SweepAxis axis, double tokens_per_second,
                        std::optional<std::int64_t> line_bytes) {
  const PointFinished& finished = *point.finished;
  ThroughputPoint shown{.key = QString::fromStdString(point.key()),
                        .value = axisValue(point.spec(), axis),
                        .tokens_per_second = tokens_per_second};
  const double tokens = tokens_per_second * static_cast<double>(*finished.step_time_ns);
  if (finished.step_time_low_ns.value_or(0) > 0 && finished.step_time_high_ns.value_or(0) > 0) {
    shown.low = tokens / static_cast<double>(*finished.step_time_high_ns);
    shown.high = tokens / static_cast<double>(*finished.step_time_low_ns);
  }
  shown.has_interval = hasInterval(point);
  shown.fits = !line_bytes || finished.peak_allocated_bytes.value_or(0) <= *line_bytes;
  QStringList lines(QString::fromStdString(point.spec().policy) + QStringLiteral(", ") + valueText(axis, shown.value));
  lines << tr("%1 tokens/s").arg(localRate(tokens_per_second));
  lines << tr("step %1, median of %2 samples").arg(localDuration(*finished.step_time_ns), localCount(finished.samples));
  if (finished.peak_allocated_bytes) lines << tr("peak %1").arg(localBytes(*finished.peak_allocated_bytes));
  if (!shown.fits) lines << tr("larger than the memory line");
  shown.tip = lines.join(u'\n');
  return shown;
}

void findBest(ThroughputView& view) {
  double best = 0.0;
  for (std::size_t c = 0; c < view.curves.size(); ++c) {
    const auto& points = view.curves[c].points;
    for (std::size_t p = 0; p < points.size(); ++p) {
      if (!points[p].fits || points[p].tokens_per_second <= best) continue;
      best = points[p].tokens_per_second;
      view.best_curve = c;
      view.best_point = p;
    }
  }
}

QString nameOf(const ThroughputView& view, const ThroughputCurve& curve, const ThroughputPoint& point) {
  return tr("%1 with %2").arg(valueText(view.axis, point.value), QString::fromStdString(curve.policy));
}

double beyond(double now, double before) { return before > 0 ? now / before - 1.0 : 0.0; }

/// Of rates of points that need not be of one batch, so that their step times say nothing.
Verdict rateVerdict(const ThroughputPoint& now, const ThroughputPoint& before) {
  if (!now.has_interval || !before.has_interval) return Verdict::cannot_tell;
  const auto low = [](const ThroughputPoint& point) { return point.low.value_or(point.tokens_per_second); };
  const auto high = [](const ThroughputPoint& point) { return point.high.value_or(point.tokens_per_second); };
  return verdictOf({.ratio = beyond(now.tokens_per_second, before.tokens_per_second),
                    .low_ratio = beyond(low(now), high(before)),
                    .high_ratio = beyond(high(now), low(before)),
                    .is_known = true},
                   kEqualTimeRatio, false);
}

struct NamedPoint {
  QString name;
  const ThroughputPoint* point;
};

/// Everything but the best that fits, most throughput first.
std::vector<NamedPoint> othersOf(const ThroughputView& view, const ThroughputPoint& best) {
  std::vector<NamedPoint> others;
  for (const ThroughputCurve& curve : view.curves) {
    for (const ThroughputPoint& point : curve.points) {
      if (point.fits && &point != &best) others.push_back({nameOf(view, curve, point), &point});
    }
  }
  std::stable_sort(others.begin(), others.end(), [](const NamedPoint& a, const NamedPoint& b) {
    return a.point->tokens_per_second > b.point->tokens_per_second;
  });
  return others;
}

QString findingOf(const ThroughputView& view) {
  if (view.curves.empty()) return tr("No point was timed.");
  if (!view.best_curve) return tr("Nothing that was timed fits under the memory line.");
  const ThroughputCurve& curve = view.curves[*view.best_curve];
  const ThroughputPoint& best = curve.points[*view.best_point];
  const QString rate = localRate(best.tokens_per_second);
  const std::vector<NamedPoint> others = othersOf(view, best);
  QStringList names(nameOf(view, curve, best));
  const bool too_few = !best.has_interval || (!others.empty() && !others.front().point->has_interval);
  if (too_few) return tr("Most throughput at %1, by too few samples to be sure: %2 tokens/s.").arg(names.front(), rate);
  for (const NamedPoint& other : others) {
    if (other.point->has_interval && rateVerdict(*other.point, best) != Verdict::worse) names << other.name;
  }
  return (names.size() == 1 ? tr("Most throughput at %1: %2 tokens/s.")
                            : tr("Most throughput at %1, which cannot be told apart: %2 tokens/s."))
      .arg(listedNames(names), rate);
}

}  // namespace

ThroughputView throughputView(const Run& run, const PointGroup& group, SweepAxis axis,
                              std::optional<std::int64_t> memory_line_bytes) {
  ThroughputView view{.axis = axis};
  if (!memory_line_bytes) memory_line_bytes = measuredMemoryCap(run, group);
  const SweepSlice slice = sweepSlice(run, group, axis);
  for (const SliceRow& row : slice.rows) {
    ThroughputCurve curve{row.policy, row.style, {}, {}};
    for (const auto& index : row.points) {
      if (!index) continue;
      const PointResult& point = run.points[*index];
      const bool out = point.finished && point.finished->outcome == Outcome::out_of_memory;
      if (out && !curve.failed_at) curve.failed_at = axisValue(point.spec(), axis);
      if (const auto tokens = tokensPerSecond(point)) {
        curve.points.push_back(pointOf(point, axis, *tokens, memory_line_bytes));
      }
    }
    if (!curve.points.empty()) view.curves.push_back(std::move(curve));
  }
  findBest(view);
  view.finding = findingOf(view);
  return view;
}

ResultTable ThroughputView::table() const {
  using enum ColumnUnit;
  const bool is_batch = axis == SweepAxis::batch;
  ResultTable table{{{"policy", "policy", text},
                     {is_batch ? "batch_size" : "num_hidden_layers", is_batch ? "batch" : "layers", count},
                     {"tokens_per_second", "tokens/s", count},
                     {"tokens_per_second_low", "low", count},
                     {"tokens_per_second_high", "high", count},
                     {"fits", "fits", text}},
                    {}};
  const auto whole = [](const std::optional<double>& value) {
    return value ? Cell(static_cast<std::int64_t>(*value + 0.5)) : Cell();
  };
  for (const ThroughputCurve& curve : curves) {
    for (const ThroughputPoint& point : curve.points) {
      table.rows.push_back({curve.policy, point.value, whole(point.tokens_per_second), whole(point.low),
                            whole(point.high), std::string(point.fits ? "yes" : "no")});
    }
  }
  return table;
}

}  // namespace remat
