// Journeys through the whole window, offscreen.
#include "gui/pages/main_window.h"

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
#include <QSplitter>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <gtest/gtest.h>

#include "gui/charts/chart.h"
#include "gui/pages/chart_frame.h"
#include "gui/pages/command_palette.h"
#include "gui/pages/commands.h"
#include "gui/pages/report_page.h"
#include "gui/pages/setup_panel.h"
#include "gui/pages/shortcuts_sheet.h"
#include "gui/pages/why_panel.h"
#include "profiler/core/run.h"
#include "tests/gui/support/full_disk.h"
#include "tests/gui/support/waiting.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

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

TEST_F(Windows, begin_with_three_doors) {
  for (const char* name : {"sample", "config", "run"}) {
    auto* button = window_.findChild<QPushButton*>(name);
    ASSERT_NE(button, nullptr) << name;
    EXPECT_TRUE(button->isVisible()) << name;
  }
}

TEST_F(Windows, open_the_sample_from_the_start_page) {
  if (!QFile::exists(":/sample/sample.remat.jsonl"))
    GTEST_SKIP() << "built without resources/sample/sample.remat.jsonl";
  window_.findChild<QPushButton*>("sample")->click();
  ASSERT_TRUE(waitUntil([&] { return window_.document().state() == Document::State::open; }))
      << window_.strip().text().toStdString();
  EXPECT_TRUE(window_.document().isSample());
  EXPECT_FALSE(window_.document().run()->points.empty());
  EXPECT_NE(policy(), "");
}

TEST_F(Windows, open_a_run_with_something_selected_and_every_chart_drawn) {
  ASSERT_TRUE(openSampleRun());
  EXPECT_EQ(policy(), "store_all");
  for (const char* title : {"Frontier", "Blocks", "Step memory"}) {
    ASSERT_NE(frame(title), nullptr) << title;
    EXPECT_TRUE(frame(title)->isVisible()) << title;
    EXPECT_FALSE(frame(title)->chart().finding().isEmpty()) << title;
  }
}

TEST_F(Windows, go_to_every_page_by_its_digit) {
  ASSERT_TRUE(openSampleRun());
  for (int page = 4; page >= 0; --page) {
    QTest::keyClick(&window_, static_cast<Qt::Key>(Qt::Key_1 + page));
    EXPECT_EQ(window_.page(), page);
    EXPECT_FALSE(window_.grab().toImage().isNull());
  }
}

TEST_F(Windows, step_through_points_and_blocks_with_keys) {
  ASSERT_TRUE(openSampleRun());
  QTest::keyClick(&window_, Qt::Key_N);
  EXPECT_EQ(policy(), "cheap");
  QTest::keyClick(&window_, Qt::Key_P);
  EXPECT_EQ(policy(), "store_all");
  QTest::keyClick(&window_, Qt::Key_BracketRight);
  EXPECT_EQ(window_.selection().block(), 0);
  QTest::keyClick(&window_, Qt::Key_BracketLeft);
  EXPECT_EQ(window_.selection().block(), 7);
  QTest::keyClick(&window_, Qt::Key_Escape);
  EXPECT_EQ(window_.selection().block(), std::nullopt);
}

TEST_F(Windows, take_a_memory_line_that_is_typed_where_there_was_none) {
  ASSERT_TRUE(openSampleRun());
  window_.selection().setMemoryLineBytes({});
  const auto fields = window_.findChildren<QComboBox*>();
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [](const QComboBox* field) { return field->accessibleName() == "Memory line"; });
  ASSERT_NE(found, fields.end());
  QComboBox* field = *found;
  ASSERT_EQ(field->currentText(), "none");
  field->setFocus();
  field->lineEdit()->selectAll();
  QTest::keyClicks(field->lineEdit(), "128 MiB");
  QTest::keyClick(field->lineEdit(), Qt::Key_Return);
  EXPECT_EQ(window_.selection().memoryLineBytes(), std::int64_t{128} << 20);
  field->lineEdit()->selectAll();
  QTest::keyClicks(field->lineEdit(), "none");
  QTest::keyClick(field->lineEdit(), Qt::Key_Return);
  EXPECT_EQ(window_.selection().memoryLineBytes(), std::nullopt);
}

