#include "gui/pages/explore_page.h"

#include <algorithm>

#include <QComboBox>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

#include "gui/charts/blocks_chart.h"
#include "gui/charts/frontier_chart.h"
#include "gui/charts/render.h"
#include "gui/charts/step_memory_chart.h"
#include "gui/models/document.h"
#include "gui/models/selection.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/look.h"
#include "gui/pages/segments.h"
#include "gui/pages/why_panel.h"

namespace remat {
namespace {

QSplitter* makeSplitter(Qt::Orientation orientation, const char* name, QWidget* parent) {
  auto* splitter = new QSplitter(orientation, parent);
  splitter->setObjectName(name);
  splitter->setHandleWidth(1);
  splitter->setChildrenCollapsible(false);
  return splitter;
}

}  // namespace

ExplorePage::ExplorePage(Document& document, Selection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      selection_(selection),
      frontier_(new FrontierChart),
      blocks_(new BlocksChart),
      step_(new StepMemoryChart),
      frontier_frame_(new ChartFrame(frontier_)),
      blocks_frame_(new ChartFrame(blocks_)),
      step_frame_(new ChartFrame(step_)),
      why_(new WhyPanel(document, selection)),
      rows_(makeSplitter(Qt::Vertical, "explore_rows", this)),
      columns_(makeSplitter(Qt::Horizontal, "explore_columns", nullptr)),
      centre_(makeSplitter(Qt::Vertical, "explore_centre", nullptr)),
      groups_(new QComboBox),
      unit_(new Segments({tr("ms"), tr("tokens/s")}, tr("Speed as"))),
      bands_(new Segments({tr("by kind"), tr("by block")}, tr("Memory"))),
      peaks_(new Segments({tr("everything"), tr("beyond start")}, tr("Peaks"))) {
  setObjectName("page");
  setFocusProxy(frontier_frame_);
  build();
  buildControls();
  connectCharts();
  connectSelection();
}

void ExplorePage::build() {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(rows_);
  centre_->addWidget(frontier_frame_);
  centre_->addWidget(blocks_frame_);
  columns_->addWidget(centre_);
  columns_->addWidget(why_);
  columns_->setStretchFactor(0, 1);
  rows_->addWidget(columns_);
  rows_->addWidget(step_frame_);
  rows_->setStretchFactor(0, 1);
  // What charts need to be read; with less room the page scrolls.
  const int line = fontMetrics().height();
  frontier_->setMinimumHeight(11 * line);
  blocks_->setMinimumHeight(17 * line);
  step_->setMinimumHeight(10 * line);
  restoreSplitters();
}

void ExplorePage::restoreSplitters() {
  why_->show();
  centre_->setSizes({330, 370});
  columns_->setSizes({1000, 320});
  rows_->setSizes({700, 230});
}

void ExplorePage::showWhy(bool shown) { why_->setVisible(shown); }

void ExplorePage::buildControls() {
  groups_->setAccessibleName(tr("What the points have in common"));
  groups_->setToolTip(
      tr("Points that differ in policy only are compared with each other. This run has several such groups."));
  groups_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  const int character = fontMetrics().averageCharWidth();
  groups_->setMinimumWidth(14 * character);
  groups_->setMaximumWidth(46 * character);
  groups_->hide();
  connect(groups_, &QComboBox::activated, this, [this](int index) {
    selection_.setPoint(sameIn(run_, static_cast<std::size_t>(index), selection_.point()));
  });
  frontier_frame_->addControl(groups_);
  frontier_frame_->addControl(unit_);
  unit_->setToolTips({tr("Time of a step (U)"), tr("Tokens per second (U)")});
  connect(unit_, &Segments::picked, this,
          [this](int index) { selection_.setSpeedUnit(static_cast<SpeedUnit>(index)); });
  blocks_frame_->addControl(peaks_);
  peaks_->setToolTips({tr("Peaks with parameters, optimizer state and inputs"),
                       tr("Peaks without what is there before the step begins")});
  connect(peaks_, &Segments::picked, this, [this](int index) { blocks_->setBeyondStart(index == 1); });
  step_frame_->addControl(bands_);
  connect(bands_, &Segments::picked, this, &ExplorePage::refreshStep);
}

void ExplorePage::connectCharts() {
  connect(frontier_, &FrontierChart::pointPicked, &selection_, &Selection::setPoint);
  connect(frontier_, &FrontierChart::pointHovered, &selection_, &Selection::setHoveredPoint);
  connect(frontier_, &FrontierChart::memoryLineMoved, &selection_,
          [this](qint64 bytes) { selection_.setMemoryLineBytes(bytes); });
  connect(blocks_, &BlocksChart::pointPicked, &selection_, &Selection::setPoint);
  connect(blocks_, &BlocksChart::pointHovered, &selection_, &Selection::setHoveredPoint);
  const auto block = [](int index) { return index < 0 ? std::optional<int>() : index; };
  connect(blocks_, &BlocksChart::blockPicked, &selection_, [this, block](int i) { selection_.setBlock(block(i)); });
  connect(blocks_, &BlocksChart::blockHovered, &selection_,
          [this, block](int i) { selection_.setHoveredBlock(block(i)); });
  connect(step_, &StepMemoryChart::blockPicked, &selection_, [this, block](int i) { selection_.setBlock(block(i)); });
  connect(step_, &StepMemoryChart::blockHovered, &selection_,
          [this, block](int i) { selection_.setHoveredBlock(block(i)); });
  for (ChartFrame* frame : {frontier_frame_, blocks_frame_, step_frame_})
    connect(frame, &ChartFrame::rowActivated, &selection_, [this](const QString& key) {
      if (!key.isEmpty()) selection_.setPoint(key);
    });
}

void ExplorePage::connectSelection() {
  connect(&document_, &Document::runChanged, this, [this] {
    stale_ = true;
    if (isVisible()) refresh();
  });
  const auto whenFresh = [this](auto&& function) {
    return [this, function] {
      if (!stale_) function();
    };
  };
  connect(&selection_, &Selection::pointChanged, this, [this] {
    if (stale_) return;
    refreshGroups();
    refreshFrontier();
    refreshBlocks();
    refreshStep();
  });
  connect(&selection_, &Selection::memoryLineChanged, this, whenFresh([this] {
    refreshFrontier();
    refreshBlocks();
    refreshStep();
  }));
  connect(&selection_, &Selection::speedUnitChanged, this, whenFresh([this] { refreshFrontier(); }));
  connect(&selection_, &Selection::hoveredPointChanged, this, [this] {
    frontier_->setHovered(selection_.hoveredPoint());
    blocks_->setHoveredPoint(selection_.hoveredPoint());
  });
  connect(&selection_, &Selection::blockChanged, this, [this] {
    blocks_->setSelectedBlock(selection_.block());
    step_->setSelectedBlock(selection_.block());
  });
  connect(&selection_, &Selection::hoveredBlockChanged, this, [this] {
    blocks_->setHoveredBlock(selection_.hoveredBlock());
    step_->setHoveredBlock(selection_.hoveredBlock());
  });
  connect(&selection_, &Selection::activationChanged, this, &ExplorePage::highlightActivation);
}

void ExplorePage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

const PointGroup* ExplorePage::group() const {
  const auto index = run_.groupOf(selection_.point());
  if (index) return &run_.groups[*index];
  return run_.groups.empty() ? nullptr : &run_.groups.front();
}

void ExplorePage::refresh() {
  stale_ = false;
  run_ = grouped(document_.run());
  refreshGroups();
  refreshFrontier();
  refreshBlocks();
  refreshStep();
}

void ExplorePage::refreshGroups() {
  const QSignalBlocker quiet(groups_);
  groups_->clear();
  groups_->addItems(groupLabels(run_));
  groups_->setCurrentIndex(static_cast<int>(run_.groupOf(selection_.point()).value_or(0)));
  groups_->setVisible(run_.groups.size() > 1);
  const PointGroup* shown = group();
  const QString footer = shown == nullptr ? QString() : pictureFooter(*run_.run, *shown);
  for (ChartFrame* frame : {frontier_frame_, blocks_frame_, step_frame_}) frame->setFooter(footer);
}

void ExplorePage::refreshFrontier() {
  unit_->setCurrent(static_cast<int>(selection_.speedUnit()));
  const PointGroup* shown = group();
  frontier_->show(frontierView(*run_.run, shown == nullptr ? PointGroup{} : *shown, selection_.speedUnit(),
                               selection_.memoryLineBytes()));
  frontier_->setSelected(selection_.point());
  frontier_frame_->refresh();
}

void ExplorePage::refreshBlocks() {
  const PointGroup* shown = group();
  blocks_->show(blocksView(*run_.run, shown == nullptr ? PointGroup{} : *shown, selection_.point(),
                           selection_.memoryLineBytes()));
  blocks_->setSelectedBlock(selection_.block());
  blocks_frame_->refresh();
}

void ExplorePage::refreshStep() {
  const auto bands = static_cast<StepBands>(bands_->current());
  step_->show(stepMemoryView(run_.find(selection_.point()), bands, selection_.memoryLineBytes()));
  step_->setSelectedBlock(selection_.block());
  highlightActivation();
  step_frame_->refresh();
}

void ExplorePage::highlightActivation() {
  const PointResult* point = run_.run ? run_.find(selection_.point()) : nullptr;
  std::optional<Category> category;
  if (point != nullptr && point->memory) {
    const std::string name = selection_.activation().toStdString();
    const auto& live = point->memory->live_at_peak;
    const auto found = std::find_if(live.begin(), live.end(), [&](const LiveTensor& row) { return row.name == name; });
    if (found != live.end()) category = found->category;
  }
  step_->setHighlighted(category);
}

}  // namespace remat
