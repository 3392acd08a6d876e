// What ComparisonChart's scene draws of quantities, on an axis of ratios, and of the causes of the step time, as a
// waterfall from A to B.
#include <algorithm>
#include <cmath>

#include "gui/charts/comparison_scene.h"
#include "gui/models/local_text.h"
#include "gui/models/mark.h"

namespace remat {

double ComparisonChart::Scene::rowPitch() const {
  const auto rows = static_cast<double>(std::max<std::size_t>(1, view.rows.size()));
  return std::clamp((layout_.rows.height() - 28 * scale()) / rows, 16 * scale(), 26 * scale());
}

std::size_t ComparisonChart::Scene::shownRows() const {
  const auto fitting = [&](double height) { return static_cast<std::size_t>(std::max(1.0, height / rowPitch())); };
  const double height = layout_.rows.height() - 26 * scale();
  if (fitting(height) >= view.rows.size()) return view.rows.size();
  return std::min(view.rows.size(), fitting(height - 20 * scale()));  // below them it says how many there are
}

QRectF ComparisonChart::Scene::rowBox(std::size_t row) const {
  return {layout_.rows.left(), layout_.rows.top() + 24 * scale() + rowPitch() * static_cast<double>(row),
          layout_.rows.width(), rowPitch()};
}

std::optional<std::size_t> ComparisonChart::Scene::rowAt(QPointF place) const {
  if (view.empty() || place.x() < layout_.rows.left() || place.x() > layout_.rows.right()) return std::nullopt;
  const double at = (place.y() - rowBox(0).top()) / rowPitch();
  if (at < 0 || at >= static_cast<double>(shownRows())) return std::nullopt;
  return static_cast<std::size_t>(at);
}

double ComparisonChart::Scene::ratioLeft() const {
  const double words = comparesRuns() ? 270 : 140;
  const double most = comparesRuns() ? 0.38 : 0.34;
  return layout_.rows.left() + std::min(layout_.rows.width() * most, words * scale());
}
double ComparisonChart::Scene::ratioRight() const {
  return layout_.rows.right() - std::min(layout_.rows.width() * 0.3, 170 * scale());
}
double ComparisonChart::Scene::xOf(double ratio) const {
  const double part = (std::clamp(ratio, -reach_, reach_) + reach_) / (2 * reach_);
  return ratioLeft() + (ratioRight() - ratioLeft()) * part;
}

void ComparisonChart::Scene::paintRows(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const double top = rowBox(0).top();
  const double bottom = rowBox(shownRows()).top();
  const QFont font = textFont(chart_.font(), TextRole::small);
  painter.setPen(QPen(theme.ink, 1.2));
  painter.drawLine(QPointF(xOf(0), top - 4), QPointF(xOf(0), bottom));
  const QFont strong = textFont(chart_.font(), TextRole::small_strong);
  const auto title = [&](const QString& text, double room) {
    return QFontMetricsF(strong).elidedText(text, Qt::ElideRight, room);
  };
  const QRectF taken =
      drawTextAt(painter, {xOf(0), top - 5}, Qt::AlignHCenter | Qt::AlignBottom,
                 title(chart_.tr("A: %1").arg(view.a_title), ratioRight() - ratioLeft()), strong, theme.ink)
          .adjusted(-6, 0, 6, 0);
  for (const double ratio : {-reach_ / 1.15, reach_ / 1.15}) {
    painter.setPen(QPen(theme.grid, 1));
    painter.drawLine(QPointF(xOf(ratio), top), QPointF(xOf(ratio), bottom));
    const QString text = localDifference(ratio);
    const double half = textSize(text, font).width() / 2;
    if (xOf(ratio) + half > taken.left() && xOf(ratio) - half < taken.right()) continue;
    drawTextAt(painter, {xOf(ratio), top - 5}, Qt::AlignHCenter | Qt::AlignBottom, text, font, theme.secondary);
  }
  drawTextAt(painter, {ratioRight() + 14, top - 5}, Qt::AlignLeft | Qt::AlignBottom,
             title(chart_.tr("B: %1").arg(view.b_title), layout_.rows.right() - ratioRight() - 16), strong, theme.ink);
  for (std::size_t row = 0; row < shownRows(); ++row) paintRow(painter, row);
  if (shownRows() == view.rows.size()) return;
  drawTextAt(painter, {layout_.rows.left(), bottom + 4}, Qt::AlignLeft | Qt::AlignTop,
             chart_.tr("%1 of %2 rows; all are in the table")
                 .arg(localCount(static_cast<std::int64_t>(shownRows())),
                      localCount(static_cast<std::int64_t>(view.rows.size()))),
             font, theme.secondary);
}

/// Of two points the quantity. Of two runs also the point: its policy on its first row, what else is its own on the
/// next.
void ComparisonChart::Scene::paintName(QCPPainter& painter, std::size_t row) {
  const Theme& theme = chart_.theme();
  const ComparisonRow& shown = view.rows[row];
  const double y = rowBox(row).center().y();
  const QFont font = textFont(chart_.font(), TextRole::small);
  const double left = layout_.rows.left();
  const double right = ratioLeft() - 12;
  if (!comparesRuns()) {
    drawTextAt(painter, {left, y}, Qt::AlignLeft,
               QFontMetricsF(font).elidedText(shown.title, Qt::ElideRight, right - left), font, theme.ink);
    return;
  }
  const QRectF title = drawTextAt(painter, {right, y}, Qt::AlignRight, shown.title, font, theme.secondary);
  const bool is_first = row == 0 || view.rows[row - 1].heading != shown.heading;
  const std::string& policy = shown.policy_b.empty() ? shown.policy_a : shown.policy_b;
  const double x = left + 18;
  const auto style = styles.find(policy);
  if (is_first && style != styles.end()) paintMark(painter, {left + 8, y}, style->second, theme.dark, 5);
  const qsizetype end = shown.heading.indexOf(QStringLiteral(", "));
  const QString words = is_first ? shown.heading.left(end) : end < 0 ? QString() : shown.heading.mid(end + 2);
  drawTextAt(painter, {x, y}, Qt::AlignLeft,
             QFontMetricsF(font).elidedText(words, Qt::ElideRight, title.left() - x - 8), font,
             is_first ? theme.ink : theme.secondary);
}

void ComparisonChart::Scene::paintRow(QCPPainter& painter, std::size_t row) {
  const Theme& theme = chart_.theme();
  const ComparisonRow& shown = view.rows[row];
  const double y = rowBox(row).center().y();
  const QFont font = textFont(chart_.font(), TextRole::small);
  paintName(painter, row);
  if (shown.ratio) paintRatio(painter, shown, y);
  const QString difference = shown.ratio ? localDifference(*shown.ratio) + QStringLiteral("  ") : QString();
  const QString words = shown.a && shown.b ? difference + differenceMark(shown) + u' ' + verdictText(shown.verdict)
                                           : differenceMark(shown) + u' ' + shown.reason;
  drawTextAt(painter, {ratioRight() + 14, y}, Qt::AlignLeft,
             QFontMetricsF(font).elidedText(words, Qt::ElideRight, layout_.rows.right() - ratioRight() - 16), font,
             theme.ink);
}

void ComparisonChart::Scene::paintRatio(QCPPainter& painter, const ComparisonRow& row, double y) {
  const Theme& theme = chart_.theme();
  const QColor color = verdictColor(row.verdict);
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

double ComparisonChart::Scene::causePitch() const {
  const auto lines = static_cast<double>(view.causes.size() + 1);
  return std::clamp((layout_.causes.height() - 28 * scale()) / lines, 14 * scale(), 26 * scale());
}

std::optional<std::size_t> ComparisonChart::Scene::causeAt(QPointF place) const {
  if (!layout_.causes.contains(place)) return std::nullopt;
  const double at = (place.y() - layout_.causes.top() - 24 * scale()) / causePitch();
  if (at < 0 || at >= static_cast<double>(view.causes.size())) return std::nullopt;
  return static_cast<std::size_t>(at);
}

/// Each cause begins where the one before it ended, and the last line is their sum.
void ComparisonChart::Scene::paintCauses(QCPPainter& painter) {
  drawTextAt(painter, {layout_.causes.left(), layout_.causes.top() + 19 * scale()}, Qt::AlignLeft | Qt::AlignBottom,
             chart_.tr("Step time by cause, from A to B"), textFont(chart_.font(), TextRole::small_strong),
             chart_.theme().ink);
  std::int64_t at = 0;
  for (std::size_t line = 0; line < view.causes.size(); ++line) {
    const std::int64_t next = at + view.causes[line].difference_ns();
    paintCause(painter, line, at, next);
    at = next;
  }
  paintCause(painter, view.causes.size(), 0, at);
}

void ComparisonChart::Scene::paintCause(QCPPainter& painter, std::size_t line, std::int64_t from_ns,
                                        std::int64_t to_ns) {
  const Theme& theme = chart_.theme();
  std::int64_t low = 0, high = 0, at = 0;
  for (const TimeCause& cause : view.causes) {
    at += cause.difference_ns();
    low = std::min(low, at);
    high = std::max(high, at);
  }
  const QRectF& box = layout_.causes;
  const QRectF bars(box.left() + 84 * scale(), box.top() + 24 * scale(), std::max(10.0, box.width() - 178 * scale()),
                    causePitch() * static_cast<double>(view.causes.size() + 1));
  const auto xIn = [&](std::int64_t ns) {
    return bars.left() +
           bars.width() * static_cast<double>(ns - low) / static_cast<double>(std::max<std::int64_t>(1, high - low));
  };
  const double y = bars.top() + causePitch() * (static_cast<double>(line) + 0.5);
  const bool is_sum = line == view.causes.size();
  const QFont font = textFont(chart_.font(), is_sum ? TextRole::small_strong : TextRole::small);
  drawTextAt(painter, {box.left(), y}, Qt::AlignLeft, is_sum ? chart_.tr("step time") : view.causes[line].title, font,
             theme.ink);
  const double half = std::min(6.0, causePitch() * 0.32);
  painter.setPen(QPen(mixed(theme.secondary, theme.surface, 0.5), 1));
  painter.drawLine(QPointF(xIn(0), y - causePitch() / 2), QPointF(xIn(0), y + causePitch() / 2));
  if (!is_sum) painter.drawLine(QPointF(xIn(to_ns), y), QPointF(xIn(to_ns), y + causePitch() - half));
  const double left = std::min(xIn(from_ns), xIn(to_ns));
  const double width = std::max(1.0, std::abs(xIn(to_ns) - xIn(from_ns)));
  const Verdict verdict = is_sum ? view.rows.front().verdict : view.causes[line].verdict;
  painter.fillRect(QRectF(left, y - half, width, 2 * half), verdictColor(verdict));
  const bool is_estimated = !is_sum && view.causes[line].is_estimated;
  const QString amount =
      (is_estimated ? QStringLiteral("\u2248 ") : QString()) + localSigned(to_ns - from_ns, ColumnUnit::ns);
  drawTextAt(painter, {bars.right() + 10, y}, Qt::AlignLeft,
             is_sum ? amount + u' ' + differenceMark(view.rows.front()) : amount, font, theme.ink);
}

}  // namespace remat
