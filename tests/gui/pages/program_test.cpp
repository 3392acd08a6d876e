// rematscope-gui as a command: help, version and pictures need no display.
#include <cerrno>
#include <cstring>
#include <fstream>

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include "tests/gui/support/full_disk.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

struct Result {
  int code = -1;
  QString output, errors;
};

Result call(const QStringList& arguments, const QProcessEnvironment& more = {}) {
  QProcess program;
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"})
    environment.remove(name);
  environment.insert(more);
  program.setProcessEnvironment(environment);
  program.start(REMAT_BINARY_DIR "/rematscope-gui", arguments);
  program.waitForFinished(60'000);
  return {program.exitStatus() == QProcess::NormalExit ? program.exitCode() : -1,
          QString::fromUtf8(program.readAllStandardOutput()), QString::fromUtf8(program.readAllStandardError())};
}

TEST(WindowProgram, helps_without_a_display) {
  EXPECT_EQ(call({"--help"}).code, 0);
  EXPECT_TRUE(call({"--help"}).output.contains("Usage:"));
  EXPECT_EQ(call({"--version"}).code, 0);
  EXPECT_TRUE(call({"--version"}).output.startsWith("rematscope-gui "));
  EXPECT_EQ(call({"--nonsense"}).code, 2);
}

TEST(WindowProgram, draws_charts_without_a_display) {
  QTemporaryDir folder;
  const QString run = folder.filePath("run.remat.jsonl");
  std::ofstream(run.toStdString()) << fileText(sampleRecords());
  const Result result = call({"--render", run, "--output", folder.filePath("out"), "--charts", "frontier"});
  EXPECT_EQ(result.code, 0) << result.errors.toStdString();
  EXPECT_EQ(result.errors.toStdString(), "") << "nobody wants to know about sessions here";
  for (const char* name : {"frontier.png", "frontier.svg", "frontier.csv"})
    EXPECT_TRUE(QFile::exists(folder.filePath(QString("out/") + name))) << name;
  EXPECT_EQ(call({"--render", run, "--output", folder.filePath("out"), "--charts", "pie"}).code, 2);
  EXPECT_EQ(call({"--render", folder.filePath("nothing"), "--output", folder.filePath("out")}).code, 3);
}

TEST(WindowProgram, says_that_no_display_answers_instead_of_aborting) {
  EXPECT_TRUE(call({}).errors.contains("expected a display, found none (DISPLAY and WAYLAND_DISPLAY are not set)"));
  QProcessEnvironment nobody;
  nobody.insert("DISPLAY", ":4711");
  nobody.insert("WAYLAND_DISPLAY", "/nothing/here");
  for (const char* platform : {"", "xcb"}) {
    nobody.insert("QT_QPA_PLATFORM", platform);
    const Result result = call({}, nobody);
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.errors.toStdString(),
              "rematscope-gui: expected a display, found none that answers (DISPLAY=:4711, "
              "WAYLAND_DISPLAY=/nothing/here); --render draws the charts of a run without one\n");
  }
}

TEST(WindowProgram, says_what_it_left_out_of_a_damaged_run) {
  const QTemporaryDir folder;
  const QString run = folder.filePath("run.remat.jsonl");
  std::ofstream(run.toStdString()) << fileText(sampleRecords()) << "nonsense\n{\"torn\": ";
  const Result result = call({"--render", run, "--output", folder.filePath("out"), "--charts", "frontier"});
  EXPECT_EQ(result.code, 0);
  EXPECT_TRUE(result.errors.startsWith("rematscope-gui: " + run + ": 1 line could not be read"))
      << result.errors.toStdString();
  EXPECT_TRUE(result.errors.contains("9 bytes after the last whole line left out.")) << result.errors.toStdString();
}

TEST(WindowProgram, leaves_no_half_of_its_pictures_on_a_full_disk_and_says_why) {
  const QTemporaryDir folder;
  const QString run = folder.filePath("run.remat.jsonl"), out = folder.filePath("new/out");
  std::ofstream(run.toStdString()) << fileText(sampleRecords());
  const Result result = [&] {
    constexpr rlim_t room_for_some = 60'000;
    const FullDisk full(room_for_some);
    return call({"--render", run, "--output", out});
  }();
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.output.toStdString(), "");
  EXPECT_TRUE(result.errors.startsWith("rematscope-gui: " + out + "/")) << result.errors.toStdString();
  EXPECT_TRUE(result.errors.contains(QString(": cannot be written: ") + std::strerror(EFBIG)))
      << result.errors.toStdString();
  EXPECT_EQ(QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).size(), 1);
}

}  // namespace
}  // namespace remat
