// Opening, dropping, saving and exporting files from the main window. Every problem becomes a sentence in the strip.
#include <exception>

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMimeData>
#include <QStackedWidget>
#include <QUrl>

#include "gui/charts/chart.h"
#include "gui/models/file_kind.h"
#include "gui/models/run_copy.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/export_steps.h"
#include "gui/pages/main_window.h"
#include "gui/pages/setup_panel.h"
#include "gui/pages/top_bar.h"

namespace remat {
namespace {

/// A file dialog that stops nothing else.
template <typename Function>
void ask(QWidget* parent, const QString& title, QFileDialog::FileMode mode, const QString& filter, const QString& start,
         Function&& chosen) {
  auto* dialog = new QFileDialog(parent, title, start, filter);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(mode);
  if (mode == QFileDialog::AnyFile) dialog->setAcceptMode(QFileDialog::AcceptSave);
  QObject::connect(dialog, &QFileDialog::fileSelected, parent, std::forward<Function>(chosen));
  dialog->open();
}

}  // namespace

void MainWindow::openRun(const QString& path) {
  settings_.addRecentFile(path);
  settings_.setLastFolder(QFileInfo(path).absolutePath());
  showWorkspace();
  document_.open(path);
}

void MainWindow::openFile(const QString& path) {
  const FileKind kind = fileKind(path);
  if (kind == FileKind::run) return openRun(path);
  if (kind == FileKind::config) {
    settings_.addRecentFile(path);
    settings_.setLastFolder(QFileInfo(path).absolutePath());
    setup_->openConfig(path);
    showDocument();
    const bool is_fine = setup_->problem().isEmpty();
    say("config", is_fine ? StripMessage::Tone::hint : StripMessage::Tone::error,
        is_fine
            ? tr("Choose sizes and policies at the left, then press Measure (M). Each point appears here as soon as "
                 "it is measured.")
            : tr("%1 cannot be measured; the panel at the left says why and what to do.").arg(path));
    return showWorkspace();
  }
  if (kind == FileKind::missing) settings_.removeRecentFile(path);
  say("open", StripMessage::Tone::error, fileKindProblem(kind, path));
  showDocument();
}

void MainWindow::openSample() {
  showWorkspace();
  document_.openSample();
}

void MainWindow::closeRun() {
  strip_->dismiss("measurement");
  strip_->dismiss("export");
  document_.close();
  setup_->openConfig({});
  showDocument();
}

void MainWindow::openAnother() {
  auto* other = new MainWindow;
  other->setAttribute(Qt::WA_DeleteOnClose);
  if (document_.isSample()) other->openSample();
  if (!document_.path().isEmpty()) other->openFile(document_.path());
  other->move(pos() + QPoint(32, 32));
  other->show();
}

void MainWindow::askForRun() {
  ask(this, tr("Open a run"), QFileDialog::ExistingFile, tr("Runs (*.remat.jsonl *.jsonl);;All files (*)"),
      settings_.lastFolder(), [this](const QString& path) { openFile(path); });
}

void MainWindow::askForConfig() {
  ask(this, tr("Open a config.json"), QFileDialog::ExistingFile, tr("Configs (*.json);;All files (*)"),
      settings_.lastFolder(), [this](const QString& path) { openFile(path); });
}

void MainWindow::askForCopy() {
  if (document_.run()->points.empty())
    return say("save", StripMessage::Tone::hint, tr("There is no run to save yet. Open or measure one."));
  const QString name = document_.isSample() ? QString("sample.remat.jsonl") : QFileInfo(document_.path()).fileName();
  ask(this, tr("Save a copy"), QFileDialog::AnyFile, tr("Runs (*.remat.jsonl)"), settings_.lastFolder() + "/" + name,
      [this](const QString& path) { saveCopy(path); });
}

void MainWindow::saveCopy(const QString& path) {
  try {
    saveRunCopy(*document_.run(), document_.path(), path);
    settings_.addRecentFile(path);
    say("save", StripMessage::Tone::done, tr("Written: %1").arg(path));
  } catch (const std::exception& error) {
    say("save", StripMessage::Tone::error, tr("Not saved: %1").arg(QString::fromUtf8(error.what())));
  }
}

void MainWindow::askForAllCharts() {
  ask(this, tr("Export all charts into a folder"), QFileDialog::Directory, {}, settings_.lastFolder(),
      [this](const QString& folder) { exportAllCharts(folder); });
}

void MainWindow::exportAllCharts(const QString& folder, bool replace) {
  if (export_job_.isRunning()) return;
  const QStringList there = replace ? QStringList() : chartFilesIn(folder, *document_.run());
  if (!there.isEmpty())
    return say("export", StripMessage::Tone::warning,
               tr("%1 has %n of the files already, such as %2.", nullptr, static_cast<int>(there.size()))
                   .arg(folder, there.front()),
               {{tr("Replace them"), [this, folder] { exportAllCharts(folder, true); }}});
  export_folder_ = folder;
  export_job_.start(folder, kChartList, chartSteps(document_.run(), theme_->dark));
  strip_->say("export", exportingMessage(tr("Drawing the charts...")));
}

StripMessage MainWindow::exportingMessage(const QString& sentence) {
  return {StripMessage::Tone::hint, sentence, {{tr("Cancel"), [this] { export_job_.cancel(); }}}};
}

void MainWindow::exportEnded(FolderExport::End end, const QStringList& paths, const QString& problem) {
  using Tone = StripMessage::Tone;
  forgetLeaving();
  switch (end) {
    case FolderExport::End::cancelled: return say("export", Tone::hint, tr("Cancelled. Nothing was written."));
    case FolderExport::End::failed: return say("export", Tone::error, tr("Not exported: %1").arg(problem));
    case FolderExport::End::written:
      if (paths.isEmpty())
        return say("export", Tone::hint, tr("There is nothing to draw yet: this run has no measured point."));
      say("export", Tone::done, tr("%1 files written to %2.").arg(paths.size()).arg(export_folder_));
  }
}

void MainWindow::fillExportMenu() {
  QMenu& menu = top_->exportMenu();
  menu.clear();
  const struct {
    QString text;
    ChartFrame::Format format;
  } formats[] = {{tr("PNG..."), ChartFrame::Format::png},
                 {tr("PNG, 2x..."), ChartFrame::Format::png_2x},
                 {tr("SVG..."), ChartFrame::Format::svg},
                 {tr("Numbers as CSV..."), ChartFrame::Format::csv}};
  for (ChartFrame* frame : currentPage()->findChildren<ChartFrame*>()) {
    QMenu* section = menu.addMenu(frame->chart().title());
    section->setAttribute(Qt::WA_WindowPropagation);
    section->setEnabled(!frame->chart().isEmpty());
    for (const auto& row : formats)
      section->addAction(row.text, frame, [frame, format = row.format] { frame->askToExport(format); });
    section->addSeparator();
    section->addAction(tr("Copy as picture"), frame, &ChartFrame::copyPicture);
    section->addAction(tr("Copy as table"), frame, &ChartFrame::copyTable);
  }
  menu.addSeparator();
  menu.addAction(tr("All charts into a folder..."), this, &MainWindow::askForAllCharts);
  menu.addAction(tr("Whole report..."), this, [this] { setPage(report); });
  menu.addAction(tr("Save a copy of the run..."), this, &MainWindow::askForCopy);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  for (const QUrl& url : event->mimeData()->urls()) {
    if (url.isLocalFile())
      openFile(url.toLocalFile());
    else
      say("open", StripMessage::Tone::error, tr("%1 is not on this machine. Copy it here first.").arg(url.toString()));
  }
  event->acceptProposedAction();
}

}  // namespace remat
