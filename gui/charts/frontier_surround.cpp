// What FrontierChart's scene draws around its marks: memory line, axis titles, legend, rings.
#include <array>

#include "gui/charts/frontier_scene.h"
#include "gui/models/local_text.h"
#include "gui/models/mark.h"

namespace remat {

QRectF FrontierChart::Scene::handleBox() const {
  QSizeF size =
      textSize(localBytes(view.memory_line_bytes.value_or(0)), textFont(chart_.font(), TextRole::small_strong));
  size += QSizeF(18, 6);
  QRectF box({}, size);
  box.moveCenter({lineX(), rect().top() - 4 - size.height() / 2});
  box.moveLeft(std::clamp(box.left(), rect().left() - size.width() / 2, size_.width() - size.width() - 1));
  return box;
}

void FrontierChart::Scene::paintMemoryLine(QCPPainter& painter) {
  if (!view.memory_line_bytes || !hasPicture()) return;
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small_strong);
  const double true_x = xAxis(*area_).coordToPixel(memory_unit_.of(*view.memory_line_bytes));
  const bool is_inside = true_x >= rect().left() && true_x <= rect().right();
  painter.setPen(QPen(theme.ink, 1.6, is_inside ? Qt::SolidLine : Qt::DashLine));
  painter.drawLine(QPointF(lineX(), rect().top() - 5), QPointF(lineX(), rect().bottom()));
  const QRectF box = handleBox();
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.ink);
  painter.drawRoundedRect(box, box.height() / 2, box.height() / 2);
  drawTextAt(painter, box.center(), Qt::AlignCenter, localBytes(*view.memory_line_bytes), font, theme.surface);
  if (const auto beyond = beyondBox()) {
    drawTextAt(painter, beyond->topRight(), Qt::AlignRight | Qt::AlignTop, chart_.tr("beyond the memory line"),
               textFont(chart_.font(), TextRole::small), theme.secondary);
  }
}

std::optional<QRectF> FrontierChart::Scene::beyondBox() const {
  if (!view.memory_line_bytes) return std::nullopt;
  const QSizeF size = textSize(chart_.tr("beyond the memory line"), textFont(chart_.font(), TextRole::small));
  if (rect().right() - lineX() < size.width() + 16) return std::nullopt;
  const QRectF box(QPointF(rect().right() - 6 - size.width(), rect().top() + 5), size);
  for (const std::size_t i : single_) {
    const auto place = placeOf(i);
    if (place && box.adjusted(-9, -9, 9, 9).contains(*place)) return std::nullopt;
  }
  return box;
}

void FrontierChart::Scene::paintSurround(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont& base = chart_.font();
  if (!hasPicture()) {
    drawEmptyText(painter, QRectF({}, size_), view.finding, base, theme);
    return;
  }
  const bool is_time = view.speed_unit == SpeedUnit::step_time;
  const QString time =
      speed_unit_.name.isEmpty() ? chart_.tr("Step time") : chart_.tr("Step time, %1").arg(speed_unit_.name);
  const QString title = is_time ? time : chart_.tr("Tokens/s");
  drawAxisTitle(painter, QRectF(0, rect().top() - 2, titleWidth(base, rect().left()), rect().height()),
                {title, chart_.tr("median and"), chart_.tr("95% interval")}, base, theme);
  const double y = size_.height() - 2;
  const QRectF box = drawTextAt(painter, {rect().left(), y}, Qt::AlignLeft | Qt::AlignBottom,
                                chart_.tr("Peak memory, %1").arg(memory_unit_.name),
                                textFont(base, TextRole::small_strong), theme.ink);
  const QFont small_font = textFont(base, TextRole::small);
  double x = drawTextAt(painter, {box.right() + 14, y}, Qt::AlignLeft | Qt::AlignBottom, chart_.tr("mark: allocated"),
                        small_font, theme.secondary)
                 .right();
  const double words_width = textSize(chart_.tr("up to reserved"), small_font).width();
  if (has_reserved_ && x + 36 + words_width < size_.width()) {
    painter.fillRect(QRectF(x + 14, box.center().y() - 1, 16, 2), theme.secondary);
    x = drawTextAt(painter, {x + 36, y}, Qt::AlignLeft | Qt::AlignBottom, chart_.tr("up to reserved"), small_font,
                   theme.secondary)
            .right();
  }
  paintLegend(painter, x + 20, y);
  if (view.other) paintOtherKey(painter);
}

void FrontierChart::Scene::paintLegend(QCPPainter& painter, double left, double y) {
  struct Entry {
    FrontierMark::State state;
    MarkLook look;
    const char* text;
  };
  static constexpr std::array entries = {
      Entry{FrontierMark::State::out_of_memory, MarkLook::crossed, QT_TR_NOOP("out of memory")},
      Entry{FrontierMark::State::predicted, MarkLook::hollow, QT_TR_NOOP("predicted")},
      Entry{FrontierMark::State::dominated, MarkLook::dimmed, QT_TR_NOOP("dominated")},
      Entry{FrontierMark::State::measured, MarkLook::filled, QT_TR_NOOP("measured")}};
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small);
  const PolicyStyle neutral{MarkShape::circle, theme.secondary, theme.secondary, {}};
  double right = rect().right();
  for (const Entry& entry : entries) {
    const bool used = uses_[static_cast<std::size_t>(entry.state)];
    const QString text = chart_.tr(entry.text);
    if (!used || right - textSize(text, font).width() - 18 < left) continue;
    const QRectF box = drawTextAt(painter, {right, y}, Qt::AlignRight | Qt::AlignBottom, text, font, theme.secondary);
    paintMark(painter, {box.left() - 10, box.center().y()}, neutral, theme.dark, 4.5, entry.look);
    right = box.left() - 30;
  }
}

void FrontierChart::Scene::paintOverlay(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  painter.setBrush(Qt::NoBrush);
  for (std::size_t i = 0; i < view.marks.size() && !(selected.isEmpty() && hovered.isEmpty()); ++i) {
    const bool is_selected = !selected.isEmpty() && view.marks[i].key == selected;
    const bool is_hovered = !hovered.isEmpty() && view.marks[i].key == hovered && !chart_.isPicture();
    if (!is_selected && !is_hovered) continue;
    const auto place = placeOf(i);
    if (!place || !rect().contains(*place)) continue;
    const QPen pen(theme.ink, is_selected ? 2.0 : 1.2);
    painter.setPen(pen);
    painter.drawEllipse(*place, 12.5, 12.5);
    if (!view.other) continue;
    for (const OtherRun::Point& point : view.other->points) {
      if (point.here == i) paintLink(painter, point, pen);
    }
  }
}

}  // namespace remat
