#include "gui/pages/chart_frame.h"

#include <array>
#include <exception>
#include <numeric>

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QImage>
#include <QLabel>
#include <QList>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QResizeEvent>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/charts/chart.h"
#include "gui/models/result_table_model.h"
#include "gui/models/saved_file.h"
#include "gui/pages/elided_label.h"
#include "gui/pages/look.h"
#include "profiler/report/tables.h"

namespace remat {
namespace {

struct FormatRow {
  ChartFrame::Format format;
  const char* text;
  const char* suffix;
};
constexpr std::array<FormatRow, 4> kFormats = {
    {{ChartFrame::Format::png, QT_TRANSLATE_NOOP("remat::ChartFrame", "Export as PNG..."), ".png"},
     {ChartFrame::Format::png_2x, QT_TRANSLATE_NOOP("remat::ChartFrame", "Export as PNG, 2x..."), "@2x.png"},
     {ChartFrame::Format::svg, QT_TRANSLATE_NOOP("remat::ChartFrame", "Export as SVG..."), ".svg"},
     {ChartFrame::Format::csv, QT_TRANSLATE_NOOP("remat::ChartFrame", "Export the numbers as CSV..."), ".csv"}}};

/// A whole table for the clipboard.
QString tableText(const ResultTable& table) {
  ResultTableModel model;
  model.show(table);
  QList<int> rows(model.rowCount());
  std::iota(rows.begin(), rows.end(), 0);
  return model.copyText(rows);
}

}  // namespace

ChartFrame::ChartFrame(Chart* chart, QWidget* parent)
    : QWidget(parent),
      chart_(chart),
      title_(makeLabel(chart->title(), TypeSize::title, this)),
      finding_(new ElidedLabel(this)),
      finding_below_(makeLabel({}, TypeSize::body, this, true)),
      controls_(new QHBoxLayout),
      stack_(new QStackedWidget(this)),
      twin_(new QTableView(this)),
      model_(new ResultTableModel(this)),
      table_button_(new QToolButton(this)) {
  build();
  refresh();
}

void ChartFrame::build() {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 8, 0, 4);
  column->setSpacing(6);
  buildHeader(*column);
  buildTwin();
  stack_->setContentsMargins(14, 2, 6, 2);
  stack_->addWidget(chart_);
  stack_->addWidget(twin_);
  setFocusProxy(chart_);
  column->addWidget(stack_, 1);
  setAccessibleName(chart_->title());
  connect(chart_, &Chart::focusShown, this, qOverload<>(&QWidget::update));
}

void ChartFrame::buildHeader(QVBoxLayout& column) {
  auto* header = new QHBoxLayout;
  header->setContentsMargins(16, 0, 16, 0);
  header->setSpacing(12);
  for (QLabel* label : std::initializer_list<QLabel*>{finding_, finding_below_})
    label->setProperty(kRoleProperty, "secondary");
  finding_below_->setContentsMargins(16, 0, 16, 0);
  finding_below_->hide();
  finding_->setMinimumWidth(0);  // it goes below before it is too short to be read
  controls_->setSpacing(8);
  header->addWidget(title_);
  header->addWidget(finding_, 1);
  header->addLayout(controls_);

  table_button_->setText(tr("Table"));
  table_button_->setCheckable(true);
  table_button_->setProperty("flat", true);
  table_button_->setToolTip(tr("The same numbers as a table (T)"));
  table_button_->setAccessibleName(tr("%1: show as a table").arg(chart_->title()));
  connect(table_button_, &QToolButton::toggled, this, &ChartFrame::setTableShown);
  auto* more = new QToolButton(this);
  fillMenu(more);
  controls_->addWidget(table_button_);
  controls_->addWidget(more);
  column.addLayout(header);
  column.addWidget(finding_below_);
}

void ChartFrame::buildTwin() {
  auto* sorted = new QSortFilterProxyModel(this);
  sorted->setSourceModel(model_);
  sorted->setSortRole(ResultTableModel::SortRole);
  styleTable(*twin_, tr("Table of %1").arg(chart_->title()));
  twin_->horizontalHeader()->setStretchLastSection(false);
  twin_->setModel(sorted);
  twin_->setSortingEnabled(true);
  twin_->sortByColumn(-1, Qt::AscendingOrder);
  connect(twin_, &QTableView::activated, this,
          [this](const QModelIndex& index) { emit rowActivated(index.data(ResultTableModel::KeyRole).toString()); });
}

