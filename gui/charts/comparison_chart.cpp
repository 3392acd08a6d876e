#include "gui/charts/comparison_chart.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>

#include "gui/charts/hatch.h"
#include "gui/charts/plot_parts.h"
#include "gui/models/local_text.h"
#include "gui/models/mark.h"

namespace remat {

class ComparisonChart::Scene {
 public:
  explicit Scene(ComparisonChart& chart) : chart_(chart), memory_(addArea(chart.plot())) {
    new Drawing(chart.plot(), kMarksLayer, [this](QCPPainter& painter) { paint(painter); });
    new Drawing(
        chart.plot(), kAreasLayer, [this](QCPPainter& painter) { paintSteps(painter); }, memory_);
  }

  void take(const ComparisonView& new_view) {
    view = new_view;
    reach_ = 0.02;
    for (const ComparisonRow& row : view.rows) {
      for (const auto& ratio : {row.ratio, row.low_ratio, row.high_ratio}) {
        if (ratio && std::isfinite(*ratio)) reach_ = std::max(reach_, std::min(std::abs(*ratio), 4.0));
      }
    }
    reach_ *= 1.15;
    std::int64_t most = 1, longest = 1;
    for (const LiveBytesLine* line : {&view.a_memory, &view.b_memory}) {
      for (const std::int64_t bytes : line->bytes) most = std::max(most, bytes);
      if (!line->time_ns.empty()) longest = std::max(longest, line->time_ns.back());
    }
    memory_unit_ = memoryUnit(most);
    time_unit_ = timeUnit(longest);
    yAxis(*memory_).setRange(0, memory_unit_.of(most) * 1.15);
    xAxis(*memory_).setRange(0, time_unit_.of(longest));
  }

  void layOut(QSize size) {
    size_ = size;
    const double scale = textScale(chart_.font());
    const int gutter = gutterWidth(chart_.font(), size.width());
    const bool has_steps = !view.a_memory.bytes.empty() || !view.b_memory.bytes.empty();
    const int height = has_steps ? std::max(60, size.height() * 2 / 5) : 0;
    rows_bottom_ = size.height() - height - (has_steps ? 26 * scale : 0);
    placeArea(*memory_,
              QRect(gutter, size.height() - height + static_cast<int>(4 * scale), size.width() - gutter - 16,
                    std::max(1, height - static_cast<int>(28 * scale))),
              size);
    hideArea(*memory_, !has_steps);
    yAxis(*memory_).ticker()->setTickCount(3);
  }

  [[nodiscard]] std::optional<std::size_t> rowAt(QPointF place) const {
    const double at = (place.y() - top()) / pitch();
    if (at < 0 || at >= static_cast<double>(shownRows())) return std::nullopt;
    return static_cast<std::size_t>(at);
  }

  ComparisonView view;
  PolicyStyles styles;

 private:
  [[nodiscard]] double scale() const { return textScale(chart_.font()); }
  [[nodiscard]] double top() const { return 24 * scale(); }
  [[nodiscard]] double pitch() const {
    const auto rows = static_cast<double>(std::max<std::size_t>(1, view.rows.size()));
    return std::clamp((rows_bottom_ - top() - 22 * scale()) / rows, 16 * scale(), 30 * scale());
  }
  [[nodiscard]] std::size_t shownRows() const {
    return std::min(view.rows.size(),
                    static_cast<std::size_t>(std::max(1.0, (rows_bottom_ - top() - 20 * scale()) / pitch())));
  }
  /// Room for the words left and right of the axis of ratios.
  [[nodiscard]] double left() const { return std::min(size_.width() * 0.34, 270 * scale()); }
  [[nodiscard]] double right() const { return size_.width() - std::min(size_.width() * 0.3, 230 * scale()); }
  [[nodiscard]] double xOf(double ratio) const {
    return left() + (right() - left()) * (std::clamp(ratio, -reach_, reach_) + reach_) / (2 * reach_);
  }

