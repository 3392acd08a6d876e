// What the main window can be told: the table of commands, the palette, search, layout.
#include <algorithm>

#include <QApplication>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>

#include "gui/pages/batch_depth_page.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/command_palette.h"
#include "gui/pages/commands.h"
#include "gui/pages/explore_page.h"
#include "gui/pages/main_window.h"
#include "gui/pages/setup_panel.h"
#include "gui/pages/shortcuts_sheet.h"
#include "gui/pages/top_bar.h"

namespace remat {

void MainWindow::addCommands() {
  const auto add = [this](const QString& group, const char* id, const QString& text, const char* keys, auto run) {
    const QString list = QString::fromLatin1(keys);
    commands_->add(group, id, text, list.isEmpty() ? QList<QKeySequence>() : QKeySequence::listFromString(list), run);
  };
  const QString file = tr("File"), view = tr("View"), look = tr("Selection"), measure = tr("Measure"),
                window = tr("Window");
  add(file, "open_run", tr("Open a run..."), "Ctrl+O", [this] { askForRun(); });
  add(file, "open_config", tr("Open a config.json..."), "Ctrl+Shift+O", [this] { askForConfig(); });
  add(file, "open_sample", tr("Open the sample"), "", [this] { openSample(); });
  add(file, "reload", tr("Reload"), "F5", [this] { document_.reload(); });
  add(file, "save_copy", tr("Save a copy..."), "Ctrl+S", [this] { askForCopy(); });
  add(file, "export", tr("Export..."), "Ctrl+E", [this] { top_->openExportMenu(); });
  add(file, "export_all", tr("Export all charts into a folder..."), "Ctrl+Shift+E", [this] { askForAllCharts(); });
  add(file, "close_run", tr("Close the run"), "Ctrl+W", [this] { closeRun(); });
  add(file, "quit", tr("Quit"), "Ctrl+Q", [] { QApplication::closeAllWindows(); });

  const QStringList pages = {tr("Explore"), tr("Batch and depth"), tr("Diagnose"), tr("Compare"), tr("Report")};
  for (int i = 0; i < pages.size(); ++i) {
    const QByteArray digit = QByteArray::number(i + 1);
    add(view, ("page_" + digit).constData(), pages[i], digit.constData(), [this, i] { setPage(i); });
  }
  add(view, "table", tr("Table of the chart in focus"), "T", [this] {
    if (ChartFrame* frame = focusedFrame()) frame->toggleTable();
  });
  add(view, "unit", tr("Step time or tokens per second"), "U", [this] {
    selection_.setSpeedUnit(selection_.speedUnit() == SpeedUnit::step_time ? SpeedUnit::tokens_per_second
                                                                           : SpeedUnit::step_time);
  });
  add(view, "copy_picture", tr("Copy the chart in focus as picture"), "Ctrl+Shift+C", [this] {
    if (ChartFrame* frame = focusedFrame()) frame->copyPicture();
  });
  add(view, "copy_table", tr("Copy the chart in focus as table"), "Ctrl+Shift+X", [this] {
    if (ChartFrame* frame = focusedFrame()) frame->copyTable();
  });
  add(view, "setup", tr("Show or hide the setup"), "F9", [this] { setup_->setVisible(setup_->isHidden()); });
  add(view, "why", tr("Show or hide the explanation"), "F8", [this] { explore_->toggleWhy(); });

  add(look, "search", tr("Find a point, block or activation..."), "/; Ctrl+F", [this] { openSearch(); });
  add(look, "next_point", tr("Next point"), "N", [this] { stepPoint(1); });
  add(look, "previous_point", tr("Previous point"), "P", [this] { stepPoint(-1); });
  add(look, "next_block", tr("Next block"), "]", [this] { stepBlock(1); });
  add(look, "previous_block", tr("Previous block"), "[", [this] { stepBlock(-1); });
  add(look, "no_block", tr("No block"), "Esc", [this] {
    selection_.setBlock({});
    selection_.setActivation({});
  });
  add(look, "baseline", tr("Compare others with this point"), "B",
      [this] { selection_.setBaseline(selection_.point()); });
  add(look, "line_left", tr("Memory line lower"), "-", [this] { stepMemoryLine(-1); });
  add(look, "line_right", tr("Memory line higher"), "+; =", [this] { stepMemoryLine(1); });

  add(measure, "measure", tr("Measure"), "M; Ctrl+R", [this] {
    showWorkspace();
    setup_->measure();
  });
  add(measure, "stop", tr("Stop measuring"), "Ctrl+.", [this] { setup_->stop(); });
  add(measure, "copy_command", tr("Copy as command"), "Ctrl+Shift+M", [this] { setup_->copyCommand(); });

  add(window, "palette", tr("Find a command..."), "Ctrl+Shift+P; Ctrl+K", [this] { openPalette(); });
  add(window, "keys", tr("All keys"), "?; F1", [this] {
    if (sheet_ == nullptr) sheet_ = new ShortcutsSheet(*commands_, this);
    sheet_->open();
  });
  add(window, "menu", tr("Menu"), "F10", [this] { top_->openMenu(); });
  add(window, "new_window", tr("Another window on this run"), "Ctrl+Shift+N", [this] { openAnother(); });
  add(window, "theme_system", tr("Colours of the system"), "", [this] { setThemeChoice(ThemeChoice::system); });
  add(window, "theme_light", tr("Light colours"), "", [this] { setThemeChoice(ThemeChoice::light); });
  add(window, "theme_dark", tr("Dark colours"), "", [this] { setThemeChoice(ThemeChoice::dark); });
  add(window, "theme_swap", tr("Swap light and dark"), "Ctrl+D",
      [this] { setThemeChoice(theme_->dark ? ThemeChoice::light : ThemeChoice::dark); });
  add(window, "full_screen", tr("Full screen"), "F11",
      [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
  add(window, "layout", tr("Restore the layout"), "Ctrl+Shift+L", [this] { resetLayout(); });
  commands_->fill(top_->menu());
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
      const QString name = QString::fromStdString(point->memory->live_at_peak[i].name);
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
  if (auto* first = qobject_cast<ChartFrame*>(pages_->currentWidget()->focusProxy())) return first;
  const auto frames = pages_->currentWidget()->findChildren<ChartFrame*>();
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
  for (const QSplitter* splitter : findChildren<QSplitter*>())
    if (!splitter->objectName().isEmpty()) settings_.setLayout(splitter->objectName(), splitter->saveState());
}

void MainWindow::restoreLayout() {
  workspace_->setSizes({296, 1144});
  if (const QByteArray state = settings_.layout("window"); !state.isEmpty()) restoreGeometry(state);
  for (QSplitter* splitter : findChildren<QSplitter*>())
    if (const QByteArray state = settings_.layout(splitter->objectName()); !state.isEmpty()) {
      splitter->restoreState(state);
      splitter->setHandleWidth(1);
      splitter->setChildrenCollapsible(false);
    }
}

void MainWindow::resetLayout() {
  settings_.clearLayouts();
  setup_->show();
  workspace_->setSizes({296, width() - 296});
  explore_->restoreSplitters();
  batch_depth_->restoreSplitters();
}

}  // namespace remat