TEST_F(Windows, say_another_winner_when_the_memory_line_moves) {
  ASSERT_TRUE(openSampleRun());
  const QString before = frame("Frontier")->chart().finding();
  window_.selection().setMemoryLineBytes(std::int64_t{500} << 20);
  const QString after = frame("Frontier")->chart().finding();
  EXPECT_NE(before, after);
  EXPECT_TRUE(after.contains("full")) << after.toStdString();
  press("line_right");
  EXPECT_GT(*window_.selection().memoryLineBytes(), std::int64_t{500} << 20);
}

TEST_F(Windows, show_the_numbers_of_a_chart_as_a_table) {
  ASSERT_TRUE(openSampleRun());
  press("table");
  EXPECT_TRUE(frame("Frontier")->isTableShown());
  press("table");
  EXPECT_FALSE(frame("Frontier")->isTableShown());
}

TEST_F(Windows, find_commands_points_and_blocks_by_a_few_letters) {
  ASSERT_TRUE(openSampleRun());
  auto* palette = window_.findChild<CommandPalette*>();
  press("palette");
  EXPECT_TRUE(palette->isVisible());
  palette->setTyped("copy as com");
  EXPECT_EQ(palette->shown().front(), "Copy as command");
  QTest::keyClick(palette, Qt::Key_Escape);
  press("search");
  palette->setTyped("layer 3");
  EXPECT_EQ(palette->shown().front(), "layer 3");
  QTest::keyClick(palette->findChild<QLineEdit*>(), Qt::Key_Return);
  EXPECT_EQ(window_.selection().block(), 4);
}

TEST_F(Windows, show_every_key_on_one_sheet) {
  press("keys");
  auto* sheet = window_.findChild<ShortcutsSheet*>();
  ASSERT_NE(sheet, nullptr);
  EXPECT_TRUE(sheet->isVisible());
  QTest::keyClick(sheet, Qt::Key_Escape);
  EXPECT_FALSE(sheet->isVisible());
}

TEST_F(Windows, have_no_two_commands_on_one_key) {
  std::map<QString, QString> commands;
  for (const CommandGroup& group : window_.commands().groups())
    for (const QAction* action : group.actions)
      for (const QKeySequence& keys : action->shortcuts()) {
        EXPECT_EQ(commands.count(keys.toString()), 0U)
            << keys.toString().toStdString() << ": " << action->text().toStdString() << " and "
            << commands[keys.toString()].toStdString();
        commands[keys.toString()] = action->text();
      }
}

TEST_F(Windows, export_and_copy_a_chart) {
  ASSERT_TRUE(openSampleRun());
  ChartFrame& frontier = *frame("Frontier");
  using Format = ChartFrame::Format;
  for (const Format format : {Format::png, Format::png_2x, Format::svg, Format::csv}) {
    const QString path = folder_.filePath(frontier.fileName(format));
    EXPECT_TRUE(frontier.exportTo(path, format)) << window_.strip().text().toStdString();
    EXPECT_GT(QFile(path).size(), 100);
  }
  const QImage once(folder_.filePath("frontier.png")), twice(folder_.filePath("frontier@2x.png"));
  EXPECT_EQ(twice.width(), 2 * once.width());
  press("copy_picture");
  EXPECT_TRUE(QApplication::clipboard()->mimeData()->hasImage());
  press("copy_table");
  EXPECT_TRUE(QApplication::clipboard()->text().contains('\t'));
}

