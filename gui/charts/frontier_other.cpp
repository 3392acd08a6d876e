// What FrontierChart's scene draws of another run behind its marks: smaller marks, each with a line to where the same
// point is in this run, and a dashed frontier.
#include <algorithm>

#include "gui/charts/frontier_scene.h"
#include "gui/models/mark.h"

namespace remat {
namespace {

constexpr double kSmallRadius = 3.8;

QPen dashes(const Theme& theme) {
  QPen pen(mixed(theme.secondary, theme.surface, 0.8), 1.2, Qt::CustomDashLine, Qt::FlatCap, Qt::MiterJoin);
  pen.setDashPattern({4, 3});
  return pen;
}

}  // namespace

std::optional<QPointF> FrontierChart::Scene::placeOf(const OtherRun::Point& point) const {
  if (point.mark.hasPlace()) return placeOf(point.mark.peak_bytes, point.mark.speed);
  if (point.mark.state != FrontierMark::State::out_of_memory) return std::nullopt;
  const auto index = static_cast<std::size_t>(&point - view.other->points.data());
  const auto lane = std::find(other_crosses_.begin(), other_crosses_.end(), index) - other_crosses_.begin();
  return crossPlace(point.mark.peak_bytes, crosses_.size() + static_cast<std::size_t>(lane));
}

std::vector<QPointF> FrontierChart::Scene::otherStepLine() const {
  std::vector<QPointF> places;
  for (auto index = view.other->frontier.rbegin(); index != view.other->frontier.rend(); ++index)
    places.push_back(*placeOf(view.other->points[*index]));
  return stepLine(places);
}

void FrontierChart::Scene::paintOther(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const OtherRun& other = *view.other;
  const std::vector<QPointF> corners = otherStepLine();
  painter.setBrush(Qt::NoBrush);
  painter.setPen(dashes(theme));
  if (!corners.empty()) painter.drawPolyline(corners.data(), static_cast<int>(corners.size()));
  for (const OtherRun::Point& point : other.points)
    paintLink(painter, point, QPen(point.mark.style.line(theme.dark), 1.4));
  for (const OtherRun::Point& point : other.points) {
    const auto place = placeOf(point);
    if (!place) continue;
    painter.setPen(QPen(mixed(theme.ink, theme.surface, 0.5), 1));
    paintInterval(painter, point.mark, *place);
    const bool ran_out = point.mark.state == FrontierMark::State::out_of_memory;
    paintMark(painter, *place, point.mark.style, theme.dark, kSmallRadius,
              ran_out ? MarkLook::crossed : MarkLook::filled);
  }
}

void FrontierChart::Scene::paintLink(QCPPainter& painter, const OtherRun::Point& point, const QPen& pen) {
  if (!point.here) return;
  const auto from = placeOf(point);
  const auto to = placeOf(*point.here);
  if (!from || !to) return;
  painter.setPen(pen);
  painter.drawLine(*from, *to);
}

void FrontierChart::Scene::addOtherObstacles(std::vector<QRectF>& obstacles) const {
  if (!view.other) return;
  constexpr double every = 8;
  addStepLine(otherStepLine(), obstacles);
  for (const OtherRun::Point& point : view.other->points) {
    const auto from = placeOf(point);
    if (!from) continue;
    const auto to = point.here ? placeOf(*point.here) : std::nullopt;
    const QLineF link(*from, to.value_or(*from));
    for (double at = 0; at <= link.length(); at += every) {
      const QPointF place = link.length() > 0 ? link.pointAt(at / link.length()) : *from;
      obstacles.emplace_back(place - QPointF(4, 4), QSizeF(8, 8));
    }
  }
}

/// Which marks are of which run, above the picture.
void FrontierChart::Scene::paintOtherKey(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small);
  const PolicyStyle neutral{MarkShape::circle, theme.secondary, theme.secondary, {}};
  constexpr double line = 30, gap = 24;
  const double y = 9 * textScale(chart_.font());
  const double room = std::max(0.0, (rect().width() - 2 * (line + gap)) / 2);
  double x = rect().left();
  for (const bool is_other : {true, false}) {
    painter.setPen(is_other ? dashes(theme) : QPen(theme.secondary, 1.4));
    painter.drawLine(QPointF(x, y), QPointF(x + line - 6, y));
    paintMark(painter, {x + (line - 6) / 2, y}, neutral, theme.dark, is_other ? kSmallRadius : 5.5);
    const QString title =
        QFontMetricsF(font).elidedText(is_other ? view.other->title : view.other->title_here, Qt::ElideMiddle, room);
    x = drawTextAt(painter, {x + line, y}, Qt::AlignLeft, title, font, theme.ink).right() + gap;
  }
}

}  // namespace remat
