#include "gui/models/document.h"

#include <filesystem>
#include <fstream>

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include "gui/models/run_messages.h"
#include "tests/gui/support/waiting.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

class Documents : public testing::Test {
 protected:
  void write(const std::string& text, const QString& name = "run.remat.jsonl") {
    std::ofstream(path(name).toStdString(), std::ios::binary) << text;
  }
  void append(const std::string& text) {
    std::ofstream(path().toStdString(), std::ios::binary | std::ios::app) << text;
  }
  [[nodiscard]] QString path(const QString& name = "run.remat.jsonl") const { return folder_.filePath(name); }
  bool openIt() {
    document_.open(path());
    return waitUntil([&] { return document_.state() != Document::State::loading; });
  }
  bool waitForMessage(const QString& part) {
    return waitUntil([&] { return document_.message().contains(part); });
  }

  QTemporaryDir folder_;
  Document document_;
};

TEST_F(Documents, begin_with_an_empty_run) {
  EXPECT_EQ(document_.state(), Document::State::empty);
  ASSERT_NE(document_.run(), nullptr);
  EXPECT_TRUE(document_.run()->points.empty());
}

TEST_F(Documents, open_a_run_file) {
  write(fileText(sampleRecords()));
  ASSERT_TRUE(openIt());
  EXPECT_EQ(document_.state(), Document::State::open);
  EXPECT_EQ(document_.run()->points.size(), samplePointCount());
  EXPECT_EQ(document_.message(), "");
}

TEST_F(Documents, say_why_a_file_cannot_be_read) {
  ASSERT_TRUE(openIt());
  EXPECT_EQ(document_.state(), Document::State::failed);
  EXPECT_TRUE(document_.message().contains("run.remat.jsonl")) << document_.message().toStdString();
}

TEST_F(Documents, say_that_a_file_of_another_major_version_needs_another_program) {
  write(
      "{\"record\":\"run_started\",\"format_major\":99,\"format_minor\":0,\"program_version\":\"9\",\"created\":\"\"}\n");
  ASSERT_TRUE(openIt());
  EXPECT_EQ(document_.state(), Document::State::failed);
  EXPECT_TRUE(document_.message().contains("99")) << document_.message().toStdString();
}

TEST_F(Documents, show_the_rest_of_a_damaged_file_and_say_so) {
  std::string text = fileText(sampleRecords());
  text.insert(text.find('\n') + 1, "this is no record\n");
  write(text);
  ASSERT_TRUE(openIt());
  EXPECT_EQ(document_.state(), Document::State::open);
  EXPECT_EQ(document_.run()->points.size(), samplePointCount());
  EXPECT_TRUE(document_.message().contains("line 2")) << document_.message().toStdString();
}

TEST_F(Documents, follow_a_file_while_it_grows) {
  const std::string text = fileText(sampleRecords());
  const std::size_t half = text.find('\n', text.size() / 2) + 1;
  write(text.substr(0, half));
  ASSERT_TRUE(openIt());
  const std::size_t before = document_.run()->points.size();
  EXPECT_LT(before, samplePointCount());
  EXPECT_FALSE(document_.isBeingMeasured()) << "nobody is known to write it";
  append(text.substr(half));
  EXPECT_TRUE(waitUntil([&] { return document_.run()->points.size() == samplePointCount(); }));
  EXPECT_TRUE(document_.isBeingMeasured());
  document_.close();
  EXPECT_FALSE(document_.isBeingMeasured());
}

TEST_F(Documents, tell_when_this_window_measures_them) {
  QSignalSpy changes(&document_, &Document::beingMeasuredChanged);
  document_.setMeasuredHere(true);
  document_.setMeasuredHere(true);
  EXPECT_TRUE(document_.isBeingMeasured());
  EXPECT_EQ(changes.size(), 1);
}

TEST_F(Documents, know_that_the_measurement_of_this_window_has_ended_though_the_file_grew_a_moment_ago) {
  const std::string text = fileText(sampleRecords());
  const std::size_t half = text.find('\n', text.size() / 2) + 1;
  write(text.substr(0, half));
  ASSERT_TRUE(openIt());
  document_.setMeasuredHere(true);
  append(text.substr(half));
  ASSERT_TRUE(waitUntil([&] { return document_.run()->points.size() == samplePointCount(); }));
  document_.setMeasuredHere(false);
  EXPECT_FALSE(document_.isBeingMeasured());
}

TEST_F(Documents, wait_for_an_empty_file_to_be_filled) {
  write("");
  ASSERT_TRUE(openIt());
  EXPECT_TRUE(document_.message().contains("empty"));
  append(fileText(sampleRecords()));
  EXPECT_TRUE(waitUntil([&] { return document_.run()->points.size() == samplePointCount(); }));
  EXPECT_EQ(document_.message(), "");
}

TEST_F(Documents, keep_what_was_read_when_the_file_is_deleted) {
  write(fileText(sampleRecords()));
  ASSERT_TRUE(openIt());
  QFile::remove(path());
  EXPECT_TRUE(waitForMessage("deleted or moved"));
  EXPECT_EQ(document_.state(), Document::State::open);
  EXPECT_EQ(document_.run()->points.size(), samplePointCount());
  document_.reload();
  EXPECT_TRUE(waitForMessage("still shown"));
  EXPECT_EQ(document_.run()->points.size(), samplePointCount());
}