TEST_F(Windows, say_when_the_disk_is_full_and_leave_nothing_behind) {
  ASSERT_TRUE(openSampleRun());
  ChartFrame& frontier = *frame("Frontier");
  using Format = ChartFrame::Format;
  for (const Format format : {Format::png, Format::svg, Format::csv}) {
    const QString path = folder_.filePath(frontier.fileName(format));
    {
      const FullDisk full;
      EXPECT_FALSE(frontier.exportTo(path, format));
    }
    EXPECT_TRUE(window_.strip().text().contains("Not exported")) << window_.strip().text().toStdString();
    EXPECT_FALSE(QFile::exists(path));
    EXPECT_FALSE(frontier.exportTo("/nowhere/x", format));
    EXPECT_FALSE(frontier.exportTo("/dev/null", format)) << "a device is no file";
  }
}

TEST_F(Windows, export_all_charts_into_a_folder_or_cancel_it) {
  ASSERT_TRUE(openSampleRun());
  const auto exportTo = [&](const QString& folder) {
    press("export_all");
    auto* dialog = window_.findChild<QFileDialog*>();
    emit dialog->fileSelected(folder);
    delete dialog;
  };
  exportTo(folder_.filePath("charts"));
  ASSERT_TRUE(waitForMessage("files written")) << window_.strip().text().toStdString();
  EXPECT_TRUE(QFile::exists(folder_.filePath("charts/frontier.png")));
  exportTo(folder_.filePath("charts"));
  ASSERT_TRUE(waitForMessage("of the files already")) << window_.strip().text().toStdString();
  QFile::remove(folder_.filePath("charts/frontier.png"));
  window_.strip().findChild<QPushButton*>()->click();
  ASSERT_TRUE(waitForMessage("files written")) << window_.strip().text().toStdString();
  EXPECT_TRUE(QFile::exists(folder_.filePath("charts/frontier.png")));
  exportTo(folder_.filePath("cancelled"));
  ASSERT_TRUE(waitForMessage("1 of "));
  window_.strip().findChild<QPushButton*>()->click();
  EXPECT_TRUE(window_.strip().text().contains("Nothing was written")) << window_.strip().text().toStdString();
  EXPECT_FALSE(QFile::exists(folder_.filePath("cancelled")));
}

TEST_F(Windows, say_what_is_wrong_with_every_bad_file) {
  const std::string good = fileText(sampleRecords());
  const struct {
    const char* name;
    std::string text;
    const char* sentence;
  } cases[] = {
      {"damaged.remat.jsonl", "rubbish\n" + good, "could not be read"},
      {"truncated.remat.jsonl", good.substr(0, good.size() - 20), "after the last whole line"},
      {"newer_minor.remat.jsonl", good + "{\"record\":\"from_the_future\",\"x\":1}\n", "newer"},
      {"newer_major.remat.jsonl", "{\"record\":\"run_started\",\"format_major\":99,\"format_minor\":0}\n", "99"},
      {"empty.remat.jsonl", "", "empty"},
      {"one.remat.jsonl", fileText(samplePoint(sampleSpec("gpt2", "full"), 1'000'000, 1 << 20, 1 << 19)), "One point"},
      {"no_run.remat.jsonl", "hello\nworld\n", "no_run.remat.jsonl"},
      {"picture.png", "\x89PNG\r\n", "neither a run file"},
      {"config.json", "{\"model_type\": \"mamba\"}", "cannot be measured"}};
  for (const auto& bad : cases) {
    ASSERT_TRUE(open(bad.text, bad.name));
    EXPECT_TRUE(window_.strip().text().contains(bad.sentence))
        << bad.name << ": " << window_.strip().text().toStdString();
    EXPECT_FALSE(window_.grab().toImage().isNull());
    window_.strip().dismiss(window_.strip().topic());
  }
  EXPECT_TRUE(setup().problem().contains("cannot be measured")) << setup().problem().toStdString();
}

TEST_F(Windows, take_files_that_are_dropped) {
  const QString path = write(fileText(sampleRecords()));
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(path)});
  QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window_, &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window_, &drop);
  ASSERT_TRUE(waitUntil([&] { return window_.document().state() == Document::State::open; }));
  EXPECT_EQ(Settings().recentFiles().front(), path);
}

