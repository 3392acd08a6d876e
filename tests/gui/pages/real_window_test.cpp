// The program itself, on a screen of its own, driven by keys and mouse as a person would.
#include <fstream>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include "profiler/core/run.h"
#include "tests/gui/support/virtual_screen.h"
#include "tests/gui/support/waiting.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

class RealWindows : public testing::Test {
 protected:
  void SetUp() override {
    if (const QStringList missing = VirtualScreen::missing(); !missing.isEmpty())
      GTEST_SKIP() << "not installed here: " << missing.join(", ").toStdString();
    ASSERT_TRUE(screen_.start());
    run_ = folder_.filePath("run.remat.jsonl");
    std::ofstream(run_.toStdString()) << fileText(sampleRecords());
  }
  void TearDown() override {
    program_.terminate();
    program_.waitForFinished(5000);
  }

  bool startProgram(const QStringList& files, const QString& title) {
    program_.setProcessEnvironment(screen_.environment());
    program_.setProcessChannelMode(QProcess::ForwardedChannels);
    program_.start(REMAT_BINARY_DIR "/rematscope-gui", files);
    if (program_.waitForStarted() && screen_.waitForWindow(title)) return true;
    ADD_FAILURE() << "state " << program_.state() << ", exit code " << program_.exitCode() << ", windows:\n"
                  << screen_.xdotool({"search", "--onlyvisible", "--name", ".", "getwindowname", "%@"}).toStdString();
    return false;
  }
  /// Does something until the screen is another one.
  bool changes(const std::function<void()>& act) {
    const QImage before = settled();
    act();
    return waitUntil([&] { return screen_.picture() != before; }, 10'000);
  }
  QImage settled() {
    QImage now = screen_.picture();
    EXPECT_TRUE(waitUntil(
        [&] {
          QThread::msleep(150);
          const QImage next = screen_.picture();
          return std::exchange(now, next) == next;
        },
        10'000));
    return now;
  }

  QTemporaryDir folder_;
  VirtualScreen screen_;
  QProcess program_;
  QString run_;
};

/// Of the whole picture, from 0 to 255.
int lightness(const QImage& picture) {
  return picture.scaled(1, 1, Qt::IgnoreAspectRatio, Qt::SmoothTransformation).pixelColor(0, 0).lightness();
}

TEST_F(RealWindows, open_a_run_and_answer_to_keys_and_mouse) {
  ASSERT_TRUE(startProgram({run_}, "run.remat.jsonl - rematscope"));
  screen_.click(800, 400);
  EXPECT_GT(lightness(screen_.picture()), 160) << "light";
  for (const char* page : {"2", "3", "4", "5", "1"}) EXPECT_TRUE(changes([&] { screen_.key(page); })) << page;
  EXPECT_TRUE(changes([&] { screen_.key("n"); })) << "another point";
  EXPECT_TRUE(changes([&] { screen_.key("question"); })) << "the sheet of keys";
  EXPECT_TRUE(changes([&] { screen_.key("Escape"); }));
  EXPECT_TRUE(changes([&] { screen_.key("ctrl+shift+p"); })) << "the command palette";
  EXPECT_TRUE(changes([&] { screen_.type("dark colours"); }));
  screen_.key("Return");
  EXPECT_TRUE(waitUntil([&] { return lightness(screen_.picture()) < 80; })) << "dark";
  EXPECT_EQ(program_.state(), QProcess::Running);
}

TEST_F(RealWindows, save_a_copy_through_the_file_dialog) {
  ASSERT_TRUE(startProgram({run_}, "run.remat.jsonl - rematscope"));
  settled();
  screen_.key("ctrl+s");
  ASSERT_TRUE(screen_.waitForWindow("Save a copy"));
  const QString copy = folder_.filePath("copy.remat.jsonl");
  screen_.key("ctrl+a");
  screen_.type(copy);
  screen_.key("Return");
  ASSERT_TRUE(waitUntil([&] { return QFile::exists(copy); }));
  EXPECT_EQ(loadRun(copy.toStdString()).points.size(), samplePointCount());
}

TEST_F(RealWindows, begin_with_doors_and_end_with_a_key) {
  ASSERT_TRUE(startProgram({}, "rematscope"));
  settled();
  screen_.key("ctrl+q");
  EXPECT_TRUE(waitUntil([&] { return program_.state() == QProcess::NotRunning; }));
  EXPECT_EQ(program_.exitCode(), 0);
}

}  // namespace
}  // namespace remat