TEST_F(Documents, keep_what_was_read_when_the_file_is_replaced_until_it_is_reloaded) {
  write(fileText(sampleRecords()));
  ASSERT_TRUE(openIt());
  write(fileText(samplePoint(sampleSpec("gpt2", "full"), 1'000'000, 1 << 20, 1 << 19)), "other");
  std::filesystem::rename(path("other").toStdString(), path().toStdString());
  EXPECT_TRUE(waitForMessage("replaced"));
  EXPECT_EQ(document_.run()->points.size(), samplePointCount());
  document_.reload();
  EXPECT_TRUE(waitUntil([&] { return document_.run()->points.size() == 1U; }));
}

TEST_F(Documents, take_the_last_file_that_was_opened) {
  write(fileText(sampleRecords()));
  write("", "empty.remat.jsonl");
  document_.open(path());
  document_.open(path("empty.remat.jsonl"));
  ASSERT_TRUE(waitUntil([&] { return document_.state() == Document::State::open; }));
  EXPECT_TRUE(document_.run()->points.empty());
}

TEST_F(Documents, close) {
  write(fileText(sampleRecords()));
  ASSERT_TRUE(openIt());
  document_.close();
  EXPECT_EQ(document_.state(), Document::State::empty);
  EXPECT_TRUE(document_.run()->points.empty());
}

TEST(FileChanges, tell_growth_from_replacement) {
  const FileMark loaded{.device = 1, .number = 2, .size_bytes = 100, .changed_ns = 5};
  FileMark now = loaded;
  EXPECT_EQ(fileChange(loaded, 0, now), FileChange::none);
  now.size_bytes = 150;
  EXPECT_EQ(fileChange(loaded, 0, now), FileChange::grown);
  now.size_bytes = 90;
  EXPECT_EQ(fileChange(loaded, 0, now), FileChange::replaced);
  EXPECT_EQ(fileChange(loaded, 10, now), FileChange::grown) << "a torn line was cut off";
  now.number = 3;
  EXPECT_EQ(fileChange(loaded, 10, now), FileChange::replaced);
  EXPECT_EQ(fileChange(loaded, 0, std::nullopt), FileChange::gone);
}

std::vector<Record> pointWith(Outcome outcome) {
  auto records = samplePoint(sampleSpec("gpt2", "full"), 1'000'000, 1 << 20, 1 << 19);
  auto& finished = std::get<PointFinished>(records.back());
  finished.outcome = outcome;
  finished.reason = "no room";
  return records;
}

TEST(RunMessages, say_what_is_special_about_a_run) {
  const auto message = [](const std::vector<Record>& records) {
    return runMessage(parseRun(fileText(records), "x"), false);
  };
  EXPECT_EQ(message(sampleRecords()), "");
  EXPECT_TRUE(message({}).contains("empty"));
  EXPECT_TRUE(message(pointWith(Outcome::completed)).contains("One point alone"));
  EXPECT_TRUE(message(pointWith(Outcome::out_of_memory)).contains("Every point ran out of memory"));
  EXPECT_TRUE(message(pointWith(Outcome::failed)).contains("No point could be measured"));
}

TEST(RunMessages, do_not_call_a_line_that_is_being_written_damage) {
  const std::string text = fileText(sampleRecords()) + "{\"record\":\"sam";
  EXPECT_EQ(runMessage(parseRun(text, "x"), true), "");
  EXPECT_TRUE(runMessage(parseRun(text, "x"), false).contains("left out"));
}

TEST(RunMessages, count_outcomes_for_the_status_bar) {
  const QString status = runStatus(parseRun(fileText(sampleRecords()), "x"));
  EXPECT_TRUE(status.contains("8 measured, 1 out of memory")) << status.toStdString();
  EXPECT_TRUE(status.contains("Sample CPU"));
}

TEST(RunMessages, tell_points_of_an_ended_session_from_those_that_are_being_measured) {
  auto ended = samplePoint(sampleSpec("gpt2", "full"), 100, 1000, 10);
  auto running = samplePoint(sampleSpec("gpt2", "cheap"), 100, 1000, 10);
  ended.pop_back();
  running.pop_back();
  std::vector<Record> records = {RunStarted{}};
  records.insert(records.end(), ended.begin(), ended.end());
  records.emplace_back(RunStarted{});
  records.insert(records.end(), running.begin(), running.end());
  const auto run = parseRun(fileText(records), "x");
  EXPECT_TRUE(runStatus(run, true).contains("1 being measured, 1 not finished")) << runStatus(run, true).toStdString();
  EXPECT_TRUE(runStatus(run).contains("2 not finished"));
  EXPECT_TRUE(runStatus(run, false, true).contains("1 with no news for over 15 s, 1 not finished"))
      << "whose writer may be in a long step: " << runStatus(run, false, true).toStdString();
}

}  // namespace
}  // namespace remat
