#include "gui/charts/depth_chart.h"

#include <algorithm>

#include "gui/charts/hatch.h"
#include "gui/charts/plot_parts.h"
#include "gui/charts/point_scene.h"
#include "gui/models/local_text.h"
#include "gui/models/mark.h"

namespace remat {

class DepthChart::Scene : public CurveScene<DepthView> {
 public:
  explicit Scene(DepthChart& chart) : chart_(chart) {
    new Drawing(chart.plot(), kMarksLayer, [this](QCPPainter& painter) { paint(painter); });
    new Drawing(chart.plot(), kOverlayLayer, [this](QCPPainter& painter) { paintOverlay(painter); });
  }

  void take(const DepthView& new_view) {
    view = new_view;
    std::int64_t most = 1;
    first_ = last_ = -1;
    const auto extend = [&](std::int64_t value) {
      first_ = first_ < 0 ? value : std::min(first_, value);
      last_ = std::max(last_, value);
    };
    for (const DepthCurve& curve : view.curves) {
      for (const DepthPoint& point : curve.points) {
        most = std::max(most, point.peak_bytes);
        extend(point.value);
      }
      for (const std::int64_t value : curve.out_of_memory) extend(value);
    }
    const std::int64_t line = view.memory_line_bytes.value_or(0);
    if (line > 0 && line < most * 2) most = std::max(most, line);
    unit_ = memoryUnit(most);
    top_ = unit_.of(most) * 1.16;
  }

  void layOut(QSize size) override {
    size_ = size;
    ticker_.setTickCount(std::clamp(static_cast<int>(panel(0).height() / (24 * scale())), 1, 4));
  }

 private:
  [[nodiscard]] double scale() const { return textScale(chart_.font()); }

  /// As many columns as have room, in as many rows as needed.
  [[nodiscard]] std::size_t columns() const {
    const double room = size_.width() - gutterWidth(chart_.font(), size_.width());
    const auto fitting = static_cast<std::size_t>(std::max(1.0, room / (112 * scale())));
    const std::size_t count = std::max<std::size_t>(1, view.curves.size());
    const std::size_t rows = (count + fitting - 1) / fitting;
    return (count + rows - 1) / rows;
  }

  [[nodiscard]] QRectF panel(std::size_t curve) const {
    const double left = gutterWidth(chart_.font(), size_.width());
    const std::size_t rows = (std::max<std::size_t>(1, view.curves.size()) + columns() - 1) / columns();
    const double width = std::min((size_.width() - left) / static_cast<double>(columns()), 230.0 * scale());
    const double height = (size_.height() - 22 * scale()) / static_cast<double>(rows);
    const double head = 42 * scale();
    return {left + width * static_cast<double>(curve % columns()),
            height * static_cast<double>(curve / columns()) + head, width - 14,
            std::max(20.0, height - head - 22 * scale())};
  }

  [[nodiscard]] double xOf(const QRectF& box, std::int64_t value) const {
    const double width = static_cast<double>(std::max<std::int64_t>(1, last_ - first_));
    const double pad = 0.1;
    const double part = last_ > first_ ? static_cast<double>(value - first_) / width : 0.5;
    return box.left() + box.width() * (pad + part * (1 - 2 * pad));
  }
  [[nodiscard]] double yOf(const QRectF& box, double in_units) const {
    return box.bottom() - box.height() * std::min(1.0, in_units / top_);
  }
  [[nodiscard]] QPointF placeOf(std::size_t curve, const DepthPoint& point) const override {
    const QRectF box = panel(curve);
    return {xOf(box, point.value), yOf(box, unit_.of(point.peak_bytes))};
  }

  void paint(QCPPainter& painter) {
    const Theme& theme = chart_.theme();
    if (view.curves.empty()) {
      drawEmptyText(painter, QRectF({}, size_), view.finding, chart_.font(), theme);
      return;
    }
    const QRectF first = panel(0);
    const QRectF gutter(0, first.top() - 4, titleWidth(chart_.font(), first.left()), first.height());
    const bool narrow = titleStandsAbove(chart_.font(), gutter.width());  // where the name of the first panel stands
    if (!narrow) drawAxisTitle(painter, gutter, {chart_.tr("Peak, %1").arg(unit_.name)}, chart_.font(), theme);
    for (std::size_t c = 0; c < view.curves.size(); ++c) paintPanel(painter, c);
    const QString across = view.axis == SweepAxis::layers ? chart_.tr("Number of layers") : chart_.tr("Batch");
    const double words_end =
        drawTextAt(painter, {narrow ? 0 : first.left(), size_.height() - 1.0}, Qt::AlignLeft | Qt::AlignBottom,
                   narrow ? chart_.tr("Peak, %1, against: %2").arg(unit_.name, across) : across,
                   textFont(chart_.font(), TextRole::small_strong), theme.ink)
            .right();
    const QFont font = textFont(chart_.font(), TextRole::small);
    const QString key = chart_.tr("grey: the other policies");
    if (view.curves.size() < 2 || words_end + 16 + textSize(key, font).width() > size_.width()) return;
    drawTextAt(painter, {size_.width() - 2.0, size_.height() - 1.0}, Qt::AlignRight | Qt::AlignBottom, key, font,
               theme.secondary);
  }

