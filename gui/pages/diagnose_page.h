// What happened to a point, or in the whole run, in order; and what the measuring programs logged.
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QSplitter;
class QTableView;

namespace remat {

class DiagnosisModel;
class DiagnosisFilter;
class Document;
class Segments;
class Selection;

class DiagnosePage : public QWidget {
  Q_OBJECT

 public:
  DiagnosePage(Document& document, Selection& selection, QWidget* parent = nullptr);

  /// One more line of the log of a measurement that this window started.
  void addLogLine(const QString& line);
  void clearLog();
  /// Sizes as the program came with.
  void restoreSplitters();

 protected:
  void showEvent(QShowEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void build();
  void buildTable();
  [[nodiscard]] QWidget* buildLog();
  void refresh();
  void copyRows();

  Document& document_;
  Selection& selection_;
  bool stale_ = true;  ///< computed when it is looked at
  DiagnosisModel* model_;
  DiagnosisFilter* filter_;
  Segments* scope_;  ///< the selected point or the whole run
  QComboBox* severity_;
  QLineEdit* search_;
  QLabel* summary_;
  QTableView* table_;
  QSplitter* rows_;
  QLabel* log_title_;
  QPlainTextEdit* log_;
};

}  // namespace remat
