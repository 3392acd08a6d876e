// The whole report: a preview, and its export as a folder of files to hand on.
#pragma once

#include <memory>
#include <vector>

#include <QWidget>

#include "gui/charts/render.h"
#include "gui/models/folder_export.h"
#include "gui/models/report_preview.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTextBrowser;
class QVBoxLayout;

namespace remat {

class Document;

class ReportPage : public QWidget {
  Q_OBJECT

 public:
  explicit ReportPage(Document& document, QWidget* parent = nullptr);

  /// Begins to write the report into `folder`; the page says how far it is and how it ended, or why it cannot begin.
  void exportTo(const QString& folder, bool replace = false);
  void cancelExport();
  [[nodiscard]] bool isExporting() const { return export_job_.isRunning(); }
  [[nodiscard]] QString outcome() const;
  [[nodiscard]] QString previewText() const;

 signals:
  void exportingEnded();  ///< whichever way

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void buildProgress(QVBoxLayout& column);
  void refresh();
  void addNextPicture();
  void showPreview();
  void suggestFolder();
  void askForFolder();
  void showExport();
  void exportEnded(FolderExport::End end, const QStringList& paths, const QString& problem);
  void say(bool ok, const QString& sentence);

  Document& document_;
  bool stale_ = true;                ///< the preview is made when it is looked at
  std::vector<ChartToDraw> charts_;  ///< of the report: pictures come one by one, the window answers in between
  std::size_t next_chart_ = 0;
  PreviewPictures pictures_;
  QTextBrowser* preview_;
  QLineEdit* folder_;
  QCheckBox* replace_;
  QPushButton* export_;
  QLabel* outcome_;
  QProgressBar* progress_;
  QPushButton* cancel_;
  QString suggested_folder_, export_folder_;
  FolderExport export_job_;
};

}  // namespace remat
