#include "gui/charts/step_scene.h"

#include <algorithm>
#include <cmath>

#include "gui/charts/step_columns.h"
#include "gui/models/local_text.h"

namespace remat {
namespace {

constexpr double kPhaseStrip = 7;
constexpr double kKernelRow = 13;

}  // namespace

StepMemoryChart::Scene::Scene(StepMemoryChart& chart)
    : chart_(chart), area_(addArea(chart.plot())), kernels_(addArea(chart.plot())) {
  QCustomPlot& plot = chart.plot();
  area_->setRangeDrag(Qt::Horizontal);
  area_->setRangeZoom(Qt::Horizontal);
  area_->setRangeDragAxes(&xAxis(*area_), nullptr);
  area_->setRangeZoomAxes(&xAxis(*area_), nullptr);
  plot.setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
  yAxis(*kernels_).setTickLabels(false);
  new Drawing(
      plot, kAreasLayer, [this](QCPPainter& painter) { paintBands(painter); }, area_);
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paintPhases(painter); });
  new Drawing(
      plot, kMarksLayer, [this](QCPPainter& painter) { paintMemoryLine(painter); }, area_);
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paintPeak(painter); });
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paintKernels(painter); });
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paintOverview(painter); });
  new Drawing(plot, kMarksLayer, [this](QCPPainter& painter) { paintSurround(painter); });
  new Drawing(plot, kOverlayLayer, [this](QCPPainter& painter) { paintOverlay(painter); });
}

void StepMemoryChart::Scene::take(const StepMemoryView& new_view) {
  const bool same_step = view.key == new_view.key && view.step_ns == new_view.step_ns && !view.empty();
  view = new_view;
  std::int64_t most = 1;
  if (view.peak) most = std::max<std::int64_t>(1, view.total_bytes[*view.peak]);
  const std::int64_t line = view.memory_line_bytes.value_or(0);
  const std::int64_t top = line > 0 && line < most + most / 2 ? std::max(line, most) : most;
  memory_unit_ = memoryUnit(top);
  time_unit_ = timeUnit(view.step_ns);
  yAxis(*area_).setRange(0, memory_unit_.of(top) * 1.16);
  if (same_step) return;
  history = ZoomHistory({0, std::max<std::int64_t>(1, view.step_ns)});
  setRange(history.current());
}

TimeRange StepMemoryChart::Scene::range() const {
  const QCPRange shown = xAxis(*area_).range();
  return {static_cast<std::int64_t>(std::llround(shown.lower * time_unit_.size)),
          static_cast<std::int64_t>(std::llround(shown.upper * time_unit_.size))};
}

