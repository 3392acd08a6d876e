#include "profiler/core/run.h"

#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Run parsed(const std::string& text) { return parseRun(text, "test.remat.jsonl"); }

std::string pointText(const std::string& policy, std::int64_t step_time_ns) {
  return fileText(samplePoint(sampleSpec("gpt2", policy), step_time_ns, 100, 10));
}

/// Without its last line, the point_finished.
std::string withoutEnd(const std::string& text) { return text.substr(0, text.rfind('\n', text.size() - 2) + 1); }

TEST(Run, holds_points_in_order_with_everything_measured) {
  const auto run = parsed(fileText(sampleRecords()));
  ASSERT_EQ(run.points.size(), 9U);
  EXPECT_TRUE(run.damage.none()) << run.damage.text();
  const PointResult& full = run.points[3];
  EXPECT_EQ(full.spec().policy, "full");
  EXPECT_TRUE(full.completed());
  EXPECT_EQ(full.samples.size(), 8U);
  EXPECT_TRUE(full.memory && full.timeline);
  ASSERT_EQ(full.blocks.size(), 8U);
  EXPECT_EQ(full.blocks[1].name, "layer 0");
  EXPECT_EQ(run.find(full.key()), &full);
  ASSERT_NE(run.workerOf(full), nullptr);
  EXPECT_EQ(run.workerOf(full)->device_name, "Sample CPU <1>");
  EXPECT_EQ(run.events.size(), 1U);
}

TEST(Run, cut_at_any_byte_loads_every_whole_line) {
  std::vector<Record> records = sampleRecords();
  records.resize(40);
  const std::string text = fileText(records);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto run = parsed(text.substr(0, size));
    EXPECT_EQ(run.damage.damaged_lines, 0) << size;
    EXPECT_EQ(run.damage.stray_records, 0) << size;
    const std::size_t whole = size == 0 ? 0 : text.rfind('\n', size - 1) + 1;
    EXPECT_EQ(run.damage.torn_bytes, static_cast<std::int64_t>(size == 0 ? 0 : size - whole)) << size;
  }
}

TEST(Run, knows_the_group_of_a_point_as_grouping_all_of_them_does) {
  const auto run = parsed(fileText(sampleRecords()));
  for (const PointGroup& group : groupPoints(run)) {
    for (const std::size_t point : group.points) {
      EXPECT_EQ(groupOf(run, point).points, group.points);
      EXPECT_EQ(groupOf(run, point).baseline, group.baseline);
    }
  }
}

TEST(Run, keeps_the_place_of_events_and_counts_attempts) {
  const auto point = samplePoint(sampleSpec("gpt2", "full"), 100, 1000, 10);
  std::vector<Record> records = {Event{"info", "before"}, RunStarted{.program_version = "1", .created = "c"}, Hello{}};
  records.insert(records.end(), point.begin(), point.end() - 1);
  records.emplace_back(Event{"warning", "lost"});
  records.emplace_back(Hello{});
  records.insert(records.end(), point.begin(), point.end());
  records.emplace_back(Event{"info", "after"});
  const auto run = parsed(fileText(records));
  const std::string key = run.points.at(0).key();
  EXPECT_EQ(run.points[0].attempts, 2);
  ASSERT_EQ(run.event_places.size(), 3U);
  EXPECT_EQ(run.event_places[0], EventPlace{});
  EXPECT_EQ(run.event_places[1], (EventPlace{.session = 0, .worker = 0, .point = key, .point_finished = false}));
  EXPECT_EQ(run.event_places[2], (EventPlace{.session = 0, .worker = 1, .point = key, .point_finished = true}));
}

TEST(Run, places_an_event_at_the_point_that_the_record_before_it_was_about) {
  const auto first = samplePoint(sampleSpec("gpt2", "full"), 100, 1000, 10);
  const auto second = samplePoint(sampleSpec("gpt2", "cheap"), 100, 1000, 10);
  const auto run =
      parsed(fileText({RunStarted{}, Hello{}, first[0], second[0], first[1], Event{"warning", "of the first"},
                       first.back(), Event{"warning", "of the first, after its end"}}));
  const std::string key = run.points.at(0).key();
  ASSERT_EQ(run.event_places.size(), 2U);
  EXPECT_EQ(run.event_places[0], (EventPlace{.session = 0, .worker = 0, .point = key, .point_finished = false}));
  EXPECT_EQ(run.event_places[1], (EventPlace{.session = 0, .worker = 0, .point = key, .point_finished = true}));
}

TEST(Run, of_two_files_in_one_has_the_points_of_both) {
  const std::string start = fileText({RunStarted{.program_version = "1", .created = "c"}, Hello{}});
  const auto run = parsed(start + pointText("store_all", 100) + start + pointText("full", 130));
  ASSERT_EQ(run.points.size(), 2U);
  EXPECT_EQ(run.sessions.size(), 2U);
  EXPECT_EQ(run.points[0].session, 0);
  EXPECT_EQ(run.points[1].session, 1);
}

TEST(Run, counts_the_latest_finished_attempt_at_a_point) {
  const auto run = parsed(pointText("full", 100) + pointText("store_all", 90) + pointText("full", 120));
  ASSERT_EQ(run.points.size(), 2U);
  EXPECT_EQ(run.points[0].finished->step_time_ns, 120);
  EXPECT_EQ(run.points[0].samples.size(), 8U) << "samples of two attempts are mixed";
}

