// What ComparisonChart's scene draws of both steps: live bytes over one another, their peaks, and where a block runs.
#include <algorithm>
#include <limits>

#include "gui/charts/comparison_scene.h"
#include "gui/charts/label_placer.h"
#include "gui/models/local_text.h"

namespace remat {

void ComparisonChart::Scene::setStepRanges() {
  std::int64_t most = 1, longest = 1;
  for (const LiveBytesLine* line : {&view.a_memory, &view.b_memory}) {
    for (const std::int64_t bytes : line->bytes) most = std::max(most, bytes);
    if (!line->time_ns.empty()) longest = std::max(longest, line->time_ns.back());
  }
  step_bytes_unit_ = memoryUnit(most);
  step_time_unit_ = timeUnit(longest);
  yAxis(*steps_).setRange(0, step_bytes_unit_.of(most) * 1.2);
  xAxis(*steps_).setRange(0, step_time_unit_.of(longest));
}

void ComparisonChart::Scene::placeSteps(QSize size) {
  const int gutter = gutterWidth(chart_.font(), size.width());
  const auto head = static_cast<int>(20 * scale());
  const auto foot = static_cast<int>(20 * scale());
  const QRect box = layout_.steps.toRect();
  const int width = std::max(1, size.width() - gutter - 16);
  const int height = std::max(1, box.height() - head - foot);
  placeArea(*steps_, QRect(gutter, box.top() + head, width, height), size);
  hideArea(*steps_, layout_.steps.isEmpty());
  yAxis(*steps_).ticker()->setTickCount(std::clamp(static_cast<int>(height / (34 * scale())), 2, 5));
  xAxis(*steps_).ticker()->setTickCount(std::clamp(static_cast<int>(width / (90 * scale())), 2, 12));
}

QColor ComparisonChart::Scene::lineColor(bool of_a) const {
  const Theme& theme = chart_.theme();
  return of_a ? mixed(theme.secondary, theme.surface, 0.8) : theme.decrease;
}

void ComparisonChart::Scene::paintLine(QCPPainter& painter, const LiveBytesLine& line, const QPen& pen,
                                       std::int64_t begin_ns, std::int64_t end_ns) {
  QPolygonF corners;
  for (std::size_t i = 0; i < line.time_ns.size(); ++i) {
    if (line.time_ns[i] > end_ns) break;
    const bool before = i + 1 < line.time_ns.size() && line.time_ns[i + 1] <= begin_ns;
    if (before) continue;
    const QPointF place(xAxis(*steps_).coordToPixel(step_time_unit_.of(std::max(begin_ns, line.time_ns[i]))),
                        yAxis(*steps_).coordToPixel(step_bytes_unit_.of(line.bytes[i])));
    if (!corners.isEmpty()) corners << QPointF(place.x(), corners.back().y());
    corners << place;
  }
  painter.setBrush(Qt::NoBrush);
  painter.setPen(pen);
  painter.drawPolyline(corners);
}

void ComparisonChart::Scene::paintSteps(QCPPainter& painter) {
  if (layout_.steps.isEmpty()) return;
  constexpr std::int64_t end = std::numeric_limits<std::int64_t>::max();
  painter.setAntialiasing(false);
  paintLine(painter, view.a_memory, QPen(lineColor(true), 1.2), 0, end);
  paintLine(painter, view.b_memory, QPen(lineColor(false), 1.6), 0, end);
}

/// Points along both lines, which labels keep away from.
std::vector<QRectF> ComparisonChart::Scene::lineObstacles() const {
  constexpr double every = 8;
  std::vector<QRectF> obstacles;
  for (const LiveBytesLine* line : {&view.a_memory, &view.b_memory}) {
    for (double x = steps_->left(); x < steps_->right(); x += every) {
      const double time_ns = xAxis(*steps_).pixelToCoord(x) * step_time_unit_.size;
      const auto bytes = line->bytesAt(time_ns);
      if (!bytes) continue;
      const double y = yAxis(*steps_).coordToPixel(step_bytes_unit_.of(*bytes));
      obstacles.emplace_back(x - 1, y - 2, every, 4);
    }
  }
  return obstacles;
}

void ComparisonChart::Scene::paintPeaks(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small_strong);
  std::vector<LabelRequest> requests;
  QStringList texts;
  std::vector<QRectF> obstacles = lineObstacles();
  for (const LiveBytesLine* line : {&view.a_memory, &view.b_memory}) {
    if (!line->peak) continue;
    const bool of_a = line == &view.a_memory;
    const QPointF place(xAxis(*steps_).coordToPixel(step_time_unit_.of(line->time_ns[*line->peak])),
                        yAxis(*steps_).coordToPixel(step_bytes_unit_.of(line->bytes[*line->peak])));
    painter.setPen(QPen(theme.ink, 1.4));
    painter.setBrush(lineColor(of_a));
    painter.drawEllipse(place, 3.5, 3.5);
    obstacles.emplace_back(place - QPointF(4, 4), QSizeF(8, 8));
    texts << (of_a ? chart_.tr("A peaks at %1") : chart_.tr("B peaks at %1")).arg(localBytes(line->bytes[*line->peak]));
    requests.push_back({place, textSize(texts.back(), font), 9.0, true});
  }
  const auto places = placeLabels(requests, obstacles, QRectF(steps_->rect()).adjusted(0, -8, 0, 0));
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!places[i]) continue;
    drawTextAt(painter, places[i]->box.topLeft(), Qt::AlignLeft | Qt::AlignTop, texts[static_cast<qsizetype>(i)], font,
               theme.ink);
  }
}