TEST_F(Windows, measure_a_config_with_live_points) {
  window_.openFile(REMAT_SOURCE_DIR "/resources/configs/gpt2.json");
  EXPECT_EQ(setup().problem(), "");
  EXPECT_TRUE(setup().command().startsWith("rematscope sweep ")) << setup().command().toStdString();
  window_.findChild<QLineEdit*>("Layers")->clear();
  QTest::keyClicks(window_.findChild<QLineEdit*>("Layers"), "2");
  window_.findChild<QPushButton*>("measure")->click();
  ASSERT_TRUE(waitForMessage("Measured.")) << window_.strip().text().toStdString();
  ASSERT_TRUE(waitUntil([&] { return window_.document().run()->points.size() == 4U; }));
  EXPECT_TRUE(window_.document().run()->points.back().completed());
  // Measuring again goes on with the same file and has nothing left to do.
  window_.strip().dismiss("measurement");
  window_.findChild<QPushButton*>("measure")->click();
  ASSERT_TRUE(waitForMessage("Measured.")) << window_.strip().text().toStdString();
  QFile::remove(window_.document().path());
}

TEST_F(Windows, measure_real_training_steps) {
  const QString worker = qEnvironmentVariable("REMATSCOPE_REAL_WORKER", REMAT_BINARY_DIR "/rematscope-worker");
  if (!QFile::exists(worker)) GTEST_SKIP() << "no worker here: built without LibTorch";
  qputenv("REMATSCOPE_WORKER", worker.toUtf8());
  window_.openFile(write(R"({"model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
                             "num_attention_heads": 4, "vocab_size": 256, "max_position_embeddings": 64})",
                         "config.json"));
  EXPECT_EQ(setup().problem(), "");
  window_.findChild<QLineEdit*>("Sequence")->clear();
  QTest::keyClicks(window_.findChild<QLineEdit*>("Sequence"), "32");
  press("measure");
  ASSERT_TRUE(waitUntil([&] { return window_.strip().text().contains("Measured."); }, 110'000))
      << window_.strip().text().toStdString();
  ASSERT_TRUE(waitUntil([&] { return window_.document().run()->points.size() == 4U; }));
  EXPECT_TRUE(waitUntil([&] {  // the document reads the file a moment later
    const auto& points = window_.document().run()->points;
    return std::all_of(points.begin(), points.end(), [](const PointResult& point) { return point.completed(); });
  }));
  EXPECT_NE(policy(), "");
  EXPECT_FALSE(frame("Step memory")->chart().isEmpty());
  QFile::remove(window_.document().path());
}

TEST_F(Windows, keep_finished_points_when_stopped) {
  qputenv("FAKE_WORKER", "step_ms=100");
  window_.openFile(REMAT_SOURCE_DIR "/resources/configs/gpt2.json");
  window_.findChild<QLineEdit*>("Batch")->clear();
  QTest::keyClicks(window_.findChild<QLineEdit*>("Batch"), "1-9");
  QTest::keyClicks(window_.findChild<QLineEdit*>("Layers"), "2");
  press("measure");
  ASSERT_TRUE(waitUntil([&] { return window_.process().progress().finished >= 4; }, 60'000));
  EXPECT_TRUE(waitUntil([&] { return window_.document().isBeingMeasured(); }));
  press("stop");
  ASSERT_TRUE(waitForMessage("Stopped.")) << window_.strip().text().toStdString();
  EXPECT_FALSE(window_.document().isBeingMeasured());
  ASSERT_TRUE(waitUntil([&] { return window_.document().run()->points.size() >= 2U; }));
  QFile::remove(window_.document().path());
}

TEST_F(Windows, ask_once_before_they_close_while_measuring) {
  qputenv("FAKE_WORKER", "cheap=hang");
  window_.openFile(REMAT_SOURCE_DIR "/resources/configs/gpt2.json");
  press("measure");
  ASSERT_TRUE(waitUntil([&] { return window_.process().isRunning(); }));
  window_.close();
  EXPECT_TRUE(window_.isVisible());
  EXPECT_TRUE(window_.strip().text().contains("Close again")) << window_.strip().text().toStdString();
  window_.close();
  ASSERT_TRUE(waitUntil([&] { return !window_.isVisible(); }, 60'000));
  EXPECT_FALSE(window_.process().isRunning());
  QFile::remove(window_.process().output());
}

TEST_F(Windows, ask_once_before_they_close_while_exporting) {
  ASSERT_TRUE(openSampleRun());
  auto* page = window_.findChild<ReportPage*>();
  page->exportTo(folder_.filePath("report"));
  window_.close();
  EXPECT_TRUE(window_.isVisible());
  EXPECT_TRUE(window_.strip().text().contains("An export is running")) << window_.strip().text().toStdString();
  ASSERT_TRUE(waitUntil([&] { return !page->isExporting(); }, 60'000));
  EXPECT_FALSE(window_.strip().text().contains("An export is running")) << "there is nothing to ask any more";
  page->exportTo(folder_.filePath("another"));
  window_.close();
  EXPECT_TRUE(window_.isVisible()) << "asked anew";
  window_.close();
  EXPECT_FALSE(window_.isVisible());
  EXPECT_FALSE(page->isExporting());
  EXPECT_FALSE(QFile::exists(folder_.filePath("another")));
}

TEST_F(Windows, ring_what_is_hovered_in_one_chart_in_the_others) {
  std::vector<Record> records;
  for (const std::int64_t batch : {1, 2}) {
    PointSpec spec = sampleSpec("gpt2", "full");
    spec.training.batch_size = batch;
    const auto point = samplePoint(spec, 100'000'000 * batch, batch << 28, 1 << 20);
    records.insert(records.end(), point.begin(), point.end());
  }
  ASSERT_TRUE(open(fileText(records)));
  const QString key = QString::fromStdString(window_.document().run()->points.back().key());
  const auto pictureOf = [&](const char* chart) {
    QTest::qWait(30);
    return frame(chart)->chart().grab().toImage();
  };
  window_.setPage(MainWindow::batch_depth);
  for (const char* chart : {"Batch", "Throughput"}) {
    window_.selection().setHoveredPoint({});
    const QImage before = pictureOf(chart);
    window_.selection().setHoveredPoint(key);
    EXPECT_NE(pictureOf(chart), before) << chart;
  }
}

TEST_F(Windows, mark_the_row_of_what_is_hovered_in_the_frontier) {
  ASSERT_TRUE(openSampleRun());
  QTest::qWait(30);
  const QImage before = frame("Blocks")->chart().grab().toImage();
  window_.selection().setHoveredPoint(QString::fromStdString(window_.document().run()->points[1].key()));
  EXPECT_NE(frame("Blocks")->chart().grab().toImage(), before);
}

TEST_F(Windows, say_that_the_command_line_is_missing) {
  qputenv("REMATSCOPE_PROGRAM", "/nowhere/rematscope");
  window_.openFile(REMAT_SOURCE_DIR "/resources/configs/gpt2.json");
  press("measure");
  EXPECT_TRUE(waitForMessage("could not be started")) << window_.strip().text().toStdString();
}

TEST_F(Windows, follow_the_colours_of_the_system_and_of_the_user) {
  ASSERT_TRUE(openSampleRun());
  EXPECT_FALSE(window_.theme().dark);
  const QPalette light = QApplication::palette();
  QApplication::setPalette(paletteOf(darkTheme()));
  QCoreApplication::processEvents();
  EXPECT_TRUE(window_.theme().dark) << "the system went dark";
  press("theme_light");
  EXPECT_FALSE(window_.theme().dark);
  press("theme_system");
  EXPECT_TRUE(window_.theme().dark);
  QApplication::setPalette(light);
  QCoreApplication::processEvents();
  EXPECT_FALSE(window_.theme().dark);
}

TEST_F(Windows, restore_the_layout) {
  ASSERT_TRUE(openSampleRun());
  auto* workspace = window_.findChild<QSplitter*>("workspace");
  const QList<int> before = workspace->sizes();
  workspace->setSizes({500, 900});
  EXPECT_NE(workspace->sizes(), before);
  press("layout");
  EXPECT_EQ(workspace->sizes(), before);
}

TEST_F(Windows, restore_the_layout_of_every_page) {
  ASSERT_TRUE(openSampleRun());
  for (const auto& [page, name] :
       {std::pair{MainWindow::diagnose, "diagnose_rows"}, {MainWindow::compare, "compare_rows"}}) {
    window_.setPage(page);
    QCoreApplication::processEvents();
    auto* rows = window_.findChild<QSplitter*>(name);
    rows->widget(1)->show();
    press("layout");
    const QList<int> before = rows->sizes();
    rows->setSizes({200, 500});
    ASSERT_NE(rows->sizes(), before) << name;
    press("layout");
    EXPECT_EQ(rows->sizes(), before) << name;
  }
}

TEST_F(Windows, keep_panels_hidden_until_they_are_shown_again) {
  press("setup");
  press("why");
  window_.close();
  MainWindow later;
  later.resize(1440, 900);
  later.openFile(write(fileText(sampleRecords())));
  later.show();
  ASSERT_TRUE(waitUntil([&] { return later.document().state() == Document::State::open; }));
  auto* panel = later.findChild<SetupPanel*>();
  auto* why = later.findChild<WhyPanel*>();
  EXPECT_TRUE(panel->isHidden());
  EXPECT_TRUE(why->isHidden());
  later.commands().find("setup")->trigger();
  EXPECT_TRUE(panel->isVisible());
  EXPECT_GE(panel->width(), panel->minimumWidth());
  later.commands().find("layout")->trigger();
  EXPECT_TRUE(why->isVisible());
  EXPECT_GT(why->width(), 100);
}

TEST_F(Windows, stand_beside_each_other_on_one_run) {
  ASSERT_TRUE(openSampleRun());
  MainWindow other;
  other.openFile(window_.document().path());
  ASSERT_TRUE(waitUntil([&] { return other.document().state() == Document::State::open; }));
  EXPECT_EQ(*other.document().run(), *window_.document().run());
}

TEST_F(Windows, begin_no_larger_than_the_screen) {
  const MainWindow fresh;
  EXPECT_LE(fresh.width(), fresh.screen()->availableSize().width());
  EXPECT_LE(fresh.height(), fresh.screen()->availableSize().height());
}

TEST_F(Windows, fit_on_a_small_screen_on_every_page) {
  ASSERT_TRUE(openSampleRun());
  for (int page = 0; page < 5; ++page) {
    window_.setPage(page);
    QCoreApplication::processEvents();
    EXPECT_LE(window_.minimumSizeHint().width(), 800) << page;
    EXPECT_LE(window_.minimumSizeHint().height(), 560) << page;
  }
  window_.resize(1008, 700);
  QCoreApplication::processEvents();
  EXPECT_EQ(window_.size(), QSize(1008, 700));
  EXPECT_TRUE(window_.findChild<QPushButton*>("measure")->visibleRegion().boundingRect().height() > 20)
      << "the button that measures is not scrolled away";
}

TEST_F(Windows, name_everything_that_can_have_the_focus) {
  ASSERT_TRUE(openSampleRun());
  for (const QWidget* widget : window_.findChildren<QWidget*>()) {
    if (widget->focusPolicy() == Qt::NoFocus || widget->inherits("QAbstractScrollArea") || !widget->isVisible())
      continue;
    const bool named = !widget->accessibleName().isEmpty() || widget->inherits("QSplitter") ||
                       (widget->inherits("QAbstractButton") && !widget->property("text").toString().isEmpty()) ||
                       widget->inherits("QLabel") || widget->objectName().startsWith("qt_") ||
                       widget->inherits("QLineEdit");
    EXPECT_TRUE(named) << widget->metaObject()->className() << " " << widget->objectName().toStdString();
  }
}

}  // namespace
}  // namespace remat
