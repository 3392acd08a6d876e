#include "gui/charts/throughput_chart.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "gui/charts/label_placer.h"
#include "gui/charts/plot_parts.h"
#include "gui/charts/point_scene.h"
#include "gui/models/local_text.h"
#include "gui/models/mark.h"

namespace remat {

class ThroughputChart::Scene : public CurveScene<ThroughputView> {
 public:
  explicit Scene(ThroughputChart& chart) : chart_(chart), area_(addArea(chart.plot())) {
    QCPAxis& axis = xAxis(*area_);
    axis.setScaleType(QCPAxis::stLogarithmic);
    axis.setTicker(ticker_);
    axis.grid()->setVisible(false);
    new Drawing(chart.plot(), kMarksLayer, [this](QCPPainter& painter) { paint(painter); });
    new Drawing(chart.plot(), kOverlayLayer, [this](QCPPainter& painter) { paintOverlay(painter); });
  }

  void take(const ThroughputView& new_view) {
    view = new_view;
    std::set<std::int64_t> values;
    double slowest = 1e300, fastest = 0;
    for (const ThroughputCurve& curve : view.curves) {
      for (const ThroughputPoint& point : curve.points) {
        values.insert(std::max<std::int64_t>(1, point.value));
        slowest = std::min(slowest, point.low.value_or(point.tokens_per_second));
        fastest = std::max(fastest, point.high.value_or(point.tokens_per_second));
      }
      if (curve.failed_at) values.insert(std::max<std::int64_t>(1, *curve.failed_at));
    }
    ticker_->clear();
    if (values.empty()) return;
    for (const std::int64_t value : values) ticker_->addTick(static_cast<double>(value), localCount(value));
    const auto first = static_cast<double>(*values.begin());
    const auto last = static_cast<double>(*values.rbegin());
    // Names stand left of the curves.
    xAxis(*area_).setRange(first / std::pow(last / first + 0.6, 0.28), last * std::pow(last / first + 0.2, 0.07));
    const double pad = std::max(fastest - slowest, fastest * 0.02) * 0.14;
    yAxis(*area_).setRange(slowest - pad, fastest + pad * 1.4);
  }

  void layOut(QSize size) override {
    size_ = size;
    const double scale = textScale(chart_.font());
    const auto left = static_cast<int>(64 * scale);
    const auto top = static_cast<int>(26 * scale);
    placeArea(*area_, QRect(left, top, size.width() - left - 16, size.height() - top - static_cast<int>(46 * scale)),
              size);
    hideArea(*area_, view.curves.empty());
    xAxis(*area_).grid()->setVisible(false);
    yAxis(*area_).ticker()->setTickCount(std::clamp(static_cast<int>(size.height() / (64 * scale)), 2, 7));
  }

 private:
  [[nodiscard]] QPointF placeOf(std::size_t /*curve*/, const ThroughputPoint& point) const override {
    return placeOf(point);
  }
  [[nodiscard]] QPointF placeOf(const ThroughputPoint& point) const {
    return {xAxis(*area_).coordToPixel(static_cast<double>(std::max<std::int64_t>(1, point.value))),
            yAxis(*area_).coordToPixel(point.tokens_per_second)};
  }

  /// The cross that ends a curve, close to its last point: where the next one would be has no value to stand at.
  [[nodiscard]] QPointF endOf(const ThroughputCurve& curve) const {
    constexpr double stub = 22;
    const QPointF last = placeOf(curve.points.back());
    const double next = xAxis(*area_).coordToPixel(static_cast<double>(std::max<std::int64_t>(1, *curve.failed_at)));
    return {std::min(last.x() + stub, next), last.y()};
  }

