// The drawing part of FrontierChart's scene.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <QCoreApplication>

#include "gui/charts/frontier_scene.h"
#include "gui/charts/hatch.h"
#include "gui/models/local_text.h"
#include "gui/models/mark.h"

namespace remat {
namespace {

constexpr double kRadius = 6.5;

QColor faded(QColor color, double alpha) {
  color.setAlphaF(static_cast<float>(alpha));
  return color;
}

MarkLook lookOf(const FrontierMark& mark) {
  switch (mark.state) {
    case FrontierMark::State::dominated: return MarkLook::dimmed;
    case FrontierMark::State::predicted: return MarkLook::hollow;
    case FrontierMark::State::out_of_memory: return MarkLook::crossed;
    default: return MarkLook::filled;
  }
}

QRectF around(QPointF place, double radius) { return {place.x() - radius, place.y() - radius, 2 * radius, 2 * radius}; }

}  // namespace

void FrontierChart::Scene::paintArea(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  if (!hasPicture()) return;
  if (view.memory_line_bytes && lineX() < rect().right() - 1) {
    const QRectF beyond(QPointF(lineX(), rect().top()), rect().bottomRight());
    painter.fillRect(beyond, faded(theme.ink, theme.dark ? 0.05 : 0.03));
    QPainterPath lines;
    addHatch(lines, beyond, 8.0);
    paintHatch(painter, lines, faded(theme.ink, theme.dark ? 0.16 : 0.12));
  }
  if (view.other) paintOther(painter);
  const std::vector<QPointF> corners = ownStepLine();
  painter.setPen(QPen(faded(theme.secondary, 0.75), 1.4, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
  painter.setBrush(Qt::NoBrush);
  if (!corners.empty()) painter.drawPolyline(corners.data(), static_cast<int>(corners.size()));
}

std::vector<QPointF> FrontierChart::Scene::stepLine(const std::vector<QPointF>& places) const {
  std::vector<QPointF> corners;
  const bool is_time = view.speed_unit == SpeedUnit::step_time;
  for (const QPointF place : places) {
    corners.emplace_back(place.x(), corners.empty() ? (is_time ? rect().top() : rect().bottom()) : corners.back().y());
    corners.push_back(place);
  }
  if (!corners.empty()) corners.emplace_back(rect().right(), corners.back().y());
  return corners;
}

std::vector<QPointF> FrontierChart::Scene::ownStepLine() const {
  // From the smallest to the fastest: with more memory one may be as fast as the best so far.
  std::vector<QPointF> places;
  for (auto index = view.frontier.rbegin(); index != view.frontier.rend(); ++index) places.push_back(*placeOf(*index));
  return stepLine(places);
}

void FrontierChart::Scene::paintInterval(QCPPainter& painter, const FrontierMark& mark, QPointF place) {
  if (!mark.speed_low || !mark.speed_high) return;
  const double low = yAxis(*area_).coordToPixel(speed_unit_.of(*mark.speed_low));
  const double high = yAxis(*area_).coordToPixel(speed_unit_.of(*mark.speed_high));
  painter.drawLine(QPointF(place.x(), low), QPointF(place.x(), high));
  for (const double y : {low, high}) painter.drawLine(QPointF(place.x() - 3, y), QPointF(place.x() + 3, y));
}

void FrontierChart::Scene::paintBars(QCPPainter& painter, const FrontierMark& mark, QPointF place) {
  const Theme& theme = chart_.theme();
  const double weight = mark.state == FrontierMark::State::dominated ? 0.35 : 0.75;
  if (mark.reserved_bytes && *mark.reserved_bytes > mark.peak_bytes) {
    const double end = xAxis(*area_).coordToPixel(memory_unit_.of(*mark.reserved_bytes));
    const QColor color = mark.style.line(theme.dark);
    painter.fillRect(QRectF(QPointF(place.x(), place.y() - 1), QPointF(end, place.y() + 1)),
                     faded(color, 0.6 * weight));
  }
  painter.setPen(QPen(faded(theme.ink, weight), 1.2));
  paintInterval(painter, mark, place);
  if (mark.peak_low_bytes && mark.peak_high_bytes) {
    const double low = xAxis(*area_).coordToPixel(memory_unit_.of(*mark.peak_low_bytes));
    const double high = xAxis(*area_).coordToPixel(memory_unit_.of(*mark.peak_high_bytes));
    painter.drawLine(QPointF(low, place.y()), QPointF(high, place.y()));
    for (const double x : {low, high}) painter.drawLine(QPointF(x, place.y() - 3), QPointF(x, place.y() + 3));
  }
}

void FrontierChart::Scene::paintCross(QCPPainter& painter, const FrontierMark& mark, QPointF place) {
  const Theme& theme = chart_.theme();
  const QColor color = mark.style.line(theme.dark);
  // It needs more than this: a lead to the right, with an arrow where it leaves the picture.
  const double end = std::min(place.x() + 44, rect().right() - 4);
  painter.setPen(QPen(color, 1.4, Qt::DotLine));
  painter.drawLine(place + QPointF(8, 0), QPointF(end, place.y()));
  painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap));
  painter.drawLine(QPointF(end, place.y()), QPointF(end - 4, place.y() - 3));
  painter.drawLine(QPointF(end, place.y()), QPointF(end - 4, place.y() + 3));
  paintMark(painter, place, mark.style, theme.dark, kRadius, MarkLook::crossed);
}

void FrontierChart::Scene::paintMarks(QCPPainter& painter) {
  if (isCrowded()) paintCrowd(painter);
  // The frontier last, so that it lies on top.
  for (const bool on_top : {false, true}) {
    for (const std::size_t i : single_) {
      const FrontierMark& mark = view.marks[i];
      if ((mark.state == FrontierMark::State::measured) != on_top) continue;
      const auto place = placeOf(i);
      if (!place || !rect().adjusted(-60, -60, 60, 60).contains(*place)) continue;
      if (mark.state == FrontierMark::State::out_of_memory) {
        paintCross(painter, mark, *place);
        continue;
      }
      paintBars(painter, mark, *place);
      paintMark(painter, *place, mark.style, chart_.theme().dark, kRadius, lookOf(mark));
    }
  }
}

/// Hundreds of dominated marks and more: one small mark per three pixels, drawn once per look.
void FrontierChart::Scene::paintCrowd(QCPPainter& painter) {
  constexpr int cell = 3;
  const QRectF bounds = rect();
  const auto columns = static_cast<std::size_t>(bounds.width() / cell) + 1;
  std::vector<bool> taken(columns * (static_cast<std::size_t>(bounds.height() / cell) + 1), false);
  std::map<std::pair<MarkShape, QRgb>, QPixmap> pixmaps;
  const bool vector = painter.modes().testFlag(QCPPainter::pmVectorized);
  const double scale = chart_.plot().bufferDevicePixelRatio();
  // Both axes are linear.
  const QPointF zero(xAxis(*area_).coordToPixel(0), yAxis(*area_).coordToPixel(0));
  const double per_byte = (xAxis(*area_).coordToPixel(1) - zero.x()) / memory_unit_.size;
  const double per_speed = (yAxis(*area_).coordToPixel(1) - zero.y()) / speed_unit_.size;
  for (const Dot& dot : crowd_) {
    const QPointF place = zero + QPointF(per_byte * dot.bytes, per_speed * dot.speed);
    if (!bounds.contains(place)) continue;
    const std::size_t at = static_cast<std::size_t>((place.y() - bounds.top()) / cell) * columns +
                           static_cast<std::size_t>((place.x() - bounds.left()) / cell);
    if (taken[at]) continue;
    taken[at] = true;
    if (vector) {
      paintMark(painter, place, *dot.style, chart_.theme().dark, 3.5, MarkLook::dimmed);
      continue;
    }
    QPixmap& pixmap = pixmaps[{dot.style->shape, dot.style->light.rgb()}];
    if (pixmap.isNull()) pixmap = markPixmap(*dot.style, chart_.theme().dark, 9, scale, MarkLook::dimmed);
    painter.drawPixmap(place - QPointF(4.5, 4.5), pixmap);
  }
}

QStringList FrontierChart::Scene::labelLines(std::size_t index) const {
  const FrontierMark& mark = view.marks[index];
  const QString policy = QString::fromStdString(mark.policy);
  if (mark.state == FrontierMark::State::out_of_memory) return {policy};
  if (mark.key != selected && index != view.winner) return {policy};
  const QString memory = QLocale().toString(memory_unit_.of(mark.peak_bytes), 'f', 2);
  const QString speed = view.speed_unit == SpeedUnit::step_time
                            ? localDuration(static_cast<std::int64_t>(mark.speed))
                            : chart_.tr("%1 tokens/s").arg(localCount(static_cast<std::int64_t>(mark.speed)));
  return {policy, QStringLiteral("%1 %2 · %3").arg(memory, memory_unit_.name, speed)};
}

void FrontierChart::Scene::addStepLine(const std::vector<QPointF>& corners, std::vector<QRectF>& obstacles) {
  for (std::size_t i = 1; i < corners.size(); ++i)
    obstacles.push_back(QRectF(corners[i - 1], corners[i]).normalized().adjusted(-1, -1, 1, 1));
}

std::vector<QRectF> FrontierChart::Scene::obstacles() const {
  std::vector<QRectF> all;
  for (const std::size_t i : single_) {
    const FrontierMark& mark = view.marks[i];
    const auto place = placeOf(i);
    if (!place) continue;
    all.push_back(around(*place, kRadius + 2));
    if (mark.state == FrontierMark::State::out_of_memory) all.emplace_back(place->x(), place->y() - 3, 48, 6);
    if (mark.reserved_bytes) {
      const double end = xAxis(*area_).coordToPixel(memory_unit_.of(*mark.reserved_bytes));
      all.emplace_back(QPointF(place->x(), place->y() - 2), QPointF(std::max(end, place->x()), place->y() + 2));
    }
    if (!mark.speed_low || !mark.speed_high) continue;
    const double low = yAxis(*area_).coordToPixel(speed_unit_.of(*mark.speed_low));
    const double high = yAxis(*area_).coordToPixel(speed_unit_.of(*mark.speed_high));
    all.emplace_back(QPointF(place->x() - 3, std::min(low, high)), QPointF(place->x() + 3, std::max(low, high)));
  }
  if (const auto beyond = beyondBox()) all.push_back(*beyond);
  addOtherObstacles(all);
  addStepLine(ownStepLine(), all);
  if (view.memory_line_bytes) all.emplace_back(lineX() - 2, rect().top(), 4, rect().height());
  return all;
}

/// What is worth a name if there is not room for all: the frontier, then what ran out, then the dominated.
std::vector<std::size_t> FrontierChart::Scene::labelOrder() const {
  std::vector<std::size_t> order = view.frontier;
  order.insert(order.end(), crosses_.begin(), crosses_.end());
  for (const std::size_t i : single_) {
    if (std::find(order.begin(), order.end(), i) == order.end()) order.push_back(i);
  }
  return order;
}

LabelRequest FrontierChart::Scene::labelRequest(std::size_t index, QPointF place) const {
  const QStringList lines = labelLines(index);
  const QFont font = textFont(chart_.font(), lines.size() > 1 ? TextRole::small_strong : TextRole::small);
  QSizeF size(0, 0);
  for (const QString& line : lines) {
    const QSizeF line_size = textSize(line, font);
    size = {std::max(size.width(), line_size.width()), size.height() + line_size.height()};
  }
  // The name of a cross stands behind its lead.
  const bool is_cross = view.marks[index].state == FrontierMark::State::out_of_memory;
  return {is_cross ? place + QPointF(44, 0) : place, size, is_cross ? 6.0 : kRadius + 3.0, lines.size() > 1};
}

void FrontierChart::Scene::paintLabel(QCPPainter& painter, std::size_t index, const LabelPlace& place) {
  const Theme& theme = chart_.theme();
  const bool weak = view.marks[index].state != FrontierMark::State::measured;
  if (place.leader) {
    painter.setPen(QPen(faded(theme.secondary, 0.6), 1));
    painter.drawLine(*place.leader);
  }
  const QStringList lines = labelLines(index);
  QPointF at = place.box.topLeft();
  for (qsizetype line = 0; line < lines.size(); ++line) {
    const bool is_strong = lines.size() > 1 && line == 0;
    const QFont font = textFont(chart_.font(), is_strong ? TextRole::small_strong : TextRole::small);
    const QColor color = line > 0 || weak ? theme.secondary : theme.ink;
    at.ry() = drawTextAt(painter, at, Qt::AlignLeft | Qt::AlignTop, lines[line], font, color).bottom();
  }
}

void FrontierChart::Scene::paintLabels(QCPPainter& painter) {
  constexpr std::size_t most = 80;
  std::vector<LabelRequest> requests;
  std::vector<std::size_t> owners;
  for (const std::size_t index : labelOrder()) {
    const auto place = placeOf(index);
    if (!place || !rect().contains(*place) || requests.size() >= most) continue;
    requests.push_back(labelRequest(index, *place));
    owners.push_back(index);
  }
  if (requests.empty()) return;
  const auto places = placeLabels(requests, obstacles(), rect().adjusted(2, 2, -2, -2));
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i]) paintLabel(painter, owners[i], *places[i]);
  }
}

}  // namespace remat
