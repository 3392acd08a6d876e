#include "gui/models/mark.h"

#include <cmath>
#include <numbers>

#include <QPainter>

namespace remat {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

/// `corners` points on a circle, the first straight up; every second one at `inner` of the radius.
QPainterPath polygon(int corners, double radius, double inner = 1.0, double turned = 0.0) {
  QPainterPath path;
  for (int i = 0; i < corners; ++i) {
    const double angle = kTurn * (i + turned) / corners - kTurn / 4;
    const double r = i % 2 == 0 ? radius : radius * inner;
    const QPointF corner(r * std::cos(angle), r * std::sin(angle));
    i == 0 ? path.moveTo(corner) : path.lineTo(corner);
  }
  path.closeSubpath();
  return path;
}

QPainterPath plus(double radius) {
  const double arm = radius * 0.36;
  QPainterPath path;
  path.setFillRule(Qt::WindingFill);
  path.addRect(-radius, -arm, 2 * radius, 2 * arm);
  path.addRect(-arm, -radius, 2 * arm, 2 * radius);
  return path.simplified();
}

/// Four panes with a cross between them.
QPainterPath crossBox(double radius) {
  const double gap = radius * 0.2;
  const double side = radius - gap;
  QPainterPath path;
  for (const double x : {-radius, gap}) {
    for (const double y : {-radius, gap}) path.addRect(x, y, side, side);
  }
  return path;
}

QPainterPath cross(double radius) {
  QPainterPath path;
  path.moveTo(-radius, -radius);
  path.lineTo(radius, radius);
  path.moveTo(-radius, radius);
  path.lineTo(radius, -radius);
  return path;
}

/// What is cut out of a shape, around the middle of its area.
QPainterPath detailPath(MarkDetail detail, double radius) {
  QPainterPath path;
  const double half = std::max(1.0, radius * 0.21);
  switch (detail) {
    case MarkDetail::none: break;
    case MarkDetail::hole: path.addEllipse({0, 0}, radius * 0.42, radius * 0.42); break;
    case MarkDetail::bar: path.addRect(-radius * 1.4, -half, radius * 2.8, 2 * half); break;
    case MarkDetail::upright: path.addRect(-half, -radius * 1.4, 2 * half, radius * 2.8); break;
  }
  return path;
}

}  // namespace

// The factors make areas about equal.
QPainterPath markPath(MarkShape shape, double radius) {
  QPainterPath path;
  switch (shape) {
    case MarkShape::circle: path.addEllipse({0, 0}, radius * 0.92, radius * 0.92); break;
    case MarkShape::square: path.addRect(-radius * 0.8, -radius * 0.8, radius * 1.6, radius * 1.6); break;
    case MarkShape::triangle_up: path = polygon(3, radius * 1.2).translated(0, radius * 0.22); break;
    case MarkShape::triangle_down: path = polygon(3, radius * 1.2, 1.0, 1.5).translated(0, -radius * 0.22); break;
    case MarkShape::diamond: path = polygon(4, radius * 1.15); break;
    case MarkShape::pentagon: path = polygon(5, radius * 1.06); break;
    case MarkShape::hexagon: path = polygon(6, radius * 1.02); break;
    case MarkShape::plus: path = plus(radius * 1.05); break;
    case MarkShape::star: path = polygon(10, radius * 1.28, 0.42).translated(0, radius * 0.08); break;
    case MarkShape::cross_box: path = crossBox(radius * 0.85); break;
  }
  return path;
}

void paintMark(QPainter& painter, QPointF centre, const PolicyStyle& style, bool dark, double radius, MarkLook look) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(centre);
  QColor fill = style.fill(dark);
  QColor rim = style.line(dark);
  if (look == MarkLook::dimmed) {
    fill.setAlphaF(0.42F);
    rim.setAlphaF(0.5F);
  }
  if (look == MarkLook::crossed) {
    painter.setPen(QPen(rim, std::max(1.6, radius * 0.3), Qt::SolidLine, Qt::RoundCap));
    painter.drawPath(cross(radius * 0.78));
  } else if (look == MarkLook::hollow) {
    painter.setPen(QPen(rim, std::max(1.4, radius * 0.22)));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(markPath(style.shape, radius * 0.94));
    painter.setPen(Qt::NoPen);
    painter.setBrush(rim);
    painter.drawPath(detailPath(style.detail, radius * 0.94).intersected(markPath(style.shape, radius * 0.94)));
  } else {
    painter.setPen(QPen(rim, 1.0));
    painter.setBrush(fill);
    const QPainterPath shape = markPath(style.shape, radius);
    painter.drawPath(style.detail == MarkDetail::none ? shape : shape.subtracted(detailPath(style.detail, radius)));
  }
  painter.restore();
}

QPixmap markPixmap(const PolicyStyle& style, bool dark, int size, double scale, MarkLook look) {
  QPixmap pixmap(QSize(size, size) * scale);
  pixmap.setDevicePixelRatio(scale);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  paintMark(painter, QPointF(size, size) / 2.0, style, dark, size * 0.38, look);
  return pixmap;
}

}  // namespace remat
