#include "gui/pages/batch_depth_page.h"

#include <QSplitter>
#include <QVBoxLayout>

#include "gui/charts/batch_grid_chart.h"
#include "gui/charts/depth_chart.h"
#include "gui/charts/render.h"
#include "gui/charts/throughput_chart.h"
#include "gui/models/document.h"
#include "gui/models/selection.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/segments.h"

namespace remat {

BatchDepthPage::BatchDepthPage(Document& document, Selection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      selection_(selection),
      grid_(new BatchGridChart),
      throughput_(new ThroughputChart),
      depth_(new DepthChart),
      grid_frame_(new ChartFrame(grid_)),
      throughput_frame_(new ChartFrame(throughput_)),
      depth_frame_(new ChartFrame(depth_)),
      rows_(new QSplitter(Qt::Vertical, this)),
      columns_(new QSplitter(Qt::Horizontal)),
      grid_axis_(new Segments({tr("batch"), tr("layers")}, tr("Columns"))),
      metric_(new Segments({tr("peak"), tr("step time"), tr("tokens/s")}, tr("Cells"))),
      curve_axis_(new Segments({tr("batch"), tr("layers")}, tr("Across"))),
      depth_axis_(new Segments({tr("batch"), tr("layers")}, tr("Across"))) {
  setObjectName("page");
  setFocusProxy(grid_frame_);
  build();
  connectCharts();
}

void BatchDepthPage::build() {
  rows_->setObjectName("batch_rows");
  columns_->setObjectName("batch_columns");
  for (QSplitter* splitter : {rows_, columns_}) {
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
  }
  depth_axis_->setCurrent(1);
  grid_frame_->addControl(grid_axis_);
  grid_frame_->addControl(metric_);
  throughput_frame_->addControl(curve_axis_);
  depth_frame_->addControl(depth_axis_);
  columns_->addWidget(grid_frame_);
  columns_->addWidget(throughput_frame_);
  rows_->addWidget(columns_);
  rows_->addWidget(depth_frame_);
  // What charts need to be read; with less room the page scrolls.
  const int line = fontMetrics().height();
  for (QWidget* chart : std::initializer_list<QWidget*>{grid_, throughput_, depth_}) chart->setMinimumHeight(15 * line);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(rows_);
  restoreSplitters();
}

/// Where there is no room for two charts beside each other, one below the other: the page scrolls down, not sideways.
void BatchDepthPage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const int needed = grid_frame_->minimumSizeHint().width() + throughput_frame_->minimumSizeHint().width();
  // The page itself is never narrower than what its charts need as they are now.
  const int available = parentWidget() != nullptr ? parentWidget()->width() : width();
  const Qt::Orientation orientation = available < needed ? Qt::Vertical : Qt::Horizontal;
  if (orientation == columns_->orientation()) return;
  columns_->setOrientation(orientation);
  setColumnSizes();  // widths are no heights
}

void BatchDepthPage::setColumnSizes() { columns_->setSizes({560, 440}); }

void BatchDepthPage::restoreSplitters() {
  setColumnSizes();
  rows_->setSizes({580, 340});
}

void BatchDepthPage::connectCharts() {
  connect(grid_, &BatchGridChart::pointPicked, &selection_, &Selection::setPoint);
  connect(throughput_, &ThroughputChart::pointPicked, &selection_, &Selection::setPoint);
  connect(depth_, &DepthChart::pointPicked, &selection_, &Selection::setPoint);
  connect(grid_, &BatchGridChart::pointHovered, &selection_, &Selection::setHoveredPoint);
  connect(throughput_, &ThroughputChart::pointHovered, &selection_, &Selection::setHoveredPoint);
  connect(depth_, &DepthChart::pointHovered, &selection_, &Selection::setHoveredPoint);
  for (ChartFrame* frame : {grid_frame_, throughput_frame_, depth_frame_})
    connect(frame, &ChartFrame::rowActivated, &selection_, [this](const QString& key) {
      if (key.isEmpty()) return;
      selection_.setPoint(key);
      emit pointOpened();
    });
  for (Segments* choice : {grid_axis_, metric_, curve_axis_, depth_axis_})
    connect(choice, &Segments::picked, this, &BatchDepthPage::refresh);

  const auto later = [this] {
    stale_ = true;
    if (isVisible()) refresh();
  };
  connect(&document_, &Document::runChanged, this, later);
  connect(&selection_, &Selection::memoryLineChanged, this, later);
  connect(&selection_, &Selection::pointChanged, this, later);
  connect(&selection_, &Selection::hoveredPointChanged, this, [this] {
    for (PointChart* chart : std::initializer_list<PointChart*>{grid_, throughput_, depth_})
      chart->setHovered(selection_.hoveredPoint());
  });
}

void BatchDepthPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

void BatchDepthPage::refresh() {
  stale_ = false;
  run_ = grouped(document_.run());
  const auto index = run_.groupOf(selection_.point());
  const PointGroup group = index ? run_.groups[*index] : run_.groups.empty() ? PointGroup{} : run_.groups.front();
  const auto axis = [](const Segments* choice) { return static_cast<SweepAxis>(choice->current()); };
  const auto line = selection_.memoryLineBytes();
  grid_->show(batchGridView(*run_.run, group, axis(grid_axis_), static_cast<GridMetric>(metric_->current()), line));
  throughput_->show(throughputView(*run_.run, group, axis(curve_axis_), line));
  depth_->show(depthView(*run_.run, group, axis(depth_axis_), line));
  for (const auto& [frame, choice] :
       {std::pair{grid_frame_, grid_axis_}, {throughput_frame_, curve_axis_}, {depth_frame_, depth_axis_}}) {
    frame->setFooter(pictureFooter(*run_.run, group, axis(choice)));
    frame->refresh();
  }
  select();
}

void BatchDepthPage::select() {
  grid_->setSelected(selection_.point());
  throughput_->setSelected(selection_.point());
  depth_->setSelected(selection_.point());
}

}  // namespace remat
