// Parts that charts are drawn from, on top of QCustomPlot: things drawn by a function, areas with axes at given places,
// text at an anchor, the grey words of an empty chart. For .cpp files of gui/charts only.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <qcustomplot.h>

#include "gui/models/axis_unit.h"
#include "gui/models/theme.h"

namespace remat {

/// Draws on a layer of a plot whatever a function draws.
class Drawing : public QCPLayerable {
 public:
  using Draw = std::function<void(QCPPainter&)>;

  /// `clip`: the part of the plot that it may draw to; null: all of it.
  Drawing(QCustomPlot& plot, const QString& layer, Draw draw, const QCPAxisRect* clip = nullptr);

 protected:
  [[nodiscard]] QRect clipRect() const override;
  void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
  void draw(QCPPainter* painter) override;

 private:
  Draw draw_;
  const QCPAxisRect* clip_;
};

/// Layers, from below. Things on `overlay` are drawn alone when only they change.
inline const QString kAreasLayer = QStringLiteral("main");
inline const QString kMarksLayer = QStringLiteral("legend");
inline const QString kOverlayLayer = QStringLiteral("overlay");

/// Makes a plot empty, so that its areas are placed one by one.
void clearPlot(QCustomPlot& plot);
/// An area with an axis at the bottom and one at the left.
[[nodiscard]] QCPAxisRect* addArea(QCustomPlot& plot);
/// Puts it there when the plot is drawn in this size.
void placeArea(QCPAxisRect& area, const QRect& place, QSize plot_size);
void hideArea(QCPAxisRect& area, bool hidden);

[[nodiscard]] inline QCPAxis& xAxis(const QCPAxisRect& area) { return *area.axis(QCPAxis::atBottom); }
[[nodiscard]] inline QCPAxis& yAxis(const QCPAxisRect& area) { return *area.axis(QCPAxis::atLeft); }
void styleAxes(const QCPAxisRect& area, const Theme& theme, const QFont& font);

/// Ticks with numbers of the user's locale, with as many decimals as their distance needs. What is never negative has
/// no numbers where its axis goes on below zero.
class LocaleTicker : public QCPAxisTicker {
 public:
  enum class Negative : std::uint8_t { shown, hidden };
  explicit LocaleTicker(int count = 5, Negative negative = Negative::shown) : negative_(negative) {
    setTickCount(count);
  }

 protected:
  double getTickStep(const QCPRange& range) override;
  QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

 private:
  Negative negative_;
  int decimals_ = 0;
};

/// Sizes follow the font of the chart. small: secondary words and axes.
enum class TextRole : std::uint8_t { label, strong, small, small_strong, title };
[[nodiscard]] QFont textFont(const QFont& base, TextRole role);
/// 1.0 for a font of 13 pixels.
[[nodiscard]] double textScale(const QFont& base);

/// Width left of every chart for the titles of its axes, so that all charts begin at the same x.
[[nodiscard]] int gutterWidth(const QFont& base, int chart_width);

/// Draws text so that its box touches `anchor` with the named side or corner; centred otherwise. Returns the box.
QRectF drawTextAt(QPainter& painter, QPointF anchor, Qt::Alignment side, const QString& text, const QFont& font,
                  const QColor& color);
[[nodiscard]] QSizeF textSize(const QString& text, const QFont& font);
/// In as many lines as it takes for none to be wider, broken between words.
[[nodiscard]] QStringList wrapped(const QString& text, const QFont& font, double width);
/// Width of the gutter that is left for titles beside the numbers of an axis.
[[nodiscard]] double titleWidth(const QFont& base, double gutter_width);
/// No room beside the axis: the title stands above it, which needs room there.
[[nodiscard]] bool titleStandsAbove(const QFont& base, double title_width);
/// The title of an axis in the gutter: strong first line, weaker further lines; or the first alone, above it.
void drawAxisTitle(QPainter& painter, const QRectF& gutter, const QStringList& lines, const QFont& base,
                   const Theme& theme);
/// Fills the area between two step lines, one column per pixel from `left` on. One polygon in vector files; on screens
/// rectangles, since the edges of a jagged polygon cost far more than its pixels.
void paintColumns(QCPPainter& painter, double left, const std::vector<double>& upper, const std::vector<double>& lower,
                  const QColor& color);
/// Says in the middle why there is nothing to see.
void drawEmptyText(QPainter& painter, const QRectF& area, const QString& text, const QFont& base, const Theme& theme);
/// `part` of a color over another one, opaque: what vector files show like screens.
[[nodiscard]] QColor mixed(const QColor& color, const QColor& below, double part);
/// Ink or surface, whichever reads better on a fill.
[[nodiscard]] QColor textOn(const QColor& fill);
/// The memory line as all charts draw it.
[[nodiscard]] QPen memoryLinePen(const Theme& theme);

}  // namespace remat
