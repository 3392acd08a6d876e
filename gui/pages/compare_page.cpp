#include "gui/pages/compare_page.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/charts/comparison_chart.h"
#include "gui/charts/frontier_chart.h"
#include "gui/models/comparison_model.h"
#include "gui/models/document.h"
#include "gui/models/point_list_model.h"
#include "gui/models/run_overlay.h"
#include "gui/models/selection.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/look.h"
#include "gui/pages/segments.h"

namespace remat {
namespace {

/// What A is if nobody chose: store_all of B's group, else another point of it, else any other point.
QString usualBaseline(const Run& run, const QString& point) {
  const PointResult* chosen = run.find(point.toStdString());
  if (chosen == nullptr) return run.points.empty() ? QString() : QString::fromStdString(run.points.front().key());
  const auto index = static_cast<std::size_t>(chosen - run.points.data());
  const PointGroup group = groupOf(run, index);
  if (group.baseline && *group.baseline != index) return QString::fromStdString(run.points[*group.baseline].key());
  for (const std::size_t other : group.points) {
    if (other != index && run.points[other].completed()) return QString::fromStdString(run.points[other].key());
  }
  for (const PointResult& other : run.points) {
    if (&other != chosen) return QString::fromStdString(other.key());
  }
  return {};
}

}  // namespace

ComparePage::ComparePage(Document& document, Selection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      selection_(selection),
      other_(std::make_unique<Document>()),
      points_a_(new PointListModel(this)),
      points_b_(new PointListModel(this)),
      model_(new ComparisonModel(this)),
      chart_(new ComparisonChart),
      overlay_(new FrontierChart(FrontierChart::Runs::two)),
      frame_(new ChartFrame(chart_)),
      overlay_frame_(new ChartFrame(overlay_)),
      choice_a_(new QComboBox),
      choice_b_(new QComboBox),
      scope_(new Segments({tr("Points"), tr("Runs")}, tr("Compare"))),
      swap_(new QPushButton(tr("Swap A and B"))),
      open_other_(new QPushButton(tr("With another run..."))),
      close_other_(new QPushButton(tr("Without the other run"))),
      cautions_(makeLabel({}, TypeSize::body, this, true)),
      table_(new QTableView),
      rows_(new QSplitter(Qt::Vertical)),
      columns_(new QSplitter(Qt::Horizontal)) {
  setObjectName("page");
  setAcceptDrops(true);
  build();
  connectParts();
  applyTheme();
  runsChanged();
}

ComparePage::~ComparePage() = default;

void ComparePage::build() {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 12, 16, 12);
  column->setSpacing(8);
  buildChoices(column);
  cautions_->setProperty(kRoleProperty, "warning");
  column->addWidget(cautions_);

  auto* sorted = new QSortFilterProxyModel(this);
  sorted->setSourceModel(model_);
  sorted->setSortRole(ComparisonModel::SortRole);
  styleTable(*table_, tr("Differences, quantity by quantity"));
  table_->setModel(sorted);
  table_->setSortingEnabled(true);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  rows_->setObjectName("compare_rows");
  columns_->setObjectName("compare_columns");
  for (QSplitter* splitter : {rows_, columns_}) {
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
  }
  columns_->addWidget(frame_);
  columns_->addWidget(overlay_frame_);
  rows_->addWidget(columns_);
  rows_->addWidget(table_);
  restoreSplitters();
  column->addWidget(rows_, 1);
}

void ComparePage::restoreSplitters() {
  rows_->setSizes({520, 300});
  columns_->setSizes({500, 500});
}

void ComparePage::buildChoices(QVBoxLayout* column) {
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  const auto addChoice = [&](const QString& name, QComboBox* choice, PointListModel* points) {
    choice->setModel(points);
    choice->setAccessibleName(name);
    choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    choice->setMinimumContentsLength(6);
    auto* label = makeLabel(name, TypeSize::title, this);
    label->setBuddy(choice);
    line->addWidget(label);
    line->addWidget(choice, 1);
    of_points_ << label << choice;
  };
  line->addWidget(scope_);
  addChoice(tr("A"), choice_a_, points_a_);
  line->addWidget(swap_);
  addChoice(tr("B"), choice_b_, points_b_);
  line->addWidget(open_other_);
  line->addWidget(close_other_);
  line->addStretch();
  open_other_->setToolTip(tr("Open a second run file, which becomes A. A file dropped here does the same."));
  column->addLayout(line);
}

void ComparePage::connectParts() {
  connect(&document_, &Document::runChanged, this, &ComparePage::runsChanged);
  connect(other_.get(), &Document::runChanged, this, &ComparePage::runsChanged);
  connect(other_.get(), &Document::stateChanged, this, &ComparePage::refresh);
  connect(&selection_, &Selection::pointChanged, this, &ComparePage::refresh);
  connect(&selection_, &Selection::baselineChanged, this, &ComparePage::refresh);
  connect(scope_, &Segments::picked, this, &ComparePage::refresh);
  connect(swap_, &QPushButton::clicked, this, &ComparePage::swapPoints);
  connect(open_other_, &QPushButton::clicked, this, &ComparePage::askForOther);
  connect(close_other_, &QPushButton::clicked, this, [this] { openOther({}); });
  connect(choice_a_, &QComboBox::activated, this, [this](int row) { selection_.setBaseline(points_a_->keyAt(row)); });
  connect(choice_b_, &QComboBox::activated, this, [this](int row) { selection_.setPoint(points_b_->keyAt(row)); });
  connect(chart_, &ComparisonChart::pointPicked, &selection_, &Selection::setPoint);
  const auto block = [](int index) { return index < 0 ? std::nullopt : std::optional<int>(index); };
  connect(chart_, &ComparisonChart::blockPicked, &selection_,
          [this, block](int index) { selection_.setBlock(block(index)); });
  connect(chart_, &ComparisonChart::blockHovered, &selection_,
          [this, block](int index) { selection_.setHoveredBlock(block(index)); });
  connect(overlay_, &FrontierChart::pointPicked, &selection_, &Selection::setPoint);
  connect(overlay_, &FrontierChart::pointHovered, &selection_, &Selection::setHoveredPoint);
  connect(overlay_frame_, &ChartFrame::rowActivated, &selection_, [this](const QString& key) {
    if (document_.run()->find(key.toStdString()) != nullptr) selection_.setPoint(key);
  });
  connect(chart_, &ComparisonChart::pointHovered, &selection_, &Selection::setHoveredPoint);
  connect(overlay_, &FrontierChart::memoryLineMoved, &selection_,
          [this](qint64 bytes) { selection_.setMemoryLineBytes(bytes); });
  connect(&selection_, &Selection::memoryLineChanged, this, &ComparePage::refreshOverlay);
  connect(&selection_, &Selection::speedUnitChanged, this, &ComparePage::refreshOverlay);
  connect(&selection_, &Selection::hoveredPointChanged, this, [this] {
    overlay_->setHovered(selection_.hoveredPoint());
    chart_->setHovered(selection_.hoveredPoint());
  });
  connect(&selection_, &Selection::blockChanged, this, [this] { chart_->setSelectedBlock(selection_.block()); });
  connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
    const QString key = index.data(ComparisonModel::KeyRole).toString();
    if (document_.run()->find(key.toStdString()) != nullptr) selection_.setPoint(key);
  });
}

