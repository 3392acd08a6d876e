// The whole window, offscreen, with the command line and the fake worker: what journeys start from.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <gtest/gtest.h>

#include "gui/charts/chart.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/command_palette.h"
#include "gui/pages/commands.h"
#include "gui/pages/main_window.h"
#include "gui/pages/report_page.h"
#include "gui/pages/setup_panel.h"
#include "gui/pages/shortcuts_sheet.h"
#include "gui/pages/why_panel.h"
#include "profiler/core/run.h"
#include "tests/gui/support/full_disk.h"
#include "tests/gui/support/waiting.h"
#include "tests/support/sample_run.h"

namespace remat {

class Windows : public testing::Test {
 protected:
  Windows() {
    Settings().clearLayouts();
    Settings().clearRecentFiles();
    Settings().setTheme(ThemeChoice::system);
    qputenv("REMATSCOPE_PROGRAM", REMAT_BINARY_DIR "/rematscope");
    qputenv("REMATSCOPE_WORKER", REMAT_BINARY_DIR "/../tests/bin/fake_worker");
    qputenv("FAKE_WORKER", "");
    window_.resize(1440, 900);
    window_.show();
  }

  QString write(const std::string& text, const QString& name = "run.remat.jsonl") {
    const QString path = folder_.filePath(name);
    std::ofstream(path.toStdString(), std::ios::binary) << text;
    return path;
  }
  bool open(const std::string& text, const QString& name = "run.remat.jsonl") {
    window_.openFile(write(text, name));
    return waitUntil([&] { return window_.document().state() != Document::State::loading; });
  }
  bool openSampleRun() { return open(fileText(sampleRecords())); }
  [[nodiscard]] std::string policy() {
    const PointResult* point = window_.document().run()->find(window_.selection().point().toStdString());
    return point == nullptr ? "" : point->spec().policy;
  }
  void press(const char* id) { window_.commands().find(id)->trigger(); }
  bool waitForMessage(const QString& part) {
    return waitUntil([&] { return window_.strip().text().contains(part); }, 30'000);
  }
  [[nodiscard]] ChartFrame* frame(const QString& title) {
    for (ChartFrame* frame : window_.findChildren<ChartFrame*>())
      if (frame->chart().title() == title) return frame;
    return nullptr;
  }
  SetupPanel& setup() { return *window_.findChild<SetupPanel*>(); }

  QTemporaryDir folder_;
  MainWindow window_;
};

}  // namespace remat
