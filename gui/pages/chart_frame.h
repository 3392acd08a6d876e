// A region of a page: a chart with its title, its finding, the table of the same numbers, and everything that takes it
// out of the window: PNG, SVG, CSV, the clipboard.
#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QTableView;
class QToolButton;
class QVBoxLayout;

namespace remat {

class Chart;
class ElidedLabel;
class ResultTableModel;

class ChartFrame : public QWidget {
  Q_OBJECT

 public:
  /// Takes the chart as its child.
  explicit ChartFrame(Chart* chart, QWidget* parent = nullptr);

  [[nodiscard]] Chart& chart() const { return *chart_; }
  /// A choice that belongs to this chart, at the right of its title.
  void addControl(QWidget* control);
  /// Where the numbers come from: under exported pictures.
  void setFooter(const QString& footer) { footer_ = footer; }
  /// After the chart was given something else to show.
  void refresh();
  [[nodiscard]] bool isTableShown() const;
  /// Of the chart's table column "point", if it has one.
  [[nodiscard]] ResultTableModel& table() const { return *model_; }

  enum class Format : std::uint8_t { png, png_2x, svg, csv };
  /// Writes the chart; says how it went with outcome(). False: it could not be written.
  bool exportTo(const QString& path, Format format);
  /// "frontier.png": what an export suggests.
  [[nodiscard]] QString fileName(Format format) const;

 public slots:
  void setTableShown(bool shown);
  void toggleTable() { setTableShown(!isTableShown()); }
  /// Picture (2x), SVG and the table as text in one.
  void copyPicture();
  void copyTable();
  /// Asks where, without stopping anything else.
  void askToExport(remat::ChartFrame::Format format);

 signals:
  /// A sentence about what was copied or written, or why not.
  void outcome(bool ok, const QString& sentence);
  void rowActivated(const QString& point);  ///< key of a row of the table

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void build();
  void buildHeader(QVBoxLayout& column);
  void buildTwin();
  void fillMenu(QToolButton* button);
  void placeFinding();
  [[nodiscard]] QSize pictureSize() const;

  Chart* chart_;
  QString footer_;
  QLabel* title_;
  ElidedLabel* finding_;   // beside the title,
  QLabel* finding_below_;  // or below it, in as many lines as it takes, where that is too narrow
  QHBoxLayout* controls_;
  QStackedWidget* stack_;
  QTableView* twin_;
  ResultTableModel* model_;
  QToolButton* table_button_;
};

}  // namespace remat