bool ComparePage::comparesRuns() const { return hasOther() && scope_->current() == 1; }
bool ComparePage::hasOther() const { return other_->state() != Document::State::empty; }
const Run& ComparePage::runOfA() const { return hasOther() ? *other_->run() : *document_.run(); }

QString ComparePage::keyOfA() const {
  const QString& chosen = selection_.baseline();
  const Run& run = runOfA();
  const bool usable = run.find(chosen.toStdString()) != nullptr && (hasOther() || chosen != selection_.point());
  if (usable) return chosen;
  // The same point in the other run is what people look for first.
  if (hasOther() && run.find(selection_.point().toStdString()) != nullptr) return selection_.point();
  return usualBaseline(run, hasOther() ? QString() : selection_.point());
}

void ComparePage::openOther(const QString& path) {
  if (path.isEmpty()) {
    other_->close();
    scope_->setCurrent(0);
  } else {
    other_->open(path);
    scope_->setCurrent(1);
  }
  runsChanged();
}

void ComparePage::askForOther() {
  auto* dialog = new QFileDialog(this, tr("Compare with a run"), QString(), tr("Runs (*.remat.jsonl);;All files (*)"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this, &ComparePage::openOther);
  dialog->open();
}

void ComparePage::swapPoints() {
  if (hasOther()) return;
  const QString a = keyOfA();
  selection_.setBaseline(selection_.point());
  selection_.setPoint(a);
}

void ComparePage::runsChanged() {
  points_b_->show(document_.run());
  points_a_->show(hasOther() ? other_->run() : document_.run());
  refresh();
}

ComparisonView ComparePage::compute(bool whole_runs, const QString& key_of_a) const {
  if (other_->state() == Document::State::loading) {
    ComparisonView waiting;
    waiting.finding = tr("Reading the other run...");
    return waiting;
  }
  if (whole_runs) return compareRuns(runOfA(), *document_.run());
  return comparePoints(runOfA(), key_of_a, *document_.run(), selection_.point());
}

void ComparePage::refresh() {
  stale_ = true;
  if (!isVisible()) return;
  stale_ = false;
  const bool whole_runs = comparesRuns();
  const QString a = keyOfA();
  scope_->setVisible(hasOther());
  close_other_->setVisible(hasOther());
  open_other_->setText(hasOther() ? tr("Another run...") : tr("With another run..."));
  swap_->setVisible(!hasOther());
  for (QWidget* part : of_points_) part->setVisible(!whole_runs);
  choice_a_->setCurrentIndex(points_a_->rowOf(a));
  choice_b_->setCurrentIndex(points_b_->rowOf(selection_.point()));
  view_ = compute(whole_runs, a);
  QStringList cautions(view_.cautions.begin(), view_.cautions.end());
  if (!other_->message().isEmpty()) cautions.prepend(other_->message());
  cautions_->setText(cautions.join(u'\n'));
  cautions_->setVisible(!cautions.isEmpty());
  model_->show(view_);
  table_->setColumnHidden(ComparisonModel::HeadingColumn, !whole_runs);
  table_->resizeColumnsToContents();
  // Long names of points must not push the verdicts out of sight.
  const int most = table_->viewport()->width() * 3 / 10;
  if (whole_runs && table_->columnWidth(ComparisonModel::HeadingColumn) > most)
    table_->setColumnWidth(ComparisonModel::HeadingColumn, most);
  // As in the other charts, where A's run has no policies of its own.
  chart_->setStyles(policyStyles(policiesOf(*document_.run()), policiesOf(runOfA())));
  chart_->show(view_);
  chart_->setSelected(selection_.point());
  chart_->setSelectedBlock(selection_.block());
  frame_->refresh();
  refreshOverlay();
}

void ComparePage::refreshOverlay() {
  if (stale_) return;
  const bool shown = comparesRuns() && other_->state() != Document::State::loading;
  overlay_frame_->setVisible(shown);
  if (!shown) return;
  if (grouped_a_.run != other_->run()) grouped_a_ = grouped(other_->run());
  if (grouped_b_.run != document_.run()) grouped_b_ = grouped(document_.run());
  overlay_->show(overlaidFrontiers(grouped_a_, grouped_b_, selection_.point(), selection_.speedUnit(),
                                   selection_.memoryLineBytes()));
  overlay_->setSelected(selection_.point());
  overlay_frame_->refresh();
}

void ComparePage::applyTheme() {
  const Theme& theme = themeOf(palette());
  model_->setTheme(theme);
  points_a_->setDark(theme.dark);
  points_b_->setDark(theme.dark);
}

void ComparePage::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) applyTheme();
  QWidget::changeEvent(event);
}

void ComparePage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

void ComparePage::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void ComparePage::dropEvent(QDropEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (urls.isEmpty() || !urls.front().isLocalFile()) return;
  event->acceptProposedAction();
  openOther(urls.front().toLocalFile());
}

}  // namespace remat
