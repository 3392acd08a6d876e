#include "gui/charts/chart.h"

#include <utility>

#include <QAbstractScrollArea>
#include <QBuffer>
#include <QEvent>
#include <QFile>
#include <QFocusEvent>
#include <QScrollBar>
#include <QSvgGenerator>
#include <QVBoxLayout>
#include <QWheelEvent>

#include "gui/charts/chart_accessibility.h"
#include "gui/charts/plot_parts.h"
#include "gui/models/saved_file.h"

namespace remat {
namespace {

constexpr int kPadding = 16;  // of pictures
constexpr int kLineGap = 4;

}  // namespace

Chart::Chart(QWidget* parent) : QWidget(parent), plot_(new QCustomPlot(this)), theme_(&themeOf(palette())) {
  makeChartsAccessible();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins({});
  layout->addWidget(plot_);
  clearPlot(*plot_);
  plot_->setFocusPolicy(Qt::ClickFocus);
  plot_->setFocusProxy(this);
  plot_->setMouseTracking(true);
  plot_->setMinimumSize(minimumSizeHint());
  plot_->installEventFilter(this);
  plot_->setAttribute(Qt::WA_NoMousePropagation, false);  // it takes all of the mouse; the wheel may go on
  setFocusPolicy(Qt::StrongFocus);
  connect(plot_, &QCustomPlot::beforeReplot, this, [this] {
    applyTheme();
    layOut(plot_->size());
    has_drawn_ = true;
  });
}

void Chart::setTheme(const Theme& theme) {
  theme_ = theme.dark ? &darkTheme() : &lightTheme();
  theme_is_set_ = true;
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void Chart::applyTheme() {
  plot_->setBackground(QBrush(theme_->surface));
  const QFont font_of_axes = textFont(font(), TextRole::small);
  for (const QCPAxisRect* area : plot_->axisRects()) styleAxes(*area, *theme_, font_of_axes);
}

void Chart::showChange() {
  setAccessibleName(title());
  setAccessibleDescription(finding());
  plot_->setAccessibleName(title());
  plot_->setAccessibleDescription(finding());
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void Chart::showOverlay() {
  if (has_drawn_) plot_->layer(kOverlayLayer)->replot();  // else it comes with everything else
}

void Chart::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  const bool palette_changed =
      event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationPaletteChange;
  if (palette_changed && !theme_is_set_) theme_ = &themeOf(palette());
  if (palette_changed || event->type() == QEvent::FontChange) plot_->replot(QCustomPlot::rpQueuedReplot);
}

bool Chart::event(QEvent* event) {
  switch (event->type()) {
    case QEvent::Show:
    case QEvent::ScreenChangeInternal: followScreen(); break;
    case QEvent::FocusIn: {
      const auto reason = static_cast<QFocusEvent*>(event)->reason();
      showFocus(reason != Qt::MouseFocusReason && reason != Qt::ActiveWindowFocusReason);
      break;
    }
    case QEvent::FocusOut: showFocus(false); break;
    case QEvent::Leave: clearHover(); break;
    default: break;
  }
  return QWidget::event(event);
}

void Chart::showFocus(bool shown) {
  if (std::exchange(shows_focus_, shown) != shown) emit focusShown();
}

/// The plot takes every wheel event, also where it zooms nothing: what is not for it goes on to what scrolls.
bool Chart::eventFilter(QObject* watched, QEvent* event) {
  if (watched != plot_ || event->type() != QEvent::Wheel || zoomsBy(*static_cast<QWheelEvent*>(event)))
    return QWidget::eventFilter(watched, event);
  event->ignore();
  return true;
}

/// On a page that scrolls the wheel scrolls, and zooms with Ctrl only.
bool Chart::zoomsBy(const QWheelEvent& wheel) const {
  if (!plot_->interactions().testFlag(QCP::iRangeZoom)) return false;
  if (wheel.modifiers().testFlag(Qt::ControlModifier)) return true;
  for (const QWidget* around = parentWidget(); around != nullptr; around = around->parentWidget()) {
    const auto* area = qobject_cast<const QAbstractScrollArea*>(around);
    if (area != nullptr && area->verticalScrollBar()->maximum() > area->verticalScrollBar()->minimum()) return false;
  }
  return true;
}

// QCustomPlot reads the ratio once, when it is made.
void Chart::followScreen() {
  if (plot_->bufferDevicePixelRatio() == devicePixelRatioF()) return;
  plot_->setBufferDevicePixelRatio(devicePixelRatioF());
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

int Chart::findingHeight(int width) const {
  const QFontMetrics metrics(textFont(font(), TextRole::label));
  return metrics.boundingRect(QRect(0, 0, width, 1000), Qt::TextWordWrap, finding()).height();
}

void Chart::paintPicture(QCPPainter& painter, QSize size, const QString& footer) {
  const QFont title_font = textFont(font(), TextRole::title);
  const QFont small_font = textFont(font(), TextRole::small);
  const int width = size.width() - 2 * kPadding;
  const int title_height = QFontMetrics(title_font).height();
  const int header = kPadding + title_height + kLineGap + findingHeight(width) + 2 * kLineGap;
  const int foot = footer.isEmpty() ? kPadding : QFontMetrics(small_font).height() + kPadding;
  const QSize chart_size(size.width() - 2 * kPadding, std::max(60, size.height() - header - foot));

  painter.setMode(QCPPainter::pmVectorized);
  painter.setMode(QCPPainter::pmNoCaching);
  painter.fillRect(QRect({}, size), theme_->surface);
  const QRectF title_box =
      drawTextAt(painter, QPointF(kPadding, kPadding), Qt::AlignLeft | Qt::AlignTop, title(), title_font, theme_->ink);
  const QFont label_font = textFont(font(), TextRole::label);
  drawTextAt(
      painter, title_box.bottomRight() + QPointF(10, 0), Qt::AlignLeft | Qt::AlignBottom,
      QFontMetricsF(label_font).elidedText(picture_label_, Qt::ElideRight, size.width() - title_box.right() - 26),
      label_font, theme_->secondary);
  painter.setFont(textFont(font(), TextRole::label));
  painter.setPen(theme_->secondary);
  painter.drawText(QRect(kPadding, kPadding + title_height + kLineGap, width, 1000), Qt::TextWordWrap, finding());
  const QString line = QFontMetrics(small_font).elidedText(footer, Qt::ElideMiddle, width);
  drawTextAt(painter, QPointF(kPadding, size.height() - kPadding / 2), Qt::AlignLeft | Qt::AlignBottom, line,
             small_font, theme_->secondary);

  painter.save();
  painter.translate(kPadding, header);
  drawing_picture_ = true;
  applyTheme();
  layOut(chart_size);
  plot_->toPainter(&painter, chart_size.width(), chart_size.height());
  drawing_picture_ = false;
  painter.restore();
  plot_->replot(QCustomPlot::rpQueuedReplot);  // the areas are placed for the picture
}

QImage Chart::image(QSize size, double scale, const QString& footer) {
  QImage image(size * scale, QImage::Format_RGB32);
  image.fill(theme_->surface);
  QCPPainter painter;
  painter.begin(&image);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  painter.scale(scale, scale);
  paintPicture(painter, size, footer);
  painter.end();
  return image;
}

QByteArray Chart::svg(QSize size, const QString& footer) {
  QBuffer buffer;
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setSize(size);
  generator.setViewBox(QRect({}, size));
  generator.setTitle(title());
  generator.setDescription(finding());
  QCPPainter painter;
  painter.begin(&generator);
  paintPicture(painter, size, footer);
  painter.end();
  return buffer.data();
}

void Chart::writePng(const QString& path, QSize size, double scale, const QString& footer) {
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  image(size, scale, footer).save(&buffer, "PNG");
  saveFile(path, buffer.data());
}

void Chart::writeSvg(const QString& path, QSize size, const QString& footer) { saveFile(path, svg(size, footer)); }

}  // namespace remat
