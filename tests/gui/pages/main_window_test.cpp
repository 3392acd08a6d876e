// Journeys through the whole window, offscreen: pages, keys, selection, layout.
#include "tests/gui/pages/windows.h"

namespace remat {
namespace {

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

TEST_F(Windows, scroll_no_page_sideways_on_a_small_screen) {
  ASSERT_TRUE(openSampleRun());
  window_.resize(1024, 700);
  for (int page = 0; page < 5; ++page) {
    QTest::keyClick(&window_, static_cast<Qt::Key>(Qt::Key_1 + page));
    for (const QScrollArea* area : window_.findChildren<QScrollArea*>()) {
      if (!area->isVisible()) continue;
      EXPECT_TRUE(waitUntil([&] { return area->widget()->width() <= area->viewport()->width(); }))
          << "page " << page + 1 << ": " << area->widget()->width();
      EXPECT_EQ(area->horizontalScrollBar()->maximum(), 0) << "page " << page + 1;
    }
  }
}

TEST_F(Windows, give_the_setup_its_width_back_when_they_are_large_again) {
  ASSERT_TRUE(openSampleRun());
  window_.resize(1500, 900);
  auto* workspace = window_.findChild<QSplitter*>("workspace");
  workspace->setSizes({340, 1160});
  const int chosen = workspace->sizes()[0];
  window_.resize(1024, 700);
  EXPECT_LT(workspace->sizes()[0], chosen);
  window_.resize(1500, 900);
  EXPECT_EQ(workspace->sizes()[0], chosen);
  window_.resize(1024, 700);
  window_.close();
  workspace->restoreState(Settings().layout("workspace"));
  EXPECT_GT(workspace->sizes()[0] * 4, workspace->sizes()[1]) << "what is saved is what was chosen";
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
