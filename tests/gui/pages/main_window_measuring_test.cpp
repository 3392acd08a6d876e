// Journeys in which the window measures: live points, stopping, closing meanwhile.
#include "tests/gui/pages/windows.h"

namespace remat {
namespace {

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

TEST_F(Windows, tell_that_a_worker_was_lost_at_once_and_in_the_end) {
  qputenv("FAKE_WORKER", "full=crash");
  window_.openFile(REMAT_SOURCE_DIR "/resources/configs/gpt2.json");
  QStringList told;
  QObject::connect(&window_.strip(), &MessageStrip::alerted, &window_, [&] { told << window_.strip().text(); });
  press("measure");
  ASSERT_TRUE(waitForMessage("Measured.")) << window_.strip().text().toStdString();
  ASSERT_FALSE(told.isEmpty());
  EXPECT_TRUE(told.front().startsWith("A new worker goes on")) << told.front().toStdString();
  EXPECT_TRUE(window_.strip().text().contains("There was a warning: A new worker goes on"))
      << window_.strip().text().toStdString();
  QFile::remove(window_.document().path());
}

TEST_F(Windows, keep_a_measurement_in_reach_when_its_run_is_closed) {
  qputenv("FAKE_WORKER", "cheap=hang");
  window_.openFile(REMAT_SOURCE_DIR "/resources/configs/gpt2.json");
  press("measure");
  ASSERT_TRUE(waitUntil([&] { return window_.process().isRunning() && !window_.document().path().isEmpty(); }, 60'000));
  ASSERT_TRUE(waitUntil([&] { return window_.document().state() == Document::State::open; }));
  const auto pressInStrip = [&](const QString& text) {
    QPushButton* newest = nullptr;  // those of messages before may still be about to go
    for (auto* button : window_.strip().findChildren<QPushButton*>())
      if (button->text() == text) newest = button;
    ASSERT_NE(newest, nullptr) << text.toStdString();
    newest->click();
  };
  press("close_run");
  ASSERT_TRUE(waitForMessage("Measuring into ")) << window_.strip().text().toStdString();
  pressInStrip("Show");
  ASSERT_TRUE(waitUntil([&] { return window_.document().path() == window_.process().output(); }));
  EXPECT_FALSE(window_.strip().text().contains("Measuring into ")) << "the run shows it";
  press("close_run");
  ASSERT_TRUE(waitForMessage("Measuring into ")) << window_.strip().text().toStdString();
  pressInStrip("Stop");
  ASSERT_TRUE(waitForMessage("Stopping after this step")) << window_.strip().text().toStdString();
  ASSERT_TRUE(waitUntil([&] { return !window_.process().isRunning(); }, 60'000));
  EXPECT_TRUE(window_.strip().text().contains("Stopped.")) << window_.strip().text().toStdString();
  QFile::remove(window_.process().output());
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

TEST_F(Windows, say_that_the_command_line_is_missing) {
  qputenv("REMATSCOPE_PROGRAM", "/nowhere/rematscope");
  window_.openFile(REMAT_SOURCE_DIR "/resources/configs/gpt2.json");
  press("measure");
  EXPECT_TRUE(waitForMessage("could not be started")) << window_.strip().text().toStdString();
}

}  // namespace
}  // namespace remat
