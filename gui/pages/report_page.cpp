#include "gui/pages/report_page.h"

#include <exception>
#include <utility>

#include <QCheckBox>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTextBrowser>
#include <QTextDocument>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>

#include "gui/models/document.h"
#include "gui/models/local_text.h"
#include "gui/pages/export_steps.h"
#include "gui/pages/look.h"

namespace remat {
namespace {

constexpr int kPictureWidth = 860;
constexpr std::size_t kPictures = 16;  // of a report that has hundreds, the first are seen

/// "Documents/gpt2-sweep report", beside no file of the user.
QString suggestedFolder(const Document& document) {
  const QString name = document.path().isEmpty() ? QStringLiteral("sample") : QFileInfo(document.path()).fileName();
  const QString place = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  return QDir(place).filePath(name.section(u'.', 0, 0) + QStringLiteral("-report"));
}

}  // namespace

ReportPage::ReportPage(Document& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      preview_(new QTextBrowser),
      folder_(new QLineEdit),
      replace_(new QCheckBox(tr("Replace a report that is there"))),
      export_(new QPushButton(tr("Export report"))),
      outcome_(makeLabel({}, TypeSize::body, this, true)),
      progress_(new QProgressBar(this)),
      cancel_(new QPushButton(tr("Cancel"), this)) {
  setObjectName("page");
  build();
  connect(&document_, &Document::runChanged, this, &ReportPage::refresh);
  connect(&document_, &Document::stateChanged, this, &ReportPage::suggestFolder);
  connect(cancel_, &QPushButton::clicked, this, &ReportPage::cancelExport);
  connect(&export_job_, &FolderExport::ended, this, &ReportPage::exportEnded);
  connect(&export_job_, &FolderExport::ended, this, &ReportPage::exportingEnded);
  connect(&export_job_, &FolderExport::progressed, this, [this](int done, int all) {
    progress_->setRange(0, all);
    progress_->setValue(done);
    say(true, tr("Drawing the charts: %1 of %2 done.").arg(done).arg(all));
  });
  connect(export_, &QPushButton::clicked, this, [this] { exportTo(folder_->text(), replace_->isChecked()); });
  connect(outcome_, &QLabel::linkActivated, this, [](const QString& link) { QDesktopServices::openUrl(QUrl(link)); });
}

void ReportPage::build() {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 12, 16, 12);
  column->setSpacing(8);
  auto* line = new QHBoxLayout;
  auto* label = makeLabel(tr("Folder"), TypeSize::body, this);
  label->setBuddy(folder_);
  auto* choose = new QPushButton(tr("Choose..."));
  connect(choose, &QPushButton::clicked, this, &ReportPage::askForFolder);
  suggestFolder();
  folder_->setAccessibleName(tr("Folder of the report"));
  export_->setProperty(kPrimaryProperty, true);
  line->addWidget(makeLabel(tr("Report"), TypeSize::title, this));
  line->addSpacing(16);
  line->addWidget(label);
  line->addWidget(folder_, 1);
  line->addWidget(choose);
  line->addWidget(replace_);
  line->addWidget(export_);
  column->addLayout(line);
  column->addWidget(
      makeLabel(tr("One page with charts, findings, tables and where the numbers come from (report.html), "
                   "the same as Markdown, the numbers as CSV, and every chart as PNG, SVG and CSV."),
                TypeSize::secondary, this, true));
  outcome_->setTextFormat(Qt::RichText);
  outcome_->setTextInteractionFlags(Qt::TextBrowserInteraction);
  buildProgress(*column);
  preview_->setOpenLinks(false);
  preview_->setAccessibleName(tr("Preview of the report"));
  preview_->document()->setDocumentMargin(16);
  column->addWidget(preview_, 1);
}

void ReportPage::buildProgress(QVBoxLayout& column) {
  outcome_->hide();
  progress_->setTextVisible(false);
  progress_->setAccessibleName(tr("Progress of the export"));
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  line->addWidget(outcome_, 1);
  line->addWidget(cancel_);
  column.addLayout(line);
  column.addWidget(progress_);
  showExport();
}

void ReportPage::refresh() {
  stale_ = true;
  if (!isVisible()) return;
  stale_ = false;
  pictures_ = {};
  charts_ = chartsToDraw(*document_.run());
  next_chart_ = 0;
  showExport();
  showPreview();
  QTimer::singleShot(0, this, &ReportPage::addNextPicture);
}

void ReportPage::addNextPicture() {
  if (stale_ || next_chart_ >= charts_.size()) return;
  const Run& run = *document_.run();
  const ChartToDraw& wanted = charts_[next_chart_++];
  const auto chart = wanted.kind->make(run, wanted.group, {});
  if (!chart->isEmpty()) {
    chart->setTheme(themeOf(palette()));
    chart->setPictureLabel(wanted.label);
    const QString url = QStringLiteral("chart:") + wanted.stem;
    preview_->document()->addResource(
        QTextDocument::ImageResource, QUrl(url),
        chart->image(QSize(kPictureWidth, wanted.kind->size.height()), devicePixelRatioF(),
                     pictureFooter(run, wanted.group, wanted.kind->slice)));
    pictures_.shown.push_back({QCoreApplication::translate("Charts", wanted.kind->title), url, kPictureWidth});
    if (pictures_.shown.size() == kPictures)
      pictures_.more = charts_.size() - std::exchange(next_chart_, charts_.size());
    showPreview();
  }
  QTimer::singleShot(0, this, &ReportPage::addNextPicture);
}

void ReportPage::showPreview() {
  const int place = preview_->verticalScrollBar()->value();
  const ReportOptions options{.program_version = QCoreApplication::applicationVersion().toStdString(),
                              .created = "now"};
  preview_->setHtml(reportPreview(*document_.run(), options, themeOf(palette()), pictures_));
  preview_->verticalScrollBar()->setValue(place);
}

/// Another document has another folder; the state of one changes without touching what somebody typed.
void ReportPage::suggestFolder() {
  const QString folder = suggestedFolder(document_);
  if (std::exchange(suggested_folder_, folder) != folder) folder_->setText(folder);
}

void ReportPage::askForFolder() {
  auto* dialog = new QFileDialog(this, tr("Folder of the report"), QFileInfo(folder_->text()).path());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::Directory);
  connect(dialog, &QFileDialog::fileSelected, folder_, &QLineEdit::setText);
  dialog->open();
}

