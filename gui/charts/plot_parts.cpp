#include "gui/charts/plot_parts.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace remat {

Drawing::Drawing(QCustomPlot& plot, const QString& layer, Draw draw, const QCPAxisRect* clip)
    : QCPLayerable(&plot, layer), draw_(std::move(draw)), clip_(clip) {}

QRect Drawing::clipRect() const {
  // The plot shifts clip rectangles up by one pixel, which would cut the last row.
  return clip_ != nullptr ? clip_->rect().adjusted(0, 0, 1, 2) : mParentPlot->viewport().adjusted(0, 0, 0, 1);
}

void Drawing::applyDefaultAntialiasingHint(QCPPainter* painter) const { painter->setAntialiasing(true); }

void Drawing::draw(QCPPainter* painter) { draw_(*painter); }

void clearPlot(QCustomPlot& plot) {
  plot.plotLayout()->clear();
  plot.plotLayout()->addElement(0, 0, new QCPLayoutInset);
  plot.setNoAntialiasingOnDrag(false);
}

namespace {

QCPLayoutInset& insetOf(QCustomPlot& plot) { return *static_cast<QCPLayoutInset*>(plot.plotLayout()->elementAt(0)); }

}  // namespace

QCPAxisRect* addArea(QCustomPlot& plot) {
  auto* area = new QCPAxisRect(&plot, false);
  area->setAutoMargins(QCP::msNone);
  area->setMargins({});
  area->setMinimumSize(1, 1);  // else 50 pixels, whatever place it is given
  area->addAxis(QCPAxis::atBottom);
  area->addAxis(QCPAxis::atLeft);
  for (QCPAxis* axis : area->axes()) {
    axis->setLayer(QStringLiteral("axes"));
    axis->grid()->setLayer(QStringLiteral("grid"));
    axis->setTicker(QSharedPointer<LocaleTicker>::create());
    axis->setSubTicks(false);
    axis->setTickLengthIn(0);
    axis->setTickLengthOut(0);
    axis->setTickLabelPadding(6);
  }
  area->setRangeDragAxes(nullptr, nullptr);
  area->setRangeZoomAxes(nullptr, nullptr);
  insetOf(plot).addElement(area, QRectF(0, 0, 1, 1));
  return area;
}

void placeArea(QCPAxisRect& area, const QRect& place, QSize plot_size) {
  QCPLayoutInset& inset = insetOf(*area.parentPlot());
  const int index = [&] {
    for (int i = 0; i < inset.elementCount(); ++i) {
      if (inset.elementAt(i) == &area) return i;
    }
    return 0;
  }();
  const double width = std::max(1, plot_size.width());
  const double height = std::max(1, plot_size.height());
  // Half a pixel, since the layout cuts fractions off.
  inset.setInsetPlacement(index, QCPLayoutInset::ipFree);
  inset.setInsetRect(
      index, {(place.x() + 0.5) / width, (place.y() + 0.5) / height, (std::max(1, place.width()) + 0.25) / width,
              (std::max(1, place.height()) + 0.25) / height});
}

void hideArea(QCPAxisRect& area, bool hidden) {
  for (QCPAxis* axis : area.axes()) {
    axis->setVisible(!hidden);
    axis->grid()->setVisible(!hidden);
  }
}

void styleAxes(const QCPAxisRect& area, const Theme& theme, const QFont& font) {
  QColor base = theme.secondary;
  base.setAlphaF(0.55F);
  for (QCPAxis* axis : area.axes()) {
    axis->setTickLabelColor(theme.secondary);
    axis->setTickLabelFont(font);
    axis->setTickPen(QPen(Qt::transparent));  // ticks of no length would be dots in vector files
    axis->setBasePen(axis->axisType() == QCPAxis::atBottom ? QPen(base, 1) : QPen(Qt::NoPen));
    axis->grid()->setPen(QPen(theme.grid, 1));
    axis->grid()->setZeroLinePen(Qt::NoPen);
  }
}

double LocaleTicker::getTickStep(const QCPRange& range) {
  const double step = QCPAxisTicker::getTickStep(range);
  decimals_ = step > 0 ? std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6) : 0;
  // 2.5 steps need one decimal more than their size tells.
  const double scaled = step * std::pow(10.0, decimals_);
  if (std::abs(scaled - std::round(scaled)) > 1e-6) ++decimals_;
  return step;
}

QString LocaleTicker::getTickLabel(double tick, const QLocale& /*locale*/, QChar /*format*/, int /*precision*/) {
  if (negative_ == Negative::hidden && tick < -1e-12) return {};
  return QLocale().toString(std::abs(tick) < 1e-12 ? 0.0 : tick, 'f', decimals_);
}

double textScale(const QFont& base) { return std::max(11, QFontInfo(base).pixelSize()) / 13.0; }

QFont textFont(const QFont& base, TextRole role) {
  const int size = std::max(11, QFontInfo(base).pixelSize());
  const bool is_small = role == TextRole::small || role == TextRole::small_strong;
  QFont font = base;
  // The family that was found, so that a vector file names it too.
  font.setFamily(QFontInfo(base).family());
  font.setPixelSize(role == TextRole::title ? size + 1 : is_small ? std::max(11, size - 1) : size);
  const bool strong = role == TextRole::strong || role == TextRole::small_strong || role == TextRole::title;
  font.setWeight(strong ? QFont::DemiBold : QFont::Normal);
  return font;
}