  void paintPanel(QCPPainter& painter, std::size_t c) {
    const Theme& theme = chart_.theme();
    const DepthCurve& curve = view.curves[c];
    const QRectF box = panel(c);
    const QFont font = textFont(chart_.font(), TextRole::small);
    const QFont strong = textFont(chart_.font(), TextRole::small_strong);
    paintMark(painter, {box.left() + 6, box.top() - 31 * scale()}, curve.style, theme.dark, 5.5);
    drawTextAt(painter, {box.left() + 16, box.top() - 31 * scale()}, Qt::AlignLeft,
               QFontMetricsF(strong).elidedText(QString::fromStdString(curve.policy), Qt::ElideRight, box.width() - 16),
               strong, theme.ink);
    drawTextAt(painter, {box.left(), box.top() - 14 * scale()}, Qt::AlignLeft,
               QFontMetricsF(font).elidedText(curve.fit_text, Qt::ElideRight, box.width()), font, theme.secondary);
    paintScale(painter, c, box);
    for (std::size_t other = 0; other < view.curves.size() && view.curves.size() <= 40; ++other) {
      if (other != c) paintLine(painter, box, view.curves[other], QPen(mixed(theme.secondary, theme.surface, 0.35), 1));
    }
    const QColor color = curve.style.line(theme.dark);
    paintLine(painter, box, curve, QPen(color, 1.8));
    for (const DepthPoint& point : curve.points) {
      paintMark(painter, placeOf(c, point), curve.style, theme.dark, 5.5,
                point.predicted ? MarkLook::hollow : MarkLook::filled);
    }
    for (const std::int64_t value : curve.out_of_memory) {
      const double y = view.memory_line_bytes ? yOf(box, unit_.of(*view.memory_line_bytes)) : box.top() + 6;
      paintMark(painter, {xOf(box, value), std::max(y, box.top() + 6)}, curve.style, theme.dark, 5.5,
                MarkLook::crossed);
    }
  }

  void paintScale(QCPPainter& painter, std::size_t c, const QRectF& box) {
    const Theme& theme = chart_.theme();
    const QFont font = textFont(chart_.font(), TextRole::small);
    QVector<double> ticks;
    QVector<QString> labels;
    ticker_.generate({0, top_}, QLocale(), u'f', 2, ticks, nullptr, &labels);
    for (qsizetype i = 0; i < ticks.size(); ++i) {
      if (ticks[i] < 0 || ticks[i] > top_) continue;
      const double y = yOf(box, ticks[i]);
      painter.setPen(QPen(ticks[i] == 0 ? mixed(theme.secondary, theme.surface, 0.55) : theme.grid, 1));
      painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y));
      if (c % columns() == 0)
        drawTextAt(painter, {box.left() - 8, y}, Qt::AlignRight, labels[i], font, theme.secondary);
    }
    if (view.memory_line_bytes && unit_.of(*view.memory_line_bytes) < top_) {
      const double y = yOf(box, unit_.of(*view.memory_line_bytes));
      QPainterPath hatch;
      addHatch(hatch, QRectF(box.topLeft(), QPointF(box.right(), y)), 6.0);
      paintHatch(painter, hatch, mixed(theme.ink, theme.surface, 0.12));
      painter.setPen(QPen(theme.ink, 1.5));
      painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y));
      if (c % columns() == 0)
        drawTextAt(painter, {0, y}, Qt::AlignLeft, chart_.tr("memory line"), font, theme.secondary);
    }
    paintValues(painter, c, box);
  }

  void paintValues(QCPPainter& painter, std::size_t c, const QRectF& box) {
    std::vector<std::int64_t> values;
    for (const DepthCurve& curve : view.curves) {
      for (const DepthPoint& point : curve.points) values.push_back(point.value);
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    double free_from = -1e9;
    const QFont font = textFont(chart_.font(), TextRole::small);
    for (const std::int64_t value : values) {
      const QString text = localCount(value);
      if (xOf(panel(c), value) - textSize(text, font).width() / 2 < free_from) continue;
      free_from = drawTextAt(painter, {xOf(box, value), box.bottom() + 11 * scale()}, Qt::AlignCenter, text, font,
                             chart_.theme().secondary)
                      .right() +
                  5;
    }
  }

  void paintLine(QCPPainter& painter, const QRectF& box, const DepthCurve& curve, const QPen& pen) {
    QPolygonF line;
    for (const DepthPoint& point : curve.points)
      line << QPointF(xOf(box, point.value), yOf(box, unit_.of(point.peak_bytes)));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(pen);
    painter.drawPolyline(line);
  }

  void paintOverlay(QCPPainter& painter) {
    painter.setBrush(Qt::NoBrush);
    forEachPoint([&](std::size_t /*curve*/, const DepthPoint& point, QPointF place) {
      const bool is_hovered = point.key == hovered && !chart_.isPicture();
      if (!is_hovered && point.key != selected) return;
      painter.setPen(QPen(chart_.theme().ink, is_hovered ? 1.0 : 2.0));
      painter.drawEllipse(place, 10, 10);
    });
  }

  DepthChart& chart_;
  AxisUnit unit_;
  LocaleTicker ticker_;
  std::int64_t first_ = -1, last_ = -1;
  double top_ = 1;
  QSize size_;
};

DepthChart::DepthChart(QWidget* parent) : PointChart(parent), scene_(adopt(std::make_unique<Scene>(*this))) {}

void DepthChart::show(const DepthView& view) { showIn(scene_, view); }

QString DepthChart::title() const { return tr("Depth"); }

}  // namespace remat