  void paint(QCPPainter& painter) {
    const Theme& theme = chart_.theme();
    if (view.empty()) {
      drawEmptyText(painter, QRectF({}, size_), view.finding, chart_.font(), theme);
      return;
    }
    const double bottom = top() + pitch() * static_cast<double>(shownRows());
    const QFont font = textFont(chart_.font(), TextRole::small);
    painter.setPen(QPen(theme.ink, 1.2));
    painter.drawLine(QPointF(xOf(0), top() - 4), QPointF(xOf(0), bottom));
    for (const double ratio : {-reach_ / 1.15, reach_ / 1.15}) {
      painter.setPen(QPen(theme.grid, 1));
      painter.drawLine(QPointF(xOf(ratio), top()), QPointF(xOf(ratio), bottom));
      drawTextAt(painter, {xOf(ratio), top() - 5}, Qt::AlignHCenter | Qt::AlignBottom, localDifference(ratio), font,
                 theme.secondary);
    }
    drawTextAt(painter, {xOf(0), top() - 5}, Qt::AlignHCenter | Qt::AlignBottom, view.a_title,
               textFont(chart_.font(), TextRole::small_strong), theme.ink);
    for (std::size_t r = 0; r < shownRows(); ++r) paintRow(painter, r);
    if (shownRows() < view.rows.size()) {
      drawTextAt(painter, {0, bottom + 4}, Qt::AlignLeft | Qt::AlignTop,
                 chart_.tr("%1 of %2 rows; all are in the table")
                     .arg(localCount(static_cast<std::int64_t>(shownRows())),
                          localCount(static_cast<std::int64_t>(view.rows.size()))),
                 font, theme.secondary);
    }
    if (!memory_->axis(QCPAxis::atBottom)->visible()) return;
    const double tick_width = textSize(QStringLiteral("0,000"), font).width() + 8;
    drawAxisTitle(painter, QRectF(0, memory_->top() - 4, memory_->left() - tick_width, memory_->height()),
                  {chart_.tr("Allocated, %1").arg(memory_unit_.name), chart_.tr("time, %1").arg(time_unit_.name)},
                  chart_.font(), theme);
    paintStepKey(painter);
  }

  [[nodiscard]] QColor verdictColor(Verdict verdict) const {
    const Theme& theme = chart_.theme();
    if (verdict == Verdict::better) return theme.decrease;
    return verdict == Verdict::worse ? theme.increase : theme.secondary;
  }

  void paintRow(QCPPainter& painter, std::size_t r) {
    const Theme& theme = chart_.theme();
    const ComparisonRow& row = view.rows[r];
    const double y = top() + pitch() * (static_cast<double>(r) + 0.5);
    const QFont font = textFont(chart_.font(), TextRole::small);
    const QString name = row.heading.isEmpty() ? row.title : row.heading + QStringLiteral(": ") + row.title;
    const auto style = styles.find(row.policy_b);
    double x = 0;
    if (style != styles.end()) {
      paintMark(painter, {8, y}, style->second, theme.dark, 5);
      x = 18;
    }
    drawTextAt(painter, {x, y}, Qt::AlignLeft, QFontMetricsF(font).elidedText(name, Qt::ElideRight, left() - x - 12),
               font, theme.ink);
    const QColor color = verdictColor(row.verdict);
    if (row.ratio) {
      const double from = xOf(0);
      const double to = xOf(*row.ratio);
      painter.fillRect(QRectF(QPointF(std::min(from, to), y - 4), QPointF(std::max(from, to), y + 4)),
                       mixed(color, theme.surface, 0.45));
      if (row.low_ratio && row.high_ratio) {
        painter.setPen(QPen(theme.ink, 1.2));
        painter.drawLine(QPointF(xOf(*row.low_ratio), y), QPointF(xOf(*row.high_ratio), y));
        for (const double end : {*row.low_ratio, *row.high_ratio})
          painter.drawLine(QPointF(xOf(end), y - 3), QPointF(xOf(end), y + 3));
      }
      painter.setPen(Qt::NoPen);
      painter.setBrush(color);
      painter.drawEllipse(QPointF(to, y), 4, 4);
    }
    const QString difference = row.ratio ? localDifference(*row.ratio) + QStringLiteral("  ") : QString();
    const QString words = difference + differenceMark(row) + u' ' + verdictText(row.verdict);
    drawTextAt(painter, {right() + 14, y}, Qt::AlignLeft,
               QFontMetricsF(font).elidedText(words, Qt::ElideRight, size_.width() - right() - 16), font, theme.ink);
  }