void ComparisonChart::Scene::paintStepSurround(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small);
  drawAxisTitle(painter, QRectF(0, steps_->top() - 4, titleWidth(chart_.font(), steps_->left()), steps_->height()),
                {chart_.tr("Allocated, %1").arg(step_bytes_unit_.name)}, chart_.font(), theme);
  drawTextAt(painter, {0, steps_->bottom() + 12.0}, Qt::AlignLeft, chart_.tr("Time, %1").arg(step_time_unit_.name),
             textFont(chart_.font(), TextRole::small_strong), theme.ink);
  const QRectF head = drawTextAt(painter, {steps_->left() + 0.0, steps_->top() - 5.0}, Qt::AlignLeft | Qt::AlignBottom,
                                 chart_.tr("Through a step, at the pace of the timed ones"),
                                 textFont(chart_.font(), TextRole::small_strong), theme.ink);
  constexpr double line = 36;  // of each title, with the gap before it
  const double room = std::max(0.0, (steps_->right() - head.right()) / 2 - line);
  double x = steps_->right();
  const double y = steps_->top() - 11.0;
  for (const bool of_a : {false, true}) {
    const QString title = of_a ? chart_.tr("A: %1").arg(view.a_title) : chart_.tr("B: %1").arg(view.b_title);
    const QRectF box = drawTextAt(painter, {x, y}, Qt::AlignRight,
                                  QFontMetricsF(font).elidedText(title, Qt::ElideMiddle, room), font, theme.secondary);
    painter.setPen(QPen(lineColor(of_a), 2));
    painter.drawLine(QPointF(box.left() - 22, y), QPointF(box.left() - 6, y));
    x = box.left() - line;
  }
  paintPeaks(painter);
}

/// The column of the block, and the parts of both lines while it runs.
void ComparisonChart::Scene::paintBlockOverlay(QCPPainter& painter, int block, bool is_selected) {
  const Theme& theme = chart_.theme();
  if (block < 0 || block >= static_cast<int>(view.blocks.size())) return;
  if (hasBlocks()) {
    painter.fillRect(column(block), theme.hover);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.ink, 1.2));
    if (is_selected) painter.drawRect(column(block));
  }
  if (layout_.steps.isEmpty()) return;
  painter.setAntialiasing(false);
  for (const LiveBytesLine* line : {&view.a_memory, &view.b_memory}) {
    for (const StepSpan& span : line->blocks) {
      if (span.block != block) continue;
      paintLine(painter, *line, QPen(lineColor(line == &view.a_memory), 4.5, Qt::SolidLine, Qt::FlatCap), span.begin_ns,
                span.end_ns);
    }
  }
  painter.setAntialiasing(true);
}

}  // namespace remat
