// Sweeps as child processes: the real command line with the fake worker.
#include "gui/models/sweep_process.h"

#include <fstream>

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include "gui/models/record_tail.h"
#include "gui/models/sweep_setup.h"
#include "profiler/core/run.h"
#include "tests/gui/support/waiting.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

class Sweeps : public testing::Test {
 protected:
  Sweeps() {
    qputenv("REMATSCOPE_WORKER", REMAT_BINARY_DIR "/../tests/bin/fake_worker");
    qputenv("FAKE_WORKER", "");
    setup_.config_path = REMAT_SOURCE_DIR "/resources/configs/gpt2.json";
    setup_.layers = "2";
    setup_.policies = QStringList{"store_all", "full"};
    setup_.output = folder_.filePath("new/run.remat.jsonl");
    QObject::connect(&process_, &SweepProcess::ended, [this](SweepProcess::End end, const QString& sentence) {
      end_ = end;
      sentence_ = sentence;
    });
    QObject::connect(&process_, &SweepProcess::fileAppeared, [this] { ++appeared_; });
  }

  bool measure(const QString& program = REMAT_BINARY_DIR "/rematscope") {
    start(program);
    return waitUntil([&] { return end_.has_value(); }, 60'000);
  }
  void start(const QString& program = REMAT_BINARY_DIR "/rematscope") {
    end_.reset();
    process_.start(program, sweepArguments(setup_), setup_.output);
  }
  [[nodiscard]] auto loaded() const { return loadRun(setup_.output.toStdString()); }

  QTemporaryDir folder_;
  SweepSetup setup_;
  SweepProcess process_;
  std::optional<SweepProcess::End> end_;
  QString sentence_;
  int appeared_ = 0;
};

TEST_F(Sweeps, write_their_run_file_and_say_how_far_they_are) {
  ASSERT_TRUE(measure());
  EXPECT_EQ(*end_, SweepProcess::End::completed) << sentence_.toStdString();
  EXPECT_EQ(process_.progress().points, 2);
  EXPECT_EQ(process_.progress().finished, 2);
  EXPECT_EQ(process_.progress().done_ratio, 1.0);
  EXPECT_EQ(appeared_, 1);
  EXPECT_EQ(loaded().points.size(), 2U);
}

TEST_F(Sweeps, keep_finished_points_when_they_are_stopped) {
  qputenv("FAKE_WORKER", "step_ms=100");
  setup_.batch = "1-9";
  start();
  ASSERT_TRUE(waitUntil([&] { return process_.progress().finished == 2; }, 60'000));
  process_.stop();
  EXPECT_TRUE(process_.isStopping());
  ASSERT_TRUE(waitUntil([&] { return end_.has_value(); }, 60'000));
  EXPECT_EQ(*end_, SweepProcess::End::stopped);
  EXPECT_TRUE(sentence_.contains("finished points are kept")) << sentence_.toStdString();
  EXPECT_TRUE(loaded().points.front().completed());
  // Measuring again goes on from there.
  qputenv("FAKE_WORKER", "");
  const auto kept = process_.progress().finished;
  setup_.resume = true;
  ASSERT_TRUE(measure());
  EXPECT_EQ(process_.progress().points, 18 - kept);
  EXPECT_EQ(loaded().points.size(), 18U);
}

TEST_F(Sweeps, count_points_that_a_crashing_worker_costs) {
  qputenv("FAKE_WORKER", "full=crash");
  const QSignalSpy log(&process_, &SweepProcess::logged), warned(&process_, &SweepProcess::warned);
  ASSERT_TRUE(measure());
  EXPECT_GT(log.count(), 0) << "what the programs wrote to their log is for the Diagnose page";
  EXPECT_EQ(*end_, SweepProcess::End::completed);
  EXPECT_EQ(process_.progress().not_completed, 1);
  EXPECT_TRUE(sentence_.contains("Diagnose")) << sentence_.toStdString();
  ASSERT_EQ(warned.count(), 1) << "at once, not only in the end";
  EXPECT_TRUE(warned[0][0].toString().startsWith("A new worker goes on: the worker ended unexpectedly"))
      << warned[0][0].toString().toStdString();
  EXPECT_TRUE(sentence_.endsWith("There was a warning: " + warned[0][0].toString())) << sentence_.toStdString();
}

TEST_F(Sweeps, say_that_the_command_line_is_missing) {
  ASSERT_TRUE(measure("/nowhere/rematscope"));
  EXPECT_EQ(*end_, SweepProcess::End::failed);
  EXPECT_TRUE(sentence_.contains("REMATSCOPE_PROGRAM")) << sentence_.toStdString();
}

TEST_F(Sweeps, say_that_the_worker_is_missing) {
  qputenv("REMATSCOPE_WORKER", "/nowhere/rematscope-worker");
  ASSERT_TRUE(measure());
  EXPECT_EQ(*end_, SweepProcess::End::failed);
  EXPECT_TRUE(sentence_.contains("/nowhere/rematscope-worker")) << sentence_.toStdString();
}

TEST_F(Sweeps, say_that_the_command_line_crashed_and_what_is_kept) {
  qputenv("FAKE_WORKER", "full=hang");
  const QString script = folder_.filePath("crashing");
  std::ofstream(script.toStdString()) << "#!/bin/sh\nkill -SEGV $$\n";
  QFile(script).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  ASSERT_TRUE(measure(script));
  EXPECT_EQ(*end_, SweepProcess::End::failed);
  EXPECT_TRUE(sentence_.contains("unexpectedly")) << sentence_.toStdString();
}

TEST_F(Sweeps, say_what_a_full_disk_did) {
  setup_.output = "/dev/full";
  ASSERT_TRUE(measure());
  EXPECT_EQ(*end_, SweepProcess::End::failed);
  EXPECT_FALSE(sentence_.isEmpty());
}

TEST(RemainingTime, is_that_of_the_points_so_far) {
  EXPECT_EQ(remainingMs(10'000, 0.25), 30'000);
  EXPECT_EQ(remainingMs(10'000, 0.01), std::nullopt);
  EXPECT_EQ(remainingMs(10'000, 1.0), std::nullopt);
}

TEST(RecordTails, hand_over_new_small_records_once) {
  QTemporaryDir folder;
  const QString path = folder.filePath("run");
  RecordTail tail(path, 0);
  int records = 0;
  const auto take = [&](const Record&) { ++records; };
  EXPECT_FALSE(tail.read(take));
  const std::string text = fileText(sampleRecords());
  std::ofstream file(path.toStdString());
  file << text.substr(0, text.size() / 2) << std::flush;
  EXPECT_TRUE(tail.read(take));
  const int half = records;
  EXPECT_GT(half, 0);
  EXPECT_TRUE(tail.read(take));
  EXPECT_EQ(records, half);
  file << text.substr(text.size() / 2) << "nonsense\n{\"record\":\"sample\",\"bad\n" << std::flush;
  EXPECT_TRUE(tail.read(take));
  int small = 0;
  for (const Record& record : sampleRecords())
    small += std::holds_alternative<Hello>(record) || std::holds_alternative<PointStarted>(record) ||
             std::holds_alternative<Sample>(record) || std::holds_alternative<PointFinished>(record) ||
             std::holds_alternative<Event>(record);
  EXPECT_EQ(records, small);
}

}  // namespace
}  // namespace remat