  void paintSteps(QCPPainter& painter) {
    const Theme& theme = chart_.theme();
    const auto paintLine = [&](const LiveBytesLine& line, const QPen& pen) {
      QPolygonF corners;
      for (std::size_t i = 0; i < std::min(line.time_ns.size(), line.bytes.size()); ++i) {
        const QPointF place(xAxis(*memory_).coordToPixel(time_unit_.of(line.time_ns[i])),
                            yAxis(*memory_).coordToPixel(memory_unit_.of(line.bytes[i])));
        if (!corners.isEmpty()) corners << QPointF(place.x(), corners.back().y());
        corners << place;
      }
      painter.setBrush(Qt::NoBrush);
      painter.setPen(pen);
      painter.drawPolyline(corners);
    };
    painter.setAntialiasing(false);
    paintLine(view.a_memory, QPen(mixed(theme.secondary, theme.surface, 0.8), 1.2));
    paintLine(view.b_memory, QPen(theme.decrease, 1.6));
  }

  void paintStepKey(QCPPainter& painter) {
    const Theme& theme = chart_.theme();
    const QFont font = textFont(chart_.font(), TextRole::small);
    double x = memory_->right();
    const double y = memory_->top() - 9.0;
    for (const auto& [title, color] : {std::pair{view.b_title, theme.decrease}, {view.a_title, theme.secondary}}) {
      const QRectF box = drawTextAt(painter, {x, y}, Qt::AlignRight, title, font, theme.ink);
      painter.setPen(QPen(color, 2));
      painter.drawLine(QPointF(box.left() - 22, y), QPointF(box.left() - 6, y));
      x = box.left() - 36;
    }
  }

  ComparisonChart& chart_;
  QCPAxisRect* memory_;
  AxisUnit memory_unit_, time_unit_;
  double reach_ = 0.1, rows_bottom_ = 100;
  QSize size_;
};

ComparisonChart::ComparisonChart(QWidget* parent) : Chart(parent), scene_(std::make_unique<Scene>(*this)) {
  connect(&plot(), &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) {
    const auto row = scene_->rowAt(event->position());
    if (!row || event->button() != Qt::LeftButton) return;
    const ComparisonRow& picked = scene_->view.rows[*row];
    emit pointPicked(picked.key_b.isEmpty() ? picked.key_a : picked.key_b);
  });
}

ComparisonChart::~ComparisonChart() = default;

void ComparisonChart::show(const ComparisonView& view) {
  if (view == scene_->view) return;
  scene_->take(view);
  showChange();
}

void ComparisonChart::setStyles(const PolicyStyles& styles) {
  scene_->styles = styles;
  showChange();
}

void ComparisonChart::keyPressEvent(QKeyEvent* event) { Chart::keyPressEvent(event); }

QString ComparisonChart::title() const { return tr("Comparison"); }
QString ComparisonChart::finding() const { return scene_->view.finding; }
ResultTable ComparisonChart::table() const { return scene_->view.table(); }
bool ComparisonChart::isEmpty() const { return scene_->view.empty(); }
void ComparisonChart::layOut(QSize size) { scene_->layOut(size); }

}  // namespace remat