void StepMemoryChart::Scene::setRange(TimeRange asked) {
  const std::int64_t whole = std::max<std::int64_t>(1, view.step_ns);
  // No closer than a hundred-thousandth of the step, no further than all of it; moved inside rather than cut.
  const std::int64_t width =
      std::clamp<std::int64_t>(asked.end_ns - asked.begin_ns, std::max<std::int64_t>(1, whole / 100'000), whole);
  const std::int64_t begin = std::clamp<std::int64_t>(asked.begin_ns, 0, whole - width);
  const QCPRange range(time_unit_.of(begin), time_unit_.of(begin + width));
  if (xAxis(*area_).range() != range) xAxis(*area_).setRange(range);
}

void StepMemoryChart::Scene::layOut(QSize size) {
  size_ = size;
  const double scale = textScale(chart_.font());
  const int gutter = gutterWidth(chart_.font(), size.width());
  const int right = 16;
  const int top = static_cast<int>(22 * scale);
  const int ticks = static_cast<int>(24 * scale);
  const bool small = size.height() < 190 * scale;
  const int overview = small ? 0 : static_cast<int>(30 * scale);
  const int lane =
      hasKernels() ? static_cast<int>(kKernelRow * scale * static_cast<double>(view.kernels->rows.size())) : 0;
  const int lane_room = lane > 0 ? lane + ticks + 8 : 0;
  const int width = size.width() - gutter - right;
  const int height = std::max(30, size.height() - top - ticks - lane_room - overview - (overview > 0 ? 4 : 0));
  placeArea(*area_, QRect(gutter, top, width, height), size);
  placeArea(*kernels_, QRect(gutter, top + height + ticks + 8, width, std::max(1, lane)), size);
  overview_ = overview > 0 ? QRectF(gutter, size.height() - overview, width, overview - 1) : QRectF();
  hideArea(*area_, view.empty());
  hideArea(*kernels_, view.empty() || lane == 0);
  yAxis(*kernels_).grid()->setVisible(false);
  yAxis(*area_).ticker()->setTickCount(std::clamp(static_cast<int>(height / (48 * scale)), 2, 6));
  xAxis(*area_).ticker()->setTickCount(std::clamp(static_cast<int>(width / (90 * scale)), 2, 12));
  if (lane == 0) return;
  const TimeRange shown = range();
  xAxis(*kernels_).ticker()->setTickCount(std::clamp(static_cast<int>(width / (90 * scale)), 2, 12));
  xAxis(*kernels_).setRange(time_unit_.of(kernelTimeOf(static_cast<double>(shown.begin_ns))),
                            time_unit_.of(kernelTimeOf(static_cast<double>(shown.end_ns))));
}

double StepMemoryChart::Scene::xOf(std::int64_t time_ns) const {
  return xAxis(*area_).coordToPixel(time_unit_.of(time_ns));
}
double StepMemoryChart::Scene::yOf(std::int64_t bytes) const {
  return yAxis(*area_).coordToPixel(memory_unit_.of(bytes));
}
double StepMemoryChart::Scene::timeAt(double x) const { return xAxis(*area_).pixelToCoord(x) * time_unit_.size; }

double StepMemoryChart::Scene::overviewTimeAt(double x) const {
  const double part = (x - overview_.left()) / std::max(1.0, overview_.width());
  return std::clamp(part, 0.0, 1.0) * static_cast<double>(view.step_ns);
}

/// Piecewise linear between moments that both steps have.
double StepMemoryChart::Scene::kernelTimeOf(double memory_ns) const {
  const auto& from = view.kernels->memory_anchor_ns;
  const auto& to = view.kernels->kernel_anchor_ns;
  const auto after = std::upper_bound(from.begin(), from.end(), memory_ns, [](double value, std::int64_t anchor) {
    return value < static_cast<double>(anchor);
  });
  const auto i = static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(after - from.begin(), 1, static_cast<std::ptrdiff_t>(from.size()) - 1));
  const auto width = static_cast<double>(std::max<std::int64_t>(1, from[i] - from[i - 1]));
  const double part = (memory_ns - static_cast<double>(from[i - 1])) / width;
  return static_cast<double>(to[i - 1]) + part * static_cast<double>(to[i] - to[i - 1]);
}

std::optional<int> StepMemoryChart::Scene::blockAt(QPointF place) const {
  if (!mainBox().contains(place)) return std::nullopt;
  const double time_ns = timeAt(place.x());
  for (const StepSpan& span : view.blocks) {
    if (static_cast<double>(span.begin_ns) <= time_ns && time_ns < static_cast<double>(span.end_ns)) return span.block;
  }
  return std::nullopt;
}

QString StepMemoryChart::Scene::tipAt(QPointF place) const {
  if (view.empty() || !mainBox().contains(place)) return {};
  const double time_ns = timeAt(place.x());
  const auto after =
      std::upper_bound(view.time_ns.begin(), view.time_ns.end(), time_ns,
                       [](double value, std::int64_t time) { return value < static_cast<double>(time); });
  const auto at = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, after - view.time_ns.begin() - 1));
  QStringList lines(chart_.tr("%1 at %2").arg(localBytes(view.total_bytes[at]), localDuration(view.time_ns[at])));
  // The largest bands; the rest is in the table.
  std::vector<const StepBand*> bands;
  for (const StepBand& band : view.bands) {
    if (band.bytes[at] > 0) bands.push_back(&band);
  }
  std::stable_sort(bands.begin(), bands.end(), [&](auto* a, auto* b) { return a->bytes[at] > b->bytes[at]; });
  for (std::size_t i = 0; i < std::min<std::size_t>(bands.size(), 6); ++i) {
    lines << QStringLiteral("%1: %2").arg(bands[i]->name, localBytes(bands[i]->bytes[at]));
  }
  return lines.join(u'\n');
}

QColor StepMemoryChart::Scene::bandColor(const StepBand& band) const {
  const Theme& theme = chart_.theme();
  QColor color = theme.categories[0];
  if (band.category) color = theme.categories[static_cast<std::size_t>(*band.category)];
  if (band.depth_ratio) color = sequentialColor(0.08 + 0.84 * *band.depth_ratio);
  if (highlighted && band.category != highlighted) color = mixed(color, theme.surface, 0.35);
  return color;
}

}  // namespace remat
