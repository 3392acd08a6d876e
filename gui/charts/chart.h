// What every chart of the window is: a picture of a view value. Charts are the only code that knows QCustomPlot, and this
// header hides it; they know neither documents nor selections: they are given a value to show and signal what the user
// does. What a value holds is computed by the pure functions in gui/models.
#pragma once

#include <QSize>
#include <QString>
#include <QWidget>

#include "gui/models/theme.h"
#include "profiler/report/tables.h"

namespace remat {

class Chart : public QWidget {
  Q_OBJECT

 public:
  explicit Chart(QWidget* parent = nullptr);

  /// "Frontier": names the region; also the stem of file names ("frontier").
  [[nodiscard]] virtual QString title() const = 0;
  /// The sentence beside the title that states the finding; also the accessible description.
  [[nodiscard]] virtual QString finding() const = 0;
  /// The table twin: the numbers of what is shown, for CSV, copying and people who do not see pictures.
  [[nodiscard]] virtual ResultTable table() const = 0;
  /// Colours follow the palette until a theme is set (headless rendering sets one).
  virtual void setTheme(const Theme& theme) = 0;

  /// The chart as a file of its own, with title and finding above and `footer` (where the numbers come from) below;
  /// `size` in logical pixels. Identical bytes for identical values. Throw Error(failed) if a file cannot be written.
  void writePng(const QString& path, QSize size, double scale, const QString& footer);
  [[nodiscard]] QByteArray svg(QSize size, const QString& footer);
  void writeSvg(const QString& path, QSize size, const QString& footer);

 protected:
  /// Draws the chart alone into `area` of a painter, with vector operations.
  virtual void paintChart(QPainter& painter, QSize size) = 0;
};

}  // namespace remat
