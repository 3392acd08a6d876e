// What every chart of the window is: a picture of a view value. Charts are the only code that knows QCustomPlot, and
// this header hides it; they know neither documents nor selections: they are given a value to show and signal what the
// user does. What a value holds is computed by the pure functions in gui/models.
#pragma once

#include <QImage>
#include <QSize>
#include <QString>
#include <QWidget>

#include "gui/models/theme.h"
#include "profiler/report/tables.h"

class QCPPainter;
class QCustomPlot;
class QWheelEvent;

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
  /// Nothing but a sentence is drawn.
  [[nodiscard]] virtual bool isEmpty() const = 0;
  /// Colours follow the palette until a theme is set (headless rendering sets one).
  virtual void setTheme(const Theme& theme);
  [[nodiscard]] const Theme& theme() const { return *theme_; }

  /// What a picture says beside its title: of which points it is, if there are others of its kind.
  void setPictureLabel(const QString& label) { picture_label_ = label; }
  /// The chart as a picture of its own, with title and finding above and `footer` (where the numbers come from) below;
  /// `size` in logical pixels. Identical bytes for identical values.
  [[nodiscard]] QImage image(QSize size, double scale, const QString& footer);
  [[nodiscard]] QByteArray svg(QSize size, const QString& footer);
  /// The same as files. Throw Error(failed) if a file cannot be written.
  void writePng(const QString& path, QSize size, double scale, const QString& footer);
  void writeSvg(const QString& path, QSize size, const QString& footer);

  /// It has the focus by keyboard, which whoever frames it has to show: around it, so that nothing is drawn over.
  [[nodiscard]] bool showsFocus() const { return shows_focus_; }

  [[nodiscard]] QSize sizeHint() const override { return {960, 320}; }
  [[nodiscard]] QSize minimumSizeHint() const override { return {320, 140}; }

 signals:
  void focusShown();  ///< or not any more

 protected:
  [[nodiscard]] QCustomPlot& plot() const { return *plot_; }
  /// After another value is to be shown: draws soon, and tells assistive technology.
  void showChange();
  /// Only what lies on the layer for hovering and selection.
  void showOverlay();
  /// A picture for a file is being drawn: nothing that only means the moment, such as the pointer, is in it.
  [[nodiscard]] bool isPicture() const { return drawing_picture_; }
  /// Margins and ranges for this size, before everything is drawn.
  virtual void layOut(QSize size) = 0;

  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  /// The pointer has left the chart: nothing is hovered any more, here and in what is linked.
  virtual void clearHover() {}

 private:
  void applyTheme();
  void followScreen();
  void showFocus(bool shown);
  [[nodiscard]] bool zoomsBy(const QWheelEvent& wheel) const;
  void paintPicture(QCPPainter& painter, QSize size, const QString& footer);
  [[nodiscard]] int findingHeight(int width) const;

  QCustomPlot* plot_;
  const Theme* theme_;
  bool theme_is_set_ = false;
  bool drawing_picture_ = false;
  bool shows_focus_ = false;
  bool has_drawn_ = false;
  QString picture_label_;
};

}  // namespace remat