int gutterWidth(const QFont& base, int chart_width) {
  // The longest name of a policy that people meet often, and its mark.
  const QString longest = QStringLiteral("save_attention_out");
  const auto wide =
      static_cast<int>(textSize(longest, textFont(base, TextRole::small_strong)).width() + 28 * textScale(base));
  const auto narrow = static_cast<int>(64 * textScale(base));
  return std::clamp(chart_width * 2 / 9, narrow, wide);
}

QSizeF textSize(const QString& text, const QFont& font) {
  const QFontMetricsF metrics(font);
  return {metrics.horizontalAdvance(text) + 1.0, metrics.height()};
}

QStringList wrapped(const QString& text, const QFont& font, double width) {
  QStringList lines;
  for (const QString& word : text.split(u' ')) {
    const QString longer = lines.isEmpty() ? word : lines.back() + u' ' + word;
    if (lines.isEmpty() || textSize(longer, font).width() > width) {
      lines << word;
    } else {
      lines.back() = longer;
    }
  }
  return lines;
}

QRectF drawTextAt(QPainter& painter, QPointF anchor, Qt::Alignment side, const QString& text, const QFont& font,
                  const QColor& color) {
  QRectF box({}, textSize(text, font));
  box.moveCenter(anchor);
  if (side & Qt::AlignLeft) box.moveLeft(anchor.x());
  if (side & Qt::AlignRight) box.moveRight(anchor.x());
  if (side & Qt::AlignTop) box.moveTop(anchor.y());
  if (side & Qt::AlignBottom) box.moveBottom(anchor.y());
  painter.setFont(font);
  painter.setPen(color);
  painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, text);
  return box;
}

double titleWidth(const QFont& base, double gutter_width) {
  return gutter_width - textSize(QStringLiteral("0,000"), textFont(base, TextRole::small)).width() - 8;
}

bool titleStandsAbove(const QFont& base, double title_width) { return title_width < 88 * textScale(base); }

void drawAxisTitle(QPainter& painter, const QRectF& gutter, const QStringList& lines, const QFont& base,
                   const Theme& theme) {
  if (titleStandsAbove(base, gutter.width())) {
    const QFont font = textFont(base, TextRole::small_strong);
    drawTextAt(painter, gutter.topLeft() - QPointF(0, 1), Qt::AlignLeft | Qt::AlignBottom, lines.value(0), font,
               theme.ink);
    return;
  }
  double y = gutter.top();
  for (qsizetype i = 0; i < lines.size(); ++i) {
    const QFont font = textFont(base, i == 0 ? TextRole::small_strong : TextRole::small);
    const QFontMetricsF metrics(font);
    const QString text = metrics.elidedText(lines[i], Qt::ElideRight, gutter.width());
    drawTextAt(painter, {gutter.left(), y}, Qt::AlignLeft | Qt::AlignTop, text, font,
               i == 0 ? theme.ink : theme.secondary);
    y += metrics.height() + 1;
  }
}

void paintColumns(QCPPainter& painter, double left, const std::vector<double>& upper, const std::vector<double>& lower,
                  const QColor& color) {
  const std::size_t columns = std::min(upper.size(), lower.size());
  if (!painter.modes().testFlag(QCPPainter::pmVectorized)) {
    const int first = qRound(left);
    for (std::size_t i = 0; i < columns;) {
      const int top = qRound(upper[i]);
      const int bottom = qRound(lower[i]);
      std::size_t end = i + 1;
      while (end < columns && qRound(upper[end]) == top && qRound(lower[end]) == bottom) ++end;
      const QRect run(first + static_cast<int>(i), top, static_cast<int>(end - i), bottom - top);
      if (run.height() > 0) painter.fillRect(run, color);
      i = end;
    }
    return;
  }
  QPolygonF polygon;
  for (std::size_t i = 0; i < columns; ++i) {
    polygon << QPointF(left + static_cast<double>(i), upper[i]) << QPointF(left + static_cast<double>(i) + 1, upper[i]);
  }
  for (std::size_t i = columns; i-- > 0;) {
    polygon << QPointF(left + static_cast<double>(i) + 1, lower[i]) << QPointF(left + static_cast<double>(i), lower[i]);
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawPolygon(polygon);
}

void drawEmptyText(QPainter& painter, const QRectF& area, const QString& text, const QFont& base, const Theme& theme) {
  painter.setFont(textFont(base, TextRole::label));
  painter.setPen(theme.secondary);
  painter.drawText(area.adjusted(24, 8, -24, -8), Qt::AlignCenter | Qt::TextWordWrap, text);
}

QColor mixed(const QColor& color, const QColor& below, double part) {
  const auto channel = [part](int over, int under) {
    return static_cast<int>(over * part + under * (1.0 - part) + 0.5);
  };
  return {channel(color.red(), below.red()), channel(color.green(), below.green()),
          channel(color.blue(), below.blue())};
}

QColor textOn(const QColor& fill) {
  const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  const double light = 0.2126 * linear(fill.redF()) + 0.7152 * linear(fill.greenF()) + 0.0722 * linear(fill.blueF());
  // Contrast against either is (a + 0.05) / (b + 0.05), so they are equal at the root of 1.05 * 0.05.
  return light > 0.19 ? lightTheme().ink : QColor(Qt::white);
}

QPen memoryLinePen(const Theme& theme) { return {theme.ink, 1.5, Qt::DashLine}; }

}  // namespace remat