void ReportPage::exportTo(const QString& folder, bool replace) {
  if (isExporting()) return;
  if (folder.trimmed().isEmpty()) return say(false, tr("Choose a folder for the report first."));
  try {
    if (!replace) requireNoReport(folder);
  } catch (const std::exception& error) {
    return exportEnded(FolderExport::End::failed, {}, QString::fromUtf8(error.what()));
  }
  export_folder_ = folder;
  export_job_.start(folder, kReportList, reportSteps(document_.run()));
  progress_->setRange(0, 0);
  say(true, tr("Drawing the charts..."));
  showExport();
}

void ReportPage::cancelExport() { export_job_.cancel(); }

/// What can be done and seen while it runs, or while it does not.
void ReportPage::showExport() {
  progress_->setVisible(isExporting());
  cancel_->setVisible(isExporting());
  export_->setEnabled(!isExporting() && !document_.run()->points.empty());
}

void ReportPage::exportEnded(FolderExport::End end, const QStringList& paths, const QString& problem) {
  showExport();
  const QString html = QDir(export_folder_).filePath(QStringLiteral("report.html"));
  switch (end) {
    case FolderExport::End::written:
      return say(true, tr("%1 files written: <a href=\"%2\">%3</a>")
                           .arg(localCount(paths.size()), QUrl::fromLocalFile(html).toString(), html.toHtmlEscaped()));
    case FolderExport::End::cancelled: return say(true, tr("Cancelled. Nothing was written."));
    case FolderExport::End::failed: return say(false, tr("Not exported: %1").arg(problem.toHtmlEscaped()));
  }
}

void ReportPage::say(bool ok, const QString& sentence) {
  outcome_->setProperty(kRoleProperty, ok ? "good" : "bad");
  outcome_->setStyleSheet({});  // the property changed: look it up again
  outcome_->setText(sentence);
  outcome_->show();
}

QString ReportPage::outcome() const { return outcome_->text(); }
QString ReportPage::previewText() const { return preview_->toPlainText(); }

void ReportPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

void ReportPage::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) refresh();
  QWidget::changeEvent(event);
}

}  // namespace remat
