// How memory and speed change with batch size and number of layers: a grid and curves for the one, small pictures for
// the other. A click loads the point everywhere.
#pragma once

#include <QWidget>

#include "gui/models/batch_grid_view.h"
#include "gui/models/run_focus.h"

class QSplitter;

namespace remat {

class BatchGridChart;
class ChartFrame;
class DepthChart;
class Document;
class Segments;
class Selection;
class ThroughputChart;

class BatchDepthPage : public QWidget {
  Q_OBJECT

 public:
  BatchDepthPage(Document& document, Selection& selection, QWidget* parent = nullptr);

  void restoreSplitters();

 signals:
  /// A point was opened by a double click: it is to be explored.
  void pointOpened();

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void setColumnSizes();
  void build();
  void connectCharts();
  void refresh();
  void select();

  Document& document_;
  Selection& selection_;
  GroupedRun run_;
  bool stale_ = true;

  BatchGridChart* grid_;
  ThroughputChart* throughput_;
  DepthChart* depth_;
  ChartFrame *grid_frame_, *throughput_frame_, *depth_frame_;
  QSplitter *rows_, *columns_;
  Segments *grid_axis_, *metric_, *curve_axis_, *depth_axis_;
};

}  // namespace remat