  void paint(QCPPainter& painter) {
    const Theme& theme = chart_.theme();
    if (view.curves.empty()) {
      drawEmptyText(painter, QRectF({}, size_), view.finding, chart_.font(), theme);
      return;
    }
    paintIntervals(painter);
    for (const ThroughputCurve& curve : view.curves) paintCurve(painter, curve);
    paintNames(painter);
    const QFont strong = textFont(chart_.font(), TextRole::small_strong);
    drawTextAt(painter, {0, 2}, Qt::AlignLeft | Qt::AlignTop, chart_.tr("Tokens per second"), strong, theme.ink);
    const QRectF box =
        drawTextAt(painter, {static_cast<double>(area_->left()), size_.height() - 2.0}, Qt::AlignLeft | Qt::AlignBottom,
                   view.axis == SweepAxis::batch ? chart_.tr("Batch (log scale)") : chart_.tr("Layers (log scale)"),
                   strong, theme.ink);
    const bool has_end = std::any_of(view.curves.begin(), view.curves.end(),
                                     [](const auto& curve) { return curve.failed_at.has_value(); });
    if (!has_end) return;
    const QString text = chart_.tr("a curve ends where the next one ran out of memory");
    const QFont font = textFont(chart_.font(), TextRole::small);
    if (box.right() + 30 + textSize(text, font).width() > area_->right()) return;
    drawTextAt(painter, {static_cast<double>(area_->right()), size_.height() - 2.0}, Qt::AlignRight | Qt::AlignBottom,
               text, font, theme.secondary);
  }

  /// Intervals of one size stand beside each other, in the order of the curves: over one another they would be one
  /// line.
  [[nodiscard]] QLineF intervalOf(std::size_t c, const ThroughputPoint& point) const {
    const double apart = std::min(3.0, 18.0 / static_cast<double>(view.curves.size()));
    const double middle = static_cast<double>(view.curves.size() - 1) / 2;
    const double x = placeOf(point).x() + (static_cast<double>(c) - middle) * apart;
    return {x, yAxis(*area_).coordToPixel(*point.low), x, yAxis(*area_).coordToPixel(*point.high)};
  }

  void paintIntervals(QCPPainter& painter) {
    const Theme& theme = chart_.theme();
    forEachPoint([&](std::size_t c, const ThroughputPoint& point, QPointF /*place*/) {
      if (!point.low || !point.high) return;
      painter.setPen(QPen(mixed(view.curves[c].style.line(theme.dark), theme.surface, 0.6), 1.2));
      painter.drawLine(intervalOf(c, point));
    });
  }

