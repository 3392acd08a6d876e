// The whole report: a preview, and its export as a folder of files to hand on.
#pragma once

#include <memory>
#include <vector>

#include <QWidget>

#include "gui/models/report_preview.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTextBrowser;

namespace remat {

class Document;
class Selection;

class ReportPage : public QWidget {
  Q_OBJECT

 public:
  ReportPage(Document& document, Selection& selection, QWidget* parent = nullptr);

  /// Writes the report into `folder`; a sentence about the outcome appears on the page. False: it says what to do.
  bool exportTo(const QString& folder, bool replace = false);
  [[nodiscard]] QString outcome() const;
  [[nodiscard]] QString previewText() const;

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void refresh();
  void addNextPicture();
  void showPreview();
  void askForFolder();
  void say(bool ok, const QString& sentence);

  Document& document_;
  Selection& selection_;
  bool stale_ = true;           ///< the preview is made when it is looked at
  std::size_t next_chart_ = 0;  ///< of chartKinds(): pictures come one by one, the window answers in between
  std::vector<PreviewPicture> pictures_;
  QTextBrowser* preview_;
  QLineEdit* folder_;
  QCheckBox* replace_;
  QPushButton* export_;
  QLabel* outcome_;
};

}  // namespace remat
