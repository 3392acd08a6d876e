// The window: wires document, selection and measurement to the pages. What they do is theirs.
#pragma once

#include <functional>

#include <QMainWindow>

#include "gui/models/document.h"
#include "gui/models/folder_export.h"
#include "gui/models/selection.h"
#include "gui/models/selection_keeper.h"
#include "gui/models/settings.h"
#include "gui/models/sweep_process.h"
#include "gui/models/theme.h"
#include "gui/pages/message_strip.h"

class QScrollArea;
class QSplitter;
class QStackedWidget;

namespace remat {

class BatchDepthPage;
class ChartFrame;
class Commands;
class CommandPalette;
class ComparePage;
class DiagnosePage;
class ElidedLabel;
class ExplorePage;
class ReportPage;
class SetupPanel;
class ShortcutsSheet;
class StartPage;
class TopBar;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  enum Page : int { explore, batch_depth, diagnose, compare, report };

  explicit MainWindow(QWidget* parent = nullptr);
  ~MainWindow() override;

  /// A run or a config, whichever it is; what it cannot be is a sentence in the strip.
  void openFile(const QString& path);
  void openSample();
  void setPage(int page);
  /// Names of the pages, in the order of Page; page i has the key i + 1.
  [[nodiscard]] static QStringList pageNames();
  [[nodiscard]] int page() const;

  [[nodiscard]] Document& document() { return document_; }
  [[nodiscard]] Selection& selection() { return selection_; }
  [[nodiscard]] SweepProcess& process() { return process_; }
  [[nodiscard]] MessageStrip& strip() { return *strip_; }
  [[nodiscard]] Commands& commands() { return *commands_; }
  [[nodiscard]] const Theme& theme() const { return *theme_; }
  void setThemeChoice(ThemeChoice choice);

 protected:
  bool event(QEvent* event) override;
  void closeEvent(QCloseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void build();
  void buildStatus();
  void connectParts();
  /// `keys`: several separated by "; ".
  void add(const QString& group, const QByteArray& id, const QString& text, const char* keys,
           std::function<void()> run);
  void addCommands();
  void addFileCommands();
  void addViewCommands();
  void addSelectionCommands();
  void addMeasureCommands();
  void addWindowCommands();
  void fillExportMenu();
  void openPalette();
  void openSearch();

  void askForRun();
  void askForConfig();
  void askForCopy();
  void saveCopy(const QString& path);
  void askForAllCharts();
  void exportAllCharts(const QString& folder, bool replace = false);
  [[nodiscard]] StripMessage exportingMessage(const QString& sentence);
  void exportEnded(FolderExport::End end, const QStringList& paths, const QString& problem);
  [[nodiscard]] bool isExporting() const;
  void askToLeave();
  void forgetLeaving();
  void closeRun();
  void openAnother();
  void openRun(const QString& path);
  void showDocument();
  void showMeasuringElsewhere(bool wanted);
  void showWorkspace();
  void addPage(QWidget* page);
  [[nodiscard]] QWidget* currentPage() const;
  void measurementEnded(SweepProcess::End end, const QString& sentence);
  void say(const QString& topic, StripMessage::Tone tone, const QString& text, std::vector<StripAction> actions = {});

  void applyTheme();
  void saveLayout();
  void restoreLayout();
  void resetLayout();
  void setSetupWidth(int setup_width);
  void stepPoint(int step);
  void stepBlock(int step);
  void stepMemoryLine(int step);
  [[nodiscard]] ChartFrame* focusedFrame() const;

  Settings settings_;
  Document document_;
  Selection selection_;
  SelectionKeeper keeper_;
  SweepProcess process_;
  FolderExport export_job_;  // of all charts; the report page has its own
  QString export_folder_;
  const Theme* theme_ = nullptr;
  bool asked_to_leave_ = false;  // while measuring or exporting: the next close is meant
  bool leaving_ = false;         // closes as soon as the measurement has ended

  Commands* commands_;
  TopBar* top_;
  MessageStrip* strip_;
  QStackedWidget *stack_, *pages_;
  StartPage* start_;
  QScrollArea* start_area_;
  QSplitter* workspace_;
  int setup_width_when_large_ = 0;  ///< while the window is small, and the setup with it; 0: it is as the user wants it
  SetupPanel* setup_;
  ExplorePage* explore_;
  BatchDepthPage* batch_depth_;
  DiagnosePage* diagnose_;
  ComparePage* compare_;
  ReportPage* report_page_;
  CommandPalette* palette_;
  ShortcutsSheet* sheet_ = nullptr;
  ElidedLabel *status_, *saved_;
};

}  // namespace remat
