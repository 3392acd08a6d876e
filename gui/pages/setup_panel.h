// The panel at the left: the model in words, the axes of a sweep, the policies, and the button that measures them. It
// holds a SweepSetup and nothing that could not be written as a command line.
#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include "gui/models/model_words.h"
#include "gui/models/run_focus.h"
#include "gui/models/sweep_process.h"
#include "gui/models/sweep_setup.h"

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace remat {

class Document;
class NumbersField;
class PolicyList;
class Selection;

class SetupPanel : public QWidget {
  Q_OBJECT

 public:
  SetupPanel(Document& document, Selection& selection, SweepProcess& process, QWidget* parent = nullptr);

  /// Throws nothing: a config that is not understood is a sentence in the panel.
  void openConfig(const QString& path);
  [[nodiscard]] const SweepSetup& setup() const { return setup_; }
  [[nodiscard]] QString problem() const;  ///< why nothing can be measured; empty: it can
  [[nodiscard]] QString command() const;

 public slots:
  void measure();
  void stop();
  void copyCommand();

 signals:
  void configAsked();
  void said(bool ok, const QString& sentence);

 private:
  void build();
  void buildModel(QVBoxLayout& column);
  void buildFields(QVBoxLayout& column);
  void buildPolicies(QVBoxLayout& column);
  void buildFoot(QVBoxLayout& column);
  QLineEdit& addNumbers(QGridLayout& grid, const QString& label, QString SweepSetup::*value, SetupField field);
  QComboBox* addWords(QGridLayout& grid, const QString& label, const QStringList& words, QString SweepSetup::*value);
  void addMemoryLine(QGridLayout& grid);
  void connectParts();

  void takeRun();
  void followDocument();
  void fillFields();
  void showModel();
  void takeMemoryLine(const QString& text);
  void showMemoryLine();
  void changed();
  void showKept();
  void showProgress();
  void showProblems();

  Document& document_;
  Selection& selection_;
  SweepProcess& process_;
  SweepSetup setup_, setup_of_run_;
  ModelWords words_;
  QString shown_run_;                // whose setup the fields show,
  std::optional<RunStarted> begun_;  // and how it began
  QString own_output_;               // a run file that this panel made: measuring again goes on with it
  QTimer count_later_;

  GroupedRun run_;

  QLabel *model_text_, *model_problem_, *progress_text_, *progress_left_, *problem_;
  QWidget* axes_;
  std::vector<std::pair<SetupField, NumbersField*>> numbers_;
  std::vector<std::pair<QString SweepSetup::*, QComboBox*>> words_fields_;
  QComboBox* memory_line_;
  QCheckBox* imitate_;
  PolicyList* policies_;
  QProgressBar* progress_;
  QPushButton *measure_ = nullptr, *copy_ = nullptr, *stop_ = nullptr;
};

}  // namespace remat
