#include "gui/models/throughput_view.h"

#include <QCoreApplication>

#include "gui/models/frontier_view.h"
#include "gui/models/local_text.h"
#include "profiler/report/frontier.h"

namespace remat {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("ThroughputView", text); }

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
  lines << tr("%1 tokens/s").arg(localCount(static_cast<std::int64_t>(tokens_per_second)));
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

QString findingOf(const ThroughputView& view) {
  if (view.curves.empty()) return tr("No point was timed.");
  if (!view.best_curve) return tr("Nothing that was timed fits under the memory line.");
  const ThroughputCurve& curve = view.curves[*view.best_curve];
  const ThroughputPoint& point = curve.points[*view.best_point];
  return (point.has_interval ? tr("Most throughput at %1 with %2: %3 tokens/s.")
                             : tr("Most throughput at %1 with %2, by too few samples to be sure: %3 tokens/s."))
      .arg(valueText(view.axis, point.value), QString::fromStdString(curve.policy),
           localCount(static_cast<std::int64_t>(point.tokens_per_second)));
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
