// What ComparisonChart's scene draws of blocks: how much more time each takes in B, by cause, and how many more bytes
// it keeps and needs.
#include <algorithm>
#include <array>

#include "gui/charts/column_names.h"
#include "gui/charts/comparison_scene.h"
#include "gui/charts/hatch.h"
#include "gui/models/local_text.h"

namespace remat {
namespace {

std::int64_t difference(const std::optional<std::int64_t>& a, const std::optional<std::int64_t>& b) {
  return b.value_or(0) - a.value_or(0);
}

std::array<std::int64_t, 3> timesOf(const ComparedBlock& block) {
  if (!block.timed()) return {};
  return {difference(block.a.forward_ns, block.b.forward_ns), difference(block.a.recompute_ns, block.b.recompute_ns),
          difference(block.a.backward_ns, block.b.backward_ns)};
}

bool anyTimed(const ComparisonView& view) {
  return std::any_of(view.blocks.begin(), view.blocks.end(), [](const ComparedBlock& block) { return block.timed(); });
}

/// Round the zero line, which is always seen.
QCPRange rangeFrom(double low, double high) {
  const double reach = std::max(high - low, 1e-9);
  return {low - reach * 0.12, high + reach * 0.12};
}

}  // namespace

void ComparisonChart::Scene::setBlockRanges() {
  std::int64_t slower = 0, faster = 0, more = 0, less = 0;
  for (const ComparedBlock& block : view.blocks) {
    std::int64_t up = 0, down = 0;
    for (const std::int64_t part : timesOf(block)) (part > 0 ? up : down) += part;
    slower = std::max(slower, up);
    faster = std::min(faster, down);
    for (const auto part : {&BlockSide::retained_bytes, &BlockSide::peak_bytes}) {
      more = std::max(more, block.b.*part - block.a.*part);
      less = std::min(less, block.b.*part - block.a.*part);
    }
  }
  time_unit_ = timeUnit(std::max(slower, -faster));
  bytes_unit_ = memoryUnit(std::max(more, -less));
  yAxis(*times_).setRange(rangeFrom(time_unit_.of(faster), time_unit_.of(slower)));
  yAxis(*bytes_).setRange(rangeFrom(bytes_unit_.of(less), bytes_unit_.of(more)));
}

void ComparisonChart::Scene::placeStrips(QSize size) {
  const int gutter = gutterWidth(chart_.font(), size.width());
  const auto head = static_cast<int>(20 * scale());
  const auto names = static_cast<int>(18 * scale());
  const auto between = static_cast<int>(10 * scale());
  const QRect box = layout_.blocks.toRect();
  const int strip = std::max(1, (box.height() - head - names - between) / 2);
  const int width = std::max(1, size.width() - gutter - 16);
  placeArea(*times_, QRect(gutter, box.top() + head, width, strip), size);
  placeArea(*bytes_, QRect(gutter, box.top() + head + strip + between, width, strip), size);
  for (QCPAxisRect* strip_area : {times_, bytes_}) {
    hideArea(*strip_area, !hasBlocks());
    xAxis(*strip_area).setVisible(false);  // zero has a line of its own
    xAxis(*strip_area).grid()->setVisible(false);
    yAxis(*strip_area).ticker()->setTickCount(std::clamp(static_cast<int>(strip / (22 * scale())), 2, 4));
  }
  yAxis(*times_).setTickLabels(anyTimed(view));
}

QRectF ComparisonChart::Scene::column(int block) const {
  const double width = times_->width() / std::max(1.0, static_cast<double>(view.blocks.size()));
  return QRectF(QPointF(times_->left() + width * block, times_->top()),
                QPointF(times_->left() + width * (block + 1), bytes_->bottom()));
}

std::optional<int> ComparisonChart::Scene::blockAt(QPointF place) const {
  if (!hasBlocks() || view.blocks.empty()) return std::nullopt;
  const QRectF first = column(0);
  const double at = (place.x() - first.left()) / std::max(1e-9, first.width());
  if (place.y() < first.top() || place.y() > first.bottom()) return std::nullopt;
  if (at < 0 || at >= static_cast<double>(view.blocks.size())) return std::nullopt;
  return static_cast<int>(at);
}

QRectF ComparisonChart::Scene::bar(const QCPAxisRect& area, int block, double from, double to) const {
  const QRectF whole = column(block);
  const double gap = whole.width() > 10 ? 2.0 : whole.width() > 4 ? 1.0 : 0.0;
  const double y = yAxis(area).coordToPixel(std::max(from, to));
  return {whole.left() + gap / 2, y, whole.width() - gap, yAxis(area).coordToPixel(std::min(from, to)) - y};
}

void ComparisonChart::Scene::paintBlocks(QCPPainter& painter) {
  if (!hasBlocks()) return;
  painter.setAntialiasing(false);
  paintTimes(painter);
  paintBytes(painter);
  painter.setAntialiasing(true);
  painter.setPen(QPen(mixed(chart_.theme().secondary, chart_.theme().surface, 0.7), 1));
  for (const QCPAxisRect* strip : {times_, bytes_}) {
    const double zero = yAxis(*strip).coordToPixel(0);
    painter.drawLine(QPointF(strip->left(), zero), QPointF(strip->right() + 1, zero));
  }
}

/// Slower parts are stacked upwards, faster ones downwards. No difference is a bar of no height, so what was not timed
/// is not left empty.
void ComparisonChart::Scene::paintTimes(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small);
  if (!anyTimed(view)) {
    drawTextAt(painter, QRectF(times_->rect()).center(), Qt::AlignCenter, chart_.tr("times not measured"), font,
               theme.secondary);
    return;
  }
  for (int block = 0; block < static_cast<int>(view.blocks.size()); ++block) {
    const ComparedBlock& shown = view.blocks[static_cast<std::size_t>(block)];
    if (!shown.timed()) {
      const QRectF whole = column(block);
      drawTextAt(painter, {whole.center().x(), QRectF(times_->rect()).center().y()}, Qt::AlignCenter,
                 QStringLiteral("?"), font, theme.secondary);
      continue;
    }
    const auto parts = timesOf(shown);
    double up = 0, down = 0;
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const double size = time_unit_.of(parts[part]);
      double& end = size > 0 ? up : down;
      const QRectF box = bar(*times_, block, end, end + size);
      end += size;
      if (part == 1) {
        fillHatched(painter, box, theme.recompute, theme.surface);
      } else {
        painter.fillRect(box, part == 0 ? theme.forward : theme.backward);
      }
    }
  }
}