void ChartFrame::fillMenu(QToolButton* button) {
  button->setText("⋯");
  button->setProperty("flat", true);
  button->setPopupMode(QToolButton::InstantPopup);
  button->setToolTip(tr("Export or copy this chart"));
  button->setAccessibleName(tr("%1: export or copy").arg(chart_->title()));
  auto* menu = new QMenu(button);
  menu->setAttribute(Qt::WA_WindowPropagation);
  for (const FormatRow& row : kFormats)
    menu->addAction(tr(row.text), this, [this, format = row.format] { askToExport(format); });
  menu->addSeparator();
  menu->addAction(tr("Copy as picture"), this, &ChartFrame::copyPicture);
  menu->addAction(tr("Copy as table"), this, &ChartFrame::copyTable);
  button->setMenu(menu);
}

void ChartFrame::addControl(QWidget* control) { controls_->insertWidget(controls_->count() - 2, control); }

void ChartFrame::refresh() {
  title_->setText(chart_->title());
  placeFinding();
  setAccessibleDescription(chart_->finding());
  if (isTableShown()) model_->show(chart_->table());
}

void ChartFrame::placeFinding() {
  constexpr int margins = 72;
  const QString text = chart_->isEmpty() ? QString() : chart_->finding();  // which the chart says in its middle
  const int room = width() - title_->sizeHint().width() - controls_->sizeHint().width() - margins;
  const bool below = !text.isEmpty() && finding_->fontMetrics().horizontalAdvance(text) > room;
  finding_->setWhole(below ? QString() : text);
  finding_below_->setText(below ? text : QString());
  // Splitters ask for the least height without asking for which width; and what a label answers is never less than its
  // own least height.
  finding_below_->setMinimumHeight(0);
  if (below) finding_below_->setMinimumHeight(finding_below_->heightForWidth(width()));
  finding_below_->setVisible(below);
}

void ChartFrame::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  if (event->size().width() != event->oldSize().width()) placeFinding();
}

/// The ring of the focus, beside the words of the chart, which begin at its edge.
void ChartFrame::paintEvent(QPaintEvent* event) {
  QWidget::paintEvent(event);
  if (!chart_->showsFocus() || !chart_->isVisible()) return;
  const QRectF box(chart_->mapTo(this, QPoint(0, 0)), chart_->size());
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(chart_->theme().ink, 2));
  painter.drawRoundedRect(box.adjusted(-6, -1, 3, 1), 4, 4);
}

bool ChartFrame::isTableShown() const { return stack_->currentWidget() == twin_; }

void ChartFrame::setTableShown(bool shown) {
  if (shown) {
    model_->show(chart_->table());
    twin_->resizeColumnsToContents();
  }
  stack_->setCurrentWidget(shown ? static_cast<QWidget*>(twin_) : chart_);
  setFocusProxy(stack_->currentWidget());
  table_button_->setChecked(shown);
}

QString ChartFrame::fileName(Format format) const {
  QString stem = chart_->title().toLower();
  stem.replace(' ', '-');
  return stem + kFormats[static_cast<std::size_t>(format)].suffix;
}

// What is seen: the size of the chart on screen, but never one that cannot be read.
QSize ChartFrame::pictureSize() const { return chart_->size().expandedTo({900, 320}); }

bool ChartFrame::exportTo(const QString& path, Format format) {
  const QSize size = pictureSize();
  try {
    switch (format) {
      case Format::png: chart_->writePng(path, size, 1.0, footer_); break;
      case Format::png_2x: chart_->writePng(path, size, 2.0, footer_); break;
      case Format::svg: chart_->writeSvg(path, size, footer_); break;
      case Format::csv: saveFile(path, QByteArray::fromStdString(csvText(chart_->table()))); break;
    }
  } catch (const std::exception& error) {
    emit outcome(false, tr("Not exported: %1").arg(QString::fromUtf8(error.what())));
    return false;
  }
  emit outcome(true, tr("Written: %1").arg(path));
  return true;
}

void ChartFrame::askToExport(Format format) {
  auto* dialog = new QFileDialog(this, tr("Export %1").arg(chart_->title()));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->selectFile(fileName(format));
  connect(dialog, &QFileDialog::fileSelected, this, [this, format](const QString& path) { exportTo(path, format); });
  dialog->open();
}

void ChartFrame::copyPicture() {
  const QSize size = pictureSize();
  auto* content = new QMimeData;
  content->setImageData(chart_->image(size, 2.0, footer_));
  content->setData("image/svg+xml", chart_->svg(size, footer_));
  content->setText(tableText(chart_->table()));
  QGuiApplication::clipboard()->setMimeData(content);
  emit outcome(true, tr("%1 was copied as a picture.").arg(chart_->title()));
}

void ChartFrame::copyTable() {
  QGuiApplication::clipboard()->setText(tableText(chart_->table()));
  emit outcome(true, tr("The numbers of %1 were copied.").arg(chart_->title()));
}

}  // namespace remat