  void paintCurve(QCPPainter& painter, const ThroughputCurve& curve) {
    const Theme& theme = chart_.theme();
    const QColor color = curve.style.line(theme.dark);
    QPolygonF line;
    for (const ThroughputPoint& point : curve.points) line << placeOf(point);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 1.6));
    painter.drawPolyline(line);
    if (curve.failed_at) {
      painter.setPen(QPen(color, 1.4, Qt::DotLine));
      painter.drawLine(line.back(), endOf(curve));
      paintMark(painter, endOf(curve), curve.style, theme.dark, 5.5, MarkLook::crossed);
    }
    for (const ThroughputPoint& point : curve.points) {
      paintMark(painter, placeOf(point), curve.style, theme.dark, 6,
                point.predicted ? MarkLook::hollow
                : point.fits    ? MarkLook::filled
                                : MarkLook::dimmed);
    }
  }

  /// What labels keep away from: marks, and points along the curves and along the dots where they end.
  [[nodiscard]] std::vector<QRectF> obstacles() const {
    std::vector<QRectF> all;
    const auto addLine = [&](const QLineF& line) {
      for (double at = 0.04; at < 1; at += 0.04) all.emplace_back(line.pointAt(at) - QPointF(3, 3), QSizeF(6, 6));
    };
    for (const ThroughputCurve& curve : view.curves) {
      for (std::size_t i = 0; i < curve.points.size(); ++i) {
        const QPointF place = placeOf(curve.points[i]);
        all.emplace_back(place.x() - 7, place.y() - 7, 14, 14);
        if (i > 0) addLine({placeOf(curve.points[i - 1]), place});
      }
      if (curve.failed_at) addLine({placeOf(curve.points.back()), endOf(curve)});
    }
    forEachPoint([&](std::size_t c, const ThroughputPoint& point, QPointF /*place*/) {
      if (point.low && point.high) addLine(intervalOf(c, point));
    });
    return all;
  }

  /// Left of the first points, in a column, each joined with its curve.
  void paintNames(QCPPainter& painter) {
    const Theme& theme = chart_.theme();
    const QFont font = textFont(chart_.font(), TextRole::small);
    std::vector<double> wanted;
    double right = area_->right();
    for (const ThroughputCurve& curve : view.curves) {
      wanted.push_back(placeOf(curve.points.front()).y());
      right = std::min(right, placeOf(curve.points.front()).x() - 26);
    }
    QList<QRectF> names;
    const double pitch = QFontMetricsF(font).height();
    const auto places = spreadApart(wanted, pitch, area_->top() + pitch / 2, area_->bottom() - pitch / 2);
    for (std::size_t c = 0; c < view.curves.size(); ++c) {
      const QPointF first = placeOf(view.curves[c].points.front());
      painter.setPen(QPen(mixed(theme.secondary, theme.surface, 0.5), 1));
      painter.drawLine(QPointF(right + 3, places[c]), first - QPointF(9, 0));
      const QString name = QFontMetricsF(font).elidedText(QString::fromStdString(view.curves[c].policy), Qt::ElideRight,
                                                          std::max(20.0, right - area_->left()));
      names << drawTextAt(painter, {right, places[c]}, Qt::AlignRight, name, font, theme.ink);
    }
    paintBest(painter, names);
  }

  void paintBest(QCPPainter& painter, const QList<QRectF>& names) {
    if (!view.best_curve) return;
    const QFont strong = textFont(chart_.font(), TextRole::small_strong);
    const QPointF best = placeOf(view.curves[*view.best_curve].points[*view.best_point]);
    const LabelRequest request{best, textSize(bestText(), strong), 16, true};
    std::vector<QRectF> taken = obstacles();
    taken.insert(taken.end(), names.begin(), names.end());
    const auto places = placeLabels({request}, taken, QRectF(area_->rect()).adjusted(2, 2, -2, -2));
    drawTextAt(painter, places[0]->box.topLeft(), Qt::AlignLeft | Qt::AlignTop, bestText(), strong, chart_.theme().ink);
  }

  [[nodiscard]] QString bestText() const {
    const ThroughputCurve& curve = view.curves[*view.best_curve];
    return chart_.tr("%1 tokens/s, %2")
        .arg(localRate(curve.points[*view.best_point].tokens_per_second), QString::fromStdString(curve.policy));
  }

  void paintOverlay(QCPPainter& painter) {
    painter.setBrush(Qt::NoBrush);
    const ThroughputPoint* best = view.best_curve ? &view.curves[*view.best_curve].points[*view.best_point] : nullptr;
    forEachPoint([&](std::size_t /*curve*/, const ThroughputPoint& point, QPointF place) {
      const bool is_hovered = point.key == hovered && !chart_.isPicture();
      if (&point != best && !is_hovered && point.key != selected) return;
      painter.setPen(QPen(chart_.theme().ink, is_hovered ? 1.0 : point.key == selected ? 2.2 : 1.4));
      painter.drawEllipse(place, 11, 11);
    });
  }

  ThroughputChart& chart_;
  QCPAxisRect* area_;
  QSharedPointer<QCPAxisTickerText> ticker_ = QSharedPointer<QCPAxisTickerText>::create();
  QSize size_;
};

ThroughputChart::ThroughputChart(QWidget* parent) : PointChart(parent), scene_(adopt(std::make_unique<Scene>(*this))) {}

void ThroughputChart::show(const ThroughputView& view) { showIn(scene_, view); }

QString ThroughputChart::title() const { return tr("Throughput"); }

}  // namespace remat
