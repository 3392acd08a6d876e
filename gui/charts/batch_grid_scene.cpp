#include "gui/charts/batch_grid_scene.h"

#include <algorithm>
#include <cmath>

#include "gui/charts/hatch.h"
#include "gui/models/local_text.h"
#include "gui/models/mark.h"

namespace remat {

BatchGridChart::Scene::Scene(BatchGridChart& chart) : chart_(chart) {
  new Drawing(chart.plot(), kMarksLayer, [this](QCPPainter& painter) { paint(painter); });
  new Drawing(chart.plot(), kOverlayLayer, [this](QCPPainter& painter) { paintOverlay(painter); });
}

void BatchGridChart::Scene::take(const BatchGridView& new_view) {
  view = new_view;
  low_ = high_ = 0;
  bool any = false;
  for (const GridRow& row : view.rows) {
    for (const GridCell& cell : row.cells) {
      const auto value = cell.value(view.metric);
      if (!value) continue;
      low_ = any ? std::min(low_, *value) : *value;
      high_ = any ? std::max(high_, *value) : *value;
      any = true;
    }
  }
  unit_ = view.metric == GridMetric::peak        ? memoryUnit(static_cast<std::int64_t>(high_))
          : view.metric == GridMetric::step_time ? timeUnit(static_cast<std::int64_t>(high_))
                                                 : AxisUnit{1.0, chart_.tr("tokens/s")};
}

std::optional<CellPlace> BatchGridChart::Scene::cellAt(QPointF place) const {
  const QRectF box = gridBox();
  if (!box.contains(place) || view.values.empty() || view.rows.empty()) return std::nullopt;
  return CellPlace{
      std::min(view.rows.size() - 1, static_cast<std::size_t>((place.y() - box.top()) / rowHeight())),
      std::min(view.values.size() - 1, static_cast<std::size_t>((place.x() - box.left()) / columnWidth()))};
}

std::optional<CellPlace> BatchGridChart::Scene::find(const QString& key) const {
  for (std::size_t r = 0; r < view.rows.size(); ++r) {
    for (std::size_t c = 0; c < view.rows[r].cells.size(); ++c) {
      if (!key.isEmpty() && view.rows[r].cells[c].key == key) return CellPlace{r, c};
    }
  }
  return std::nullopt;
}

std::optional<PointMark> BatchGridChart::Scene::markAt(QPointF place) const {
  const auto at = cellAt(place);
  return at ? std::optional(PointMark{cell(*at).key, cell(*at).tip}) : std::nullopt;
}

QString BatchGridChart::Scene::neighbour(ArrowStep step) const {
  const auto from = find(selected);
  auto row = from ? static_cast<std::ptrdiff_t>(from->row) + step.down : 0;
  auto column = from ? static_cast<std::ptrdiff_t>(from->column) + step.right : 0;
  const auto inside = [&] {
    return row >= 0 && column >= 0 && row < static_cast<std::ptrdiff_t>(view.rows.size()) &&
           column < static_cast<std::ptrdiff_t>(view.values.size());
  };
  for (; inside(); row += step.down, column += step.right) {
    const QString& key = cell({static_cast<std::size_t>(row), static_cast<std::size_t>(column)}).key;
    if (!key.isEmpty()) return key;
  }
  return {};
}

QRectF BatchGridChart::Scene::gridBox() const {
  const double left = gutterWidth(chart_.font(), size_.width());
  const double top = 26 * scale();
  const double columns = static_cast<double>(std::max<std::size_t>(1, view.values.size()));
  const double rows = static_cast<double>(std::max<std::size_t>(1, view.rows.size()));
  // Cells of two columns would be as wide as sentences; they stay cells.
  const double width = std::min(size_.width() - left - 12, columns * 170 * scale());
  const double height = std::min(size_.height() - top - 34 * scale(), rows * 60 * scale());
  return {left, top, std::max(40.0, width), std::max(20.0, height)};
}
double BatchGridChart::Scene::columnWidth() const {
  return gridBox().width() / static_cast<double>(std::max<std::size_t>(1, view.values.size()));
}
double BatchGridChart::Scene::rowHeight() const {
  return gridBox().height() / static_cast<double>(std::max<std::size_t>(1, view.rows.size()));
}
QRectF BatchGridChart::Scene::boxOf(const CellPlace& place) const {
  const double gap = std::min({2.5, columnWidth() / 8, rowHeight() / 8});
  return QRectF(gridBox().left() + columnWidth() * static_cast<double>(place.column),
                gridBox().top() + rowHeight() * static_cast<double>(place.row), columnWidth(), rowHeight())
      .adjusted(gap, gap, -gap, -gap);
}

/// On cividis from the smallest to the memory line, or to the largest.
QColor BatchGridChart::Scene::colorOf(double value) const {
  double top = high_;
  if (view.metric == GridMetric::peak && view.memory_line_bytes) {
    const auto line = static_cast<double>(*view.memory_line_bytes);
    if (line > low_) top = std::min(line, high_ * 1.5);
  }
  // Peaks that are nearly the same look nearly the same.
  const double bottom = std::min(low_, top * 0.8);
  return sequentialColor(top > bottom ? (value - bottom) / (top - bottom) : 0.5);
}

QString BatchGridChart::Scene::valueText(double value) const {
  const double shown = unit_.of(value);
  if (view.metric == GridMetric::throughput) return localRate(value);
  return QLocale().toString(shown, 'f', shown < 9.995 ? 2 : shown < 999.5 ? 1 : 0);
}

void BatchGridChart::Scene::paint(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  if (view.rows.empty() || view.values.empty()) {
    drawEmptyText(painter, QRectF({}, size_), view.finding, chart_.font(), theme);
    return;
  }
  const QFont font = textFont(chart_.font(), TextRole::small);
  drawTextAt(painter, {0, gridBox().top() - 12 * scale()}, Qt::AlignLeft,
             view.axis == SweepAxis::batch ? chart_.tr("Batch") : chart_.tr("Layers"),
             textFont(chart_.font(), TextRole::small_strong), theme.ink);
  double free_from = -1e9;
  for (std::size_t c = 0; c < view.values.size(); ++c) {
    const QString text = localCount(view.values[c]);
    const double centre = gridBox().left() + columnWidth() * (static_cast<double>(c) + 0.5);
    if (centre - textSize(text, font).width() / 2 < free_from) continue;
    free_from =
        drawTextAt(painter, {centre, gridBox().top() - 12 * scale()}, Qt::AlignCenter, text, font, theme.secondary)
            .right() +
        6;
  }
  for (std::size_t r = 0; r < view.rows.size(); ++r) paintRow(painter, r);
  paintKey(painter);
}

void BatchGridChart::Scene::paintRow(QCPPainter& painter, std::size_t r) {
  const Theme& theme = chart_.theme();
  const GridRow& row = view.rows[r];
  const double y = gridBox().top() + rowHeight() * (static_cast<double>(r) + 0.5);
  const QFont font = textFont(chart_.font(), TextRole::small);
  if (rowHeight() > 7) {
    paintMark(painter, {9, y}, row.style, theme.dark, std::min(5.5, rowHeight() * 0.4));
    const QString name =
        QFontMetricsF(font).elidedText(QString::fromStdString(row.policy), Qt::ElideRight, gridBox().left() - 28);
    if (rowHeight() > 11) drawTextAt(painter, {20, y}, Qt::AlignLeft, name, font, theme.ink);
  }
  for (std::size_t c = 0; c < row.cells.size(); ++c) paintCell(painter, {r, c});
}

void BatchGridChart::Scene::paintCell(QCPPainter& painter, const CellPlace& place) {
  const Theme& theme = chart_.theme();
  const GridCell& shown = cell(place);
  const QRectF box = boxOf(place);
  const auto value = shown.value(view.metric);
  if (shown.state == GridCell::State::not_tried) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(theme.ink, theme.surface, 0.06));
    painter.drawEllipse(box.center(), 1.8, 1.8);
    return;
  }
  if (!value) return paintFailure(painter, place);
  painter.setPen(Qt::NoPen);
  QColor fill = colorOf(*value);
  if (shown.beyond_line) fill = mixed(theme.ink, theme.surface, 0.05);
  const bool predicted = shown.state == GridCell::State::predicted;
  painter.setBrush(predicted ? mixed(fill, theme.surface, 0.12) : fill);
  if (predicted) painter.setPen(QPen(fill, 1.4));
  painter.drawRoundedRect(box, 2, 2);
  if (shown.beyond_line) {
    QPainterPath hatch;
    addHatch(hatch, box, 6.0);
    paintHatch(painter, hatch, mixed(theme.ink, theme.surface, 0.25));
  }
  if (shown.largest && view.values.size() > 1) {
    painter.setPen(QPen(theme.ink, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(box, 3, 3);
  }
  const QFont font = textFont(chart_.font(), shown.largest ? TextRole::small_strong : TextRole::small);
  const QString text = valueText(*value);
  const QSizeF size = textSize(text, font);
  if (size.width() > box.width() || size.height() > box.height() + 3) return;
  drawTextAt(painter, box.center(), Qt::AlignCenter, text, font,
             shown.beyond_line || predicted ? theme.ink : textOn(fill));
}

void BatchGridChart::Scene::paintFailure(QCPPainter& painter, const CellPlace& place) {
  const Theme& theme = chart_.theme();
  const QRectF box = boxOf(place);
  painter.fillRect(box, mixed(theme.ink, theme.surface, 0.04));
  QPainterPath hatch;
  addHatch(hatch, box, 6.0);
  paintHatch(painter, hatch, mixed(theme.ink, theme.surface, 0.16));
  const bool out = cell(place).state == GridCell::State::out_of_memory;
  if (!out) {
    drawTextAt(painter, box.center(), Qt::AlignCenter, QStringLiteral("?"),
               textFont(chart_.font(), TextRole::small_strong), theme.secondary);
    return;
  }
  const PolicyStyle neutral{MarkShape::circle, theme.secondary, theme.secondary, {}};
  paintMark(painter, box.center(), neutral, theme.dark, std::min(6.0, std::min(box.width(), box.height()) * 0.35),
            MarkLook::crossed);
}

void BatchGridChart::Scene::paintKey(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small);
  const double y = gridBox().bottom() + 19 * scale();
  const QString name = view.metric == GridMetric::peak        ? chart_.tr("Peak, %1").arg(unit_.name)
                       : view.metric == GridMetric::step_time ? chart_.tr("Step time, %1").arg(unit_.name)
                                                              : chart_.tr("Tokens per second");
  const QRectF title =
      drawTextAt(painter, {0, y}, Qt::AlignLeft, name, textFont(chart_.font(), TextRole::small_strong), theme.ink);
  double x = std::max(gridBox().left(), title.right() + 10);
  if (high_ > low_) {
    x = drawTextAt(painter, {x, y}, Qt::AlignLeft, valueText(low_), font, theme.secondary).right() + 6;
    for (int i = 0; i < 60; ++i) {
      painter.fillRect(QRectF(x + i, y - 5, 1.2, 10), colorOf(low_ + (high_ - low_) * i / 59.0));
    }
    x = drawTextAt(painter, {x + 67, y}, Qt::AlignLeft, valueText(high_), font, theme.secondary).right() + 22;
  }
  const auto entry = [&](const QString& text, const auto& drawSwatch) {
    if (x + 26 + textSize(text, font).width() > size_.width()) return;
    drawSwatch(QRectF(x, y - 6, 18, 12));
    x = drawTextAt(painter, {x + 25, y}, Qt::AlignLeft, text, font, theme.secondary).right() + 20;
  };
  const bool is_batch = view.axis == SweepAxis::batch;
  entry(view.isBounded() ? (is_batch ? chart_.tr("largest that fits") : chart_.tr("deepest that fits"))
                         : (is_batch ? chart_.tr("largest measured") : chart_.tr("deepest measured")),
        [&](const QRectF& swatch) {
          painter.setPen(QPen(theme.ink, 2));
          painter.setBrush(Qt::NoBrush);
          painter.drawRoundedRect(swatch, 3, 3);
        });
  const bool any_out = std::any_of(view.rows.begin(), view.rows.end(), [](const GridRow& row) {
    return std::any_of(row.cells.begin(), row.cells.end(),
                       [](const GridCell& c) { return c.state == GridCell::State::out_of_memory; });
  });
  if (any_out)
    entry(chart_.tr("out of memory"), [&](const QRectF& swatch) {
      const PolicyStyle neutral{MarkShape::circle, theme.secondary, theme.secondary, {}};
      paintMark(painter, swatch.center(), neutral, theme.dark, 5, MarkLook::crossed);
    });
}

void BatchGridChart::Scene::paintOverlay(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const auto ring = [&](const CellPlace& place, double width) {
    painter.setPen(QPen(theme.ink, width));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(boxOf(place).adjusted(-2.5, -2.5, 2.5, 2.5), 4, 4);
  };
  if (const auto place = find(selected)) ring(*place, 1.6);
  if (const auto place = find(hovered); place && !chart_.isPicture()) ring(*place, 1.0);
}

}  // namespace remat