TEST(Run, drops_an_unfinished_attempt_before_or_after_a_finished_one) {
  const std::string finished = pointText("full", 100);
  const std::string unfinished = withoutEnd(pointText("full", 120));
  for (const std::string& text : {unfinished + finished, finished + unfinished}) {
    const auto run = parsed(text);
    ASSERT_EQ(run.points.size(), 1U);
    ASSERT_TRUE(run.points[0].finished);
    EXPECT_EQ(run.points[0].finished->step_time_ns, 100);
    EXPECT_EQ(run.points[0].samples.size(), 8U);
  }
}

TEST(Run, lists_an_unfinished_point_and_says_so) {
  const auto run = parsed(withoutEnd(pointText("full", 120)));
  ASSERT_EQ(run.points.size(), 1U);
  EXPECT_FALSE(run.points[0].finished);
  EXPECT_THAT(outcomeText(run.points[0]), HasSubstr("the sweep ended"));
  EXPECT_THAT(finishedKeys(run), IsEmpty());
}

TEST(Run, puts_interleaved_records_of_points_where_they_belong) {
  const auto a = samplePoint(sampleSpec("gpt2", "full"), 100, 10, 1);
  const auto b = samplePoint(sampleSpec("gpt2", "store_all"), 200, 20, 2);
  std::vector<Record> mixed;
  for (std::size_t i = 0; i < a.size(); ++i) {
    mixed.push_back(a[i]);
    mixed.push_back(b[i]);
  }
  const auto run = parsed(fileText(mixed));
  ASSERT_EQ(run.points.size(), 2U);
  EXPECT_EQ(run.points[0].finished->step_time_ns, 100);
  EXPECT_EQ(run.points[1].samples.size(), 8U);
}

TEST(Run, counts_damaged_unknown_and_stray_lines_and_keeps_the_rest) {
  const std::string stray = toJsonLine(Record(Sample{.point = "nobody"})) + "\n";
  const auto run = parsed(pointText("full", 100) + "no json\n\n{\"record\":\"kernel\"}\n" + stray + "{\"record\":\"ev");
  EXPECT_EQ(run.points.size(), 1U);
  EXPECT_EQ(run.damage.damaged_lines, 1);
  ASSERT_EQ(run.damage.lines.size(), 1U);
  EXPECT_EQ(run.damage.lines[0].line, 11);
  EXPECT_EQ(run.damage.unknown_records, 1);
  EXPECT_EQ(run.damage.stray_records, 1);
  EXPECT_EQ(run.damage.torn_bytes, 13);
  EXPECT_THAT(run.damage.text(), HasSubstr("1 line could not be read (line 11: must be JSON"));
}

TEST(Run, appended_to_a_torn_line_loses_only_that_line) {
  const std::string torn = withoutEnd(pointText("full", 100)) + "{\"record\":\"point_fini";
  const auto run =
      parsed(torn + fileText({RunStarted{.program_version = "1", .created = "c"}}) + pointText("full", 120));
  EXPECT_EQ(run.damage.damaged_lines, 1);
  ASSERT_EQ(run.sessions.size(), 2U);
  EXPECT_TRUE(run.sessions[1].started);
}

TEST(Run, refuses_what_is_no_run_file) {
  EXPECT_THROW(parsed("hello world\n"), Error);
  EXPECT_THROW(parsed("hello world"), Error);
  EXPECT_THROW(parsed(std::string(1000, '\0')), Error);
  EXPECT_THROW(static_cast<void>(loadRun("/no/such/file")), Error);
  EXPECT_THROW(static_cast<void>(loadRun("/tmp")), Error);
  EXPECT_TRUE(parsed("").points.empty());
}

TEST(Run, refuses_another_major_version_and_names_the_line) {
  try {
    parsed(pointText("full", 100) + "{\"record\":\"run_started\",\"format_major\":9}\n");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "test.remat.jsonl line 11: must be of format version 1, got version 9; open it with the version of "
                 "rematscope that wrote it");
  }
}

TEST(Run, accepts_windows_line_ends_and_a_byte_order_mark) {
  std::string text = "\xEF\xBB\xBF" + pointText("full", 100);
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.replace(at, 1, "\r\n");
  const auto run = parsed(text);
  EXPECT_EQ(run.points.size(), 1U);
  EXPECT_TRUE(run.damage.none());
}

TEST(FinishedKeys, include_points_without_success_unless_these_are_to_be_tried_again) {
  auto records = samplePoint(sampleSpec("gpt2", "full"), 1, 1, 1);
  records.back() =
      PointFinished{.point = pointKey(sampleSpec("gpt2", "full")), .outcome = Outcome::failed, .reason = "x"};
  const auto run = parsed(fileText(records));
  EXPECT_EQ(finishedKeys(run).size(), 1U);
  EXPECT_THAT(finishedKeys(run, true), IsEmpty());
}

TEST(Groups, hold_points_that_differ_in_policy_only) {
  const auto run = parsed(fileText(sampleRecords()));
  const auto groups = groupPoints(run);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_THAT(groups[0].points, ::testing::ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(groups[0].baseline, 0U);
  EXPECT_EQ(groups[2].baseline, std::nullopt) << "a store_all that ran out of memory is nothing to compare with";
}

}  // namespace
}  // namespace remat
