// What the main window can be told: the table of commands, the palette, search, layout.
#include <algorithm>
#include <utility>

#include <QApplication>
#include <QMenu>
#include <QResizeEvent>
#include <QSplitter>
#include <QStackedWidget>

#include "gui/pages/batch_depth_page.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/command_palette.h"
#include "gui/pages/commands.h"
#include "gui/pages/compare_page.h"
#include "gui/pages/diagnose_page.h"
#include "gui/pages/explore_page.h"
#include "gui/pages/main_window.h"
#include "gui/pages/setup_panel.h"
#include "gui/pages/shortcuts_sheet.h"
#include "gui/pages/top_bar.h"

namespace remat {
namespace {

constexpr int kSetupWidth = 296, kUsualWidth = 1440;

// Beside the states of splitters, which do not tell what the user has hidden.
const QString kHiddenSetup = QStringLiteral("setup_hidden");
const QString kHiddenWhy = QStringLiteral("why_hidden");

}  // namespace

void MainWindow::add(const QString& group, const QByteArray& id, const QString& text, const char* keys,
                     std::function<void()> run) {
  const QString list = QString::fromLatin1(keys);
  commands_->add(group, QString::fromLatin1(id), text,
                 list.isEmpty() ? QList<QKeySequence>() : QKeySequence::listFromString(list), std::move(run));
}

void MainWindow::addCommands() {
  addFileCommands();
  addViewCommands();
  addSelectionCommands();
  addMeasureCommands();
  addWindowCommands();
  commands_->fill(top_->menu());
}

void MainWindow::addFileCommands() {
  const QString group = tr("File");
  add(group, "open_run", tr("Open a run..."), "Ctrl+O", [this] { askForRun(); });
  add(group, "open_config", tr("Open a config.json..."), "Ctrl+Shift+O", [this] { askForConfig(); });
  add(group, "open_sample", tr("Open the sample"), "", [this] { openSample(); });
  add(group, "reload", tr("Reload"), "F5", [this] { document_.reload(); });
  add(group, "save_copy", tr("Save a copy..."), "Ctrl+S", [this] { askForCopy(); });
  add(group, "export", tr("Export..."), "Ctrl+E", [this] { top_->openExportMenu(); });
  add(group, "export_all", tr("Export all charts into a folder..."), "Ctrl+Shift+E", [this] { askForAllCharts(); });
  add(group, "close_run", tr("Close the run"), "Ctrl+W", [this] { closeRun(); });
  add(group, "quit", tr("Quit"), "Ctrl+Q", [] { QApplication::closeAllWindows(); });
}

void MainWindow::addViewCommands() {
  const QString group = tr("View");
  const QStringList pages = pageNames();
  for (int i = 0; i < pages.size(); ++i) {
    const QByteArray digit = QByteArray::number(i + 1);
    add(group, "page_" + digit, pages[i], digit.constData(), [this, i] { setPage(i); });
  }
  add(group, "table", tr("Table of the chart in focus"), "T", [this] {
    if (ChartFrame* frame = focusedFrame()) frame->toggleTable();
  });
  add(group, "unit", tr("Step time or tokens per second"), "U", [this] {
    selection_.setSpeedUnit(selection_.speedUnit() == SpeedUnit::step_time ? SpeedUnit::tokens_per_second
                                                                           : SpeedUnit::step_time);
  });
  add(group, "copy_picture", tr("Copy the chart in focus as picture"), "Ctrl+Shift+C", [this] {
    if (ChartFrame* frame = focusedFrame()) frame->copyPicture();
  });
  add(group, "copy_table", tr("Copy the chart in focus as table"), "Ctrl+Shift+X", [this] {
    if (ChartFrame* frame = focusedFrame()) frame->copyTable();
  });
  add(group, "setup", tr("Show or hide the setup"), "F9", [this] { setup_->setVisible(setup_->isHidden()); });
  add(group, "why", tr("Show or hide the explanation"), "F8", [this] { explore_->showWhy(!explore_->isWhyShown()); });
}

void MainWindow::addSelectionCommands() {
  const QString group = tr("Selection");
  add(group, "search", tr("Find a point, block or activation..."), "/; Ctrl+F", [this] { openSearch(); });
  add(group, "next_point", tr("Next point"), "N", [this] { stepPoint(1); });
  add(group, "previous_point", tr("Previous point"), "P", [this] { stepPoint(-1); });
  add(group, "next_block", tr("Next block"), "]", [this] { stepBlock(1); });
  add(group, "previous_block", tr("Previous block"), "[", [this] { stepBlock(-1); });
  add(group, "no_block", tr("No block"), "Esc", [this] {
    selection_.setBlock({});
    selection_.setActivation({});
  });
  add(group, "baseline", tr("Compare others with this point"), "B",
      [this] { selection_.setBaseline(selection_.point()); });
  add(group, "line_left", tr("Memory line lower"), "-", [this] { stepMemoryLine(-1); });
  add(group, "line_right", tr("Memory line higher"), "+; =", [this] { stepMemoryLine(1); });
}

void MainWindow::addMeasureCommands() {
  const QString group = tr("Measure");
  add(group, "measure", tr("Measure"), "M; Ctrl+R", [this] {
    showWorkspace();
    setup_->measure();
  });
  add(group, "stop", tr("Stop measuring"), "Ctrl+.", [this] { setup_->stop(); });
  add(group, "copy_command", tr("Copy as command"), "Ctrl+Shift+M", [this] { setup_->copyCommand(); });
}

void MainWindow::addWindowCommands() {
  const QString group = tr("Window");
  add(group, "palette", tr("Find a command..."), "Ctrl+Shift+P; Ctrl+K", [this] { openPalette(); });
  add(group, "keys", tr("All keys"), "?; F1", [this] {
    if (sheet_ == nullptr) sheet_ = new ShortcutsSheet(*commands_, this);
    sheet_->open();
  });
  add(group, "menu", tr("Menu"), "F10", [this] { top_->openMenu(); });
  add(group, "new_window", tr("Another window on this run"), "Ctrl+Shift+N", [this] { openAnother(); });
  add(group, "theme_system", tr("Colours of the system"), "", [this] { setThemeChoice(ThemeChoice::system); });
  add(group, "theme_light", tr("Light colours"), "", [this] { setThemeChoice(ThemeChoice::light); });
  add(group, "theme_dark", tr("Dark colours"), "", [this] { setThemeChoice(ThemeChoice::dark); });
  add(group, "theme_swap", tr("Swap light and dark"), "Ctrl+D",
      [this] { setThemeChoice(theme_->dark ? ThemeChoice::light : ThemeChoice::dark); });
  add(group, "full_screen", tr("Full screen"), "F11", [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
  add(group, "layout", tr("Restore the layout"), "Ctrl+Shift+L", [this] { resetLayout(); });
}

void MainWindow::openPalette() {
  std::vector<PaletteEntry> entries;
  for (const CommandGroup& group : commands_->groups())
    for (QAction* action : group.actions)
      if (action->isEnabled() && action->objectName() != "palette")
        entries.push_back(
            {action->text(),
             action->shortcut().isEmpty() ? group.title : action->shortcut().toString(QKeySequence::NativeText),
             [action] { action->trigger(); }});
  for (const QString& path : settings_.recentFiles())
    entries.push_back({tr("Open %1").arg(path), tr("recent"), [this, path] { openFile(path); }});
  palette_->open(std::move(entries), tr("Find a command"));
}

void MainWindow::openSearch() {
  std::vector<PaletteEntry> entries;
  const GroupedRun& run = keeper_.run();
  const auto group = run.groupOf(selection_.point());
  for (std::size_t i = 0; group && i < run.groups[*group].points.size(); ++i) {
    const PointResult& point = run.run->points[run.groups[*group].points[i]];
    entries.push_back({QString::fromStdString(point.spec().policy), tr("point"),
                       [this, key = point.key()] { selection_.setPoint(QString::fromStdString(key)); }});
  }
  if (const PointResult* point = run.find(selection_.point())) {
    for (const BlockResult& block : point->blocks)
      entries.push_back({QString::fromStdString(block.name), tr("block"), [this, index = block.block] {
                           setPage(explore);
                           selection_.setBlock(index);
                         }});
    for (std::size_t i = 0; point->memory && i < point->memory->live_at_peak.size(); ++i) {
      const LiveTensor& live = point->memory->live_at_peak[i];
      if (live.tensors > 1) continue;  // what was too small for a name of its own
      const QString name = QString::fromStdString(live.name);
      entries.push_back({name, tr("alive at the peak"), [this, name] {
                           setPage(explore);
                           selection_.setActivation(name);
                         }});
    }
  }
  palette_->open(std::move(entries), tr("Find a point, a block or an activation"));
}

ChartFrame* MainWindow::focusedFrame() const {
  for (QWidget* widget = QApplication::focusWidget(); widget != nullptr; widget = widget->parentWidget())
    if (auto* frame = qobject_cast<ChartFrame*>(widget)) return frame;
  if (stack_->currentWidget() != workspace_) return nullptr;
  if (auto* first = qobject_cast<ChartFrame*>(currentPage()->focusProxy())) return first;
  const auto frames = currentPage()->findChildren<ChartFrame*>();
  return frames.isEmpty() ? nullptr : frames.front();
}

void MainWindow::stepPoint(int step) {
  const QString next = neighbour(keeper_.run(), selection_.point(), step);
  if (!next.isEmpty()) selection_.setPoint(next);
}

void MainWindow::stepBlock(int step) {
  const PointResult* point = keeper_.run().find(selection_.point());
  if (point == nullptr || point->blocks.empty()) return;
  const int count = static_cast<int>(point->blocks.size());
  const int now = selection_.block().value_or(step > 0 ? -1 : count);
  selection_.setBlock(((now + step) % count + count) % count);
}

void MainWindow::stepMemoryLine(int step) {
  std::int64_t largest = 0;
  for (const PointResult& point : document_.run()->points)
    if (point.finished) largest = std::max(largest, point.finished->peak_allocated_bytes.value_or(0));
  if (largest == 0) return;
  const std::int64_t part = std::max<std::int64_t>(largest / 50, 1);
  const std::int64_t now = selection_.memoryLineBytes().value_or(largest);
  selection_.setMemoryLineBytes(std::max<std::int64_t>(now + step * part, part));
}

void MainWindow::saveLayout() {
  settings_.setLayout("window", saveGeometry());
  if (setup_width_when_large_ > 0) setSetupWidth(setup_width_when_large_);  // what the user chose
  for (const QSplitter* splitter : findChildren<QSplitter*>())
    if (!splitter->objectName().isEmpty()) settings_.setLayout(splitter->objectName(), splitter->saveState());
  settings_.setLayout(kHiddenSetup, setup_->isHidden() ? "1" : "");
  settings_.setLayout(kHiddenWhy, explore_->isWhyShown() ? "" : "1");
}

void MainWindow::restoreLayout() {
  workspace_->setSizes({kSetupWidth, kUsualWidth - kSetupWidth});
  if (const QByteArray state = settings_.layout("window"); !state.isEmpty()) restoreGeometry(state);
  for (QSplitter* splitter : findChildren<QSplitter*>())
    if (const QByteArray state = settings_.layout(splitter->objectName()); !state.isEmpty()) {
      splitter->restoreState(state);
      splitter->setHandleWidth(1);
      splitter->setChildrenCollapsible(false);
    }
  setup_->setHidden(!settings_.layout(kHiddenSetup).isEmpty());
  explore_->showWhy(settings_.layout(kHiddenWhy).isEmpty());
}

/// While a window is small, its charts need the room that the setup can do without.
void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  constexpr int small = 1200;
  const bool is_small = event->size().width() < small;
  // A window that begins small has what was saved.
  const bool was_large = event->oldSize().isValid() ? event->oldSize().width() >= small
                                                    : settings_.layout(workspace_->objectName()).isEmpty();
  if (is_small && was_large && setup_width_when_large_ == 0) {
    setup_width_when_large_ = std::max(workspace_->sizes().value(0), kSetupWidth);
    setSetupWidth(setup_->minimumWidth());
  } else if (!is_small && setup_width_when_large_ > 0) {
    setSetupWidth(std::exchange(setup_width_when_large_, 0));
  }
}

void MainWindow::setSetupWidth(int setup_width) { workspace_->setSizes({setup_width, width() - setup_width}); }

void MainWindow::resetLayout() {
  settings_.clearLayouts();
  setup_->show();
  setup_width_when_large_ = 0;
  setSetupWidth(kSetupWidth);
  explore_->restoreSplitters();
  batch_depth_->restoreSplitters();
  diagnose_->restoreSplitters();
  compare_->restoreSplitters();
}

}  // namespace remat
