#include "gui/pages/diagnose_page.h"

#include <algorithm>
#include <array>

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/models/diagnosis.h"
#include "gui/models/diagnosis_filter.h"
#include "gui/models/document.h"
#include "gui/models/local_text.h"
#include "gui/models/selection.h"
#include "gui/models/theme.h"
#include "gui/pages/look.h"
#include "gui/pages/segments.h"

namespace remat {
namespace {

/// Words of warnings and errors in their colour and strong; everything else as it is.
class SeverityDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    const auto severity = static_cast<Severity>(index.data(DiagnosisModel::SeverityRole).toInt());
    if (severity == Severity::info) return;
    const Theme& theme = themeOf(option->palette);
    const QColor color = severity == Severity::error ? theme.bad : theme.warning;
    if (index.column() == DiagnosisModel::SeverityColumn) {
      option->palette.setColor(QPalette::Text, color);
      option->palette.setColor(QPalette::HighlightedText, color);
      option->font.setWeight(QFont::DemiBold);
      option->text = (severity == Severity::error ? QStringLiteral("✕ ") : QStringLiteral("! ")) + option->text;
    }
  }
};

}  // namespace

DiagnosePage::DiagnosePage(Document& document, Selection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      selection_(selection),
      model_(new DiagnosisModel(this)),
      filter_(new DiagnosisFilter(this)),
      scope_(new Segments({tr("Whole run"), tr("Selected point")}, tr("Diagnose"))),
      severity_(new QComboBox),
      search_(new QLineEdit),
      summary_(makeLabel({}, TypeSize::body, this, true)),
      table_(new QTableView),
      rows_(new QSplitter(Qt::Vertical)),
      log_title_(makeLabel(tr("Log of the measurement"), TypeSize::title, this)),
      log_(new QPlainTextEdit) {
  setObjectName("page");
  filter_->setSourceModel(model_);
  build();
  connect(&document_, &Document::runChanged, this, &DiagnosePage::refresh);
  connect(&document_, &Document::beingMeasuredChanged, this, &DiagnosePage::refresh);
  connect(&selection_, &Selection::pointChanged, this, [this] {
    if (scope_->current() == 1) refresh();
  });
  connect(scope_, &Segments::picked, this, &DiagnosePage::refresh);
  connect(severity_, &QComboBox::activated, this,
          [this](int index) { filter_->setLeast(static_cast<Severity>(index)); });
  connect(search_, &QLineEdit::textChanged, filter_, &DiagnosisFilter::setText);
  connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
    const QString key = index.data(DiagnosisModel::KeyRole).toString();
    if (!key.isEmpty()) selection_.setPoint(key);
  });
  clearLog();
}

void DiagnosePage::build() {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 12, 16, 12);
  column->setSpacing(8);
  auto* line = new QHBoxLayout;
  severity_->addItems({tr("everything"), tr("warnings and errors"), tr("errors only")});
  severity_->setAccessibleName(tr("How grave"));
  search_->setPlaceholderText(tr("Search"));
  search_->setAccessibleName(tr("Search in what happened"));
  search_->setClearButtonEnabled(true);
  line->addWidget(makeLabel(tr("What happened, in order"), TypeSize::title, this));
  line->addWidget(scope_);
  line->addStretch();
  line->addWidget(severity_);
  line->addWidget(search_);
  column->addLayout(line);
  column->addWidget(summary_);
  buildTable();
  rows_->setObjectName("diagnose_rows");
  rows_->setHandleWidth(1);
  rows_->setChildrenCollapsible(false);
  rows_->addWidget(table_);
  rows_->addWidget(buildLog());
  rows_->setStretchFactor(0, 1);
  restoreSplitters();
  column->addWidget(rows_, 1);
}

void DiagnosePage::restoreSplitters() { rows_->setSizes({450, 190}); }

void DiagnosePage::buildTable() {
  styleTable(*table_, tr("What happened, in order"));
  table_->setModel(filter_);
  table_->setItemDelegate(new SeverityDelegate(table_));
}

QWidget* DiagnosePage::buildLog() {
  auto* lower = new QWidget;
  auto* log_column = new QVBoxLayout(lower);
  log_column->setContentsMargins(0, 8, 0, 0);
  log_column->addWidget(log_title_);
  log_column->addWidget(log_);
  log_->setReadOnly(true);
  log_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  log_->setMaximumBlockCount(10'000);
  log_->setAccessibleName(tr("Log of the measurement"));
  return lower;
}

void DiagnosePage::addLogLine(const QString& line) {
  log_->appendPlainText(line);
  log_->parentWidget()->show();
}

void DiagnosePage::clearLog() {
  log_->clear();
  log_->parentWidget()->hide();
}

void DiagnosePage::refresh() {
  stale_ = true;
  if (!isVisible()) return;
  stale_ = false;
  const bool of_point = scope_->current() == 1;
  const Run& run = *document_.run();
  const Writing writing = document_.isBeingMeasured()   ? Writing::going_on
                          : document_.wasMeasuredHere() ? Writing::ended
                                                        : Writing::unknown;
  const bool nothing_selected = of_point && run.find(selection_.point().toStdString()) == nullptr;
  model_->show(nothing_selected ? std::vector<DiagnosisRow>()
                                : diagnosis(run, of_point ? selection_.point() : QString(), writing));
  std::array<std::int64_t, 3> counts{};
  for (const DiagnosisRow& row : model_->rows()) ++counts[static_cast<std::size_t>(row.severity)];
  const auto errors = localCount(counts[static_cast<std::size_t>(Severity::error)]);
  const auto warnings = localCount(counts[static_cast<std::size_t>(Severity::warning)]);
  if (nothing_selected) {
    summary_->setText(tr("No point is selected: choose one in Explore, or look at the whole run."));
  } else if (model_->rows().empty()) {
    summary_->setText(tr("Nothing has happened yet: open a run or measure one."));
  } else {
    summary_->setText(tr("Entries: %1. Errors: %2. Warnings: %3. Enter on a row selects its point.")
                          .arg(localCount(model_->rowCount()), errors, warnings));
  }
  constexpr std::array characters = {16, 16, 24, 30};  // of the columns before the sentence
  for (std::size_t column = 0; column < characters.size(); ++column)
    table_->setColumnWidth(static_cast<int>(column), fontMetrics().averageCharWidth() * characters[column]);
  table_->setColumnHidden(DiagnosisModel::SetupColumn,
                          std::ranges::all_of(model_->rows(), &QString::isEmpty, &DiagnosisRow::setup));
}

void DiagnosePage::copyRows() {
  QList<int> rows;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows()) rows += filter_->mapToSource(index).row();
  std::sort(rows.begin(), rows.end());
  if (!rows.isEmpty()) QApplication::clipboard()->setText(model_->copyText(rows));
}

void DiagnosePage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

void DiagnosePage::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) return copyRows();
  QWidget::keyPressEvent(event);
}

}  // namespace remat
