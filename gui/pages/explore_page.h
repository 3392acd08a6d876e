// The page that a run opens with: frontier, blocks, why, and memory through one step, linked by one selection.
#pragma once

#include <QWidget>

#include "gui/models/run_focus.h"

class QComboBox;
class QSplitter;

namespace remat {

class BlocksChart;
class ChartFrame;
class Document;
class FrontierChart;
class Segments;
class Selection;
class StepMemoryChart;

class ExplorePage : public QWidget {
  Q_OBJECT

 public:
  ExplorePage(Document& document, Selection& selection, QWidget* parent = nullptr);

  void showWhy(bool shown);
  [[nodiscard]] bool isWhyShown() const { return !why_->isHidden(); }
  /// Sizes as the program came with.
  void restoreSplitters();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void build();
  void buildControls();
  void connectCharts();
  void connectSelection();
  void refresh();
  void refreshGroups();
  void refreshFrontier();
  void refreshBlocks();
  void refreshStep();
  void highlightActivation();
  [[nodiscard]] const PointGroup* group() const;

  Document& document_;
  Selection& selection_;
  GroupedRun run_;
  bool stale_ = true;  // refreshed when it is looked at

  FrontierChart* frontier_;
  BlocksChart* blocks_;
  StepMemoryChart* step_;
  ChartFrame *frontier_frame_, *blocks_frame_, *step_frame_;
  QWidget* why_;
  QSplitter *rows_, *columns_, *centre_;
  QComboBox* groups_;
  Segments *unit_, *bands_, *peaks_;
};

}  // namespace remat
