#include "gui/models/depth_view.h"

#include "gui/models/frontier_view.h"
#include "gui/models/local_text.h"
#include "gui/models/text.h"

namespace remat {
namespace {

/// What was tried, in words that claim nothing about what was not.
QString fitText(const DepthCurve& curve, const DepthView& view) {
  const bool layers = view.axis == SweepAxis::layers;
  if (!curve.largest_fit) return tr("nothing fits");
  const bool something_failed = !curve.out_of_memory.empty() || curve.points.back().value > *curve.largest_fit;
  const QString value = localCount(*curve.largest_fit);
  if (!view.memory_line_bytes && !something_failed) {
    return (layers ? tr("to %1 layers") : tr("to batch %1")).arg(value);
  }
  return (layers ? tr("fits to %1 layers") : tr("fits to batch %1")).arg(value);
}

/// Bytes per layer between the ends of a curve.
std::optional<double> slopeOf(const DepthCurve& curve) {
  if (curve.points.size() < 2) return std::nullopt;
  const auto& first = curve.points.front();
  const auto& last = curve.points.back();
  return static_cast<double>(last.peak_bytes - first.peak_bytes) / static_cast<double>(last.value - first.value);
}

QString findingOf(const DepthView& view) {
  const DepthCurve* store_all = nullptr;
  const DepthCurve* flattest = nullptr;
  for (const DepthCurve& curve : view.curves) {
    if (!slopeOf(curve)) continue;
    if (curve.policy == "store_all") store_all = &curve;
    if (flattest == nullptr || *slopeOf(curve) < *slopeOf(*flattest)) flattest = &curve;
  }
  const bool layers = view.axis == SweepAxis::layers;
  if (flattest == nullptr) {
    return layers ? tr("One number of layers was measured: sweep more to compare.")
                  : tr("One batch size was measured: sweep more to compare.");
  }
  const auto bytes = [](const DepthCurve& curve) { return localBytes(static_cast<std::int64_t>(*slopeOf(curve))); };
  const QString first =
      (layers ? tr("A layer more costs %1 with %2") : tr("A sequence more in the batch costs %1 with %2"))
          .arg(bytes(*flattest), QString::fromStdString(flattest->policy));
  if (store_all == nullptr || store_all == flattest) return first + u'.';
  return tr("%1, %2 with store_all.").arg(first, bytes(*store_all));
}

DepthPoint pointOf(const PointResult& point, SweepAxis axis) {
  DepthPoint shown{.key = QString::fromStdString(point.key()),
                   .value = axisValue(point.spec(), axis),
                   .peak_bytes = *point.finished->peak_allocated_bytes};
  const QString value = localCount(shown.value);
  shown.tip = QString::fromStdString(point.spec().policy) + QStringLiteral(", ") +
              (axis == SweepAxis::layers ? tr("%1 layers") : tr("batch %1")).arg(value) + u'\n' +
              tr("peak %1, %2 bytes").arg(localBytes(shown.peak_bytes), localCount(shown.peak_bytes));
  return shown;
}

}  // namespace

DepthView depthView(const Run& run, const PointGroup& group, SweepAxis axis,
                    std::optional<std::int64_t> memory_line_bytes) {
  DepthView view{.axis = axis, .memory_line_bytes = memory_line_bytes};
  if (!memory_line_bytes) view.memory_line_bytes = measuredMemoryCap(run, group);
  const SweepSlice slice = sweepSlice(run, group, axis);
  for (const SliceRow& row : slice.rows) {
    DepthCurve curve{row.policy, row.style, {}, {}, {}, {}};
    for (const auto& index : row.points) {
      if (!index) continue;
      const PointResult& point = run.points[*index];
      if (point.finished && point.finished->outcome == Outcome::out_of_memory) {
        curve.out_of_memory.push_back(axisValue(point.spec(), axis));
      }
      if (!point.completed() || !point.finished->peak_allocated_bytes) continue;
      curve.points.push_back(pointOf(point, axis));
      const DepthPoint& shown = curve.points.back();
      if (!view.memory_line_bytes || shown.peak_bytes <= *view.memory_line_bytes) curve.largest_fit = shown.value;
    }
    if (curve.points.empty() && curve.out_of_memory.empty()) continue;
    curve.fit_text = fitText(curve, view);
    view.curves.push_back(std::move(curve));
  }
  view.finding = findingOf(view);
  return view;
}

ResultTable DepthView::table() const {
  using enum ColumnUnit;
  const bool is_batch = axis == SweepAxis::batch;
  ResultTable table{{{"policy", "policy", text},
                     {is_batch ? "batch_size" : "num_hidden_layers", is_batch ? "batch" : "layers", count},
                     {"outcome", "outcome", text},
                     {"peak_allocated_bytes", "peak", bytes}},
                    {}};
  for (const DepthCurve& curve : curves) {
    for (const DepthPoint& point : curve.points) {
      table.rows.push_back({curve.policy, point.value, std::string("completed"), point.peak_bytes});
    }
    for (const std::int64_t value : curve.out_of_memory) {
      table.rows.push_back({curve.policy, value, std::string("out_of_memory"), Cell()});
    }
  }
  return table;
}

}  // namespace remat