void ComparisonChart::Scene::paintBytes(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QColor& kept = theme.categories[static_cast<std::size_t>(Category::activations)];
  for (int block = 0; block < static_cast<int>(view.blocks.size()); ++block) {
    const ComparedBlock& shown = view.blocks[static_cast<std::size_t>(block)];
    painter.fillRect(bar(*bytes_, block, 0, bytes_unit_.of(shown.b.retained_bytes - shown.a.retained_bytes)), kept);
    const double peak = bytes_unit_.of(shown.b.peak_bytes - shown.a.peak_bytes);
    painter.fillRect(bar(*bytes_, block, peak, peak).adjusted(0, -1, 0, 1), theme.ink);
  }
}

void ComparisonChart::Scene::paintBlockKey(QCPPainter& painter) {
  const Theme& theme = chart_.theme();
  const QFont font = textFont(chart_.font(), TextRole::small);
  const double gutter = times_->left() - textSize(QStringLiteral("\u2212000"), font).width() - 8;
  drawAxisTitle(painter, QRectF(0, times_->top() - 2, gutter, times_->height()),
                {chart_.tr("Time, %1").arg(time_unit_.name), chart_.tr("B beyond A")}, chart_.font(), theme);
  drawAxisTitle(painter, QRectF(0, bytes_->top() - 2, gutter, bytes_->height()),
                {chart_.tr("Bytes, %1").arg(bytes_unit_.name), chart_.tr("B beyond A")}, chart_.font(), theme);
  drawTextAt(painter, {times_->left() + 0.0, times_->top() - 5.0}, Qt::AlignLeft | Qt::AlignBottom,
             chart_.tr("Block by block"), textFont(chart_.font(), TextRole::small_strong), theme.ink);
  enum class Look : std::uint8_t { filled, hatched, line };
  double right = times_->right();
  const double y = times_->top() - 11.0;
  const auto entry = [&](const QString& text, const QColor& color, Look look) {
    if (right - textSize(text, font).width() - 24 < times_->left() + 110 * scale()) return;
    const QRectF words = drawTextAt(painter, {right, y}, Qt::AlignRight, text, font, theme.secondary);
    const QRectF swatch(words.left() - 20, y - 5, 14, 10);
    if (look == Look::hatched) fillHatched(painter, swatch, color, theme.surface);
    if (look == Look::filled) painter.fillRect(swatch, color);
    if (look == Look::line) painter.fillRect(QRectF(swatch.left(), y - 1, swatch.width(), 2), color);
    right = swatch.left() - 14;
  };
  entry(chart_.tr("peak while it runs"), theme.ink, Look::line);
  entry(chart_.tr("kept for backward"), theme.categories[static_cast<std::size_t>(Category::activations)],
        Look::filled);
  entry(chart_.tr("backward"), theme.backward, Look::filled);
  entry(chart_.tr("recompute"), theme.recompute, Look::hatched);
  entry(chart_.tr("forward"), theme.forward, Look::filled);
}

void ComparisonChart::Scene::paintBlockNames(QCPPainter& painter) {
  QStringList names;
  for (const ComparedBlock& block : view.blocks) names << block.short_name;
  drawColumnNames(painter, names, QRectF(times_->left(), times_->top(), times_->width(), 1), bytes_->bottom() + 4,
                  size_.width(), textFont(chart_.font(), TextRole::small), chart_.theme().secondary);
}

}  // namespace remat
