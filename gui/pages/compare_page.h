// Two points of the open run, or another run and the open one, beside each other: A is what one starts from, B what the
// window shows elsewhere too.
#pragma once

#include <memory>

#include <QList>
#include <QWidget>

#include "gui/models/comparison_view.h"
#include "gui/models/run_focus.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSplitter;
class QTableView;
class QVBoxLayout;

namespace remat {

class ChartFrame;
class ComparisonChart;
class ComparisonModel;
class Document;
class FrontierChart;
class PointListModel;
class Segments;
class Selection;

class ComparePage : public QWidget {
  Q_OBJECT

 public:
  ComparePage(Document& document, Selection& selection, QWidget* parent = nullptr);
  ~ComparePage() override;

  /// Compares with another run file, which becomes A; empty: with none.
  void openOther(const QString& path);
  /// Sizes as the program came with.
  void restoreSplitters();
  [[nodiscard]] const ComparisonView& view() const { return view_; }
  /// Differences; of two runs also both frontiers in one plane.
  [[nodiscard]] ChartFrame& frame() const { return *frame_; }
  [[nodiscard]] ChartFrame& overlayFrame() const { return *overlay_frame_; }

 protected:
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void build();
  void buildChoices(QVBoxLayout* column);
  void connectParts();
  void askForOther();
  void swapPoints();
  void runsChanged();
  void refresh();
  void refreshOverlay();
  [[nodiscard]] bool comparesRuns() const;
  [[nodiscard]] ComparisonView compute(bool whole_runs, const QString& key_of_a) const;
  void applyTheme();
  [[nodiscard]] bool hasOther() const;
  /// Of the run that A's points come from.
  [[nodiscard]] const Run& runOfA() const;
  [[nodiscard]] QString keyOfA() const;

  Document& document_;
  Selection& selection_;
  std::unique_ptr<Document> other_;
  GroupedRun grouped_a_, grouped_b_;  ///< of the overlay
  bool stale_ = true;                 ///< computed when it is looked at
  ComparisonView view_;
  PointListModel *points_a_, *points_b_;
  ComparisonModel* model_;
  ComparisonChart* chart_;
  FrontierChart* overlay_;
  ChartFrame *frame_, *overlay_frame_;
  QComboBox *choice_a_, *choice_b_;
  QList<QWidget*> of_points_;  ///< which points are compared
  Segments* scope_;            ///< points or whole runs
  QPushButton *swap_, *open_other_, *close_other_;
  QLabel* cautions_;
  QTableView* table_;
  QSplitter *rows_, *columns_;
};

}  // namespace remat
