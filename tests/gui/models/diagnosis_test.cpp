#include "gui/models/diagnosis.h"

#include <gmock/gmock.h>

#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::HasSubstr;

/// "what policy text" of each row.
std::string told(const std::vector<DiagnosisRow>& rows) {
  std::string text;
  for (const DiagnosisRow& row : rows) text += (row.what + '|' + row.policy + '|' + row.text + '\n').toStdString();
  return text;
}

/// A point that was started twice, since its first worker was lost.
std::string lostWorker() {
  const PointSpec spec = sampleSpec("gpt2", "full");
  const auto point = samplePoint(spec, 100, 1000, 10);
  std::vector<Record> records = {RunStarted{.program_version = "0.1.0", .created = "today", .command_line = "sweep"},
                                 Hello{.worker_version = "0.1.0", .process_id = 1, .device_name = "CPU"}};
  records.insert(records.end(), point.begin(), point.end() - 3);
  records.emplace_back(Event{"warning", "A new worker goes on: the worker died of SIGSEGV"});
  records.emplace_back(Hello{.worker_version = "0.1.0", .process_id = 2, .device_name = "CPU"});
  records.insert(records.end(), point.begin(), point.end());
  records.emplace_back(Event{"info", "done"});
  return fileText(records);
}

TEST(Diagnosis, of_a_run_has_sessions_workers_outcomes_and_events_in_order) {
  const auto run = parseRun(fileText(sampleRecords()), "sample");
  const std::string text = told(diagnosis(run));
  EXPECT_THAT(text, HasSubstr("session||rematscope 0.1.0, 2026-03-01T10:00:00Z: rematscope sweep"));
  EXPECT_THAT(text, HasSubstr("worker||no CUPTI: kernel times are not measured"));
  EXPECT_THAT(text, HasSubstr("completed|cheap|step 406.0 ms, peak 660.0 MiB, gradients bit equal"));
  EXPECT_THAT(text, HasSubstr("out of memory|store_all|Forward of layer 7 asked for 96.0 MiB"));
  EXPECT_LT(text.find("out of memory|store_all"), text.find("event||the worker was replaced"));
}

TEST(Diagnosis, places_a_lost_worker_before_the_attempt_that_counts) {
  const auto run = parseRun(lostWorker(), "lost");
  const auto rows = diagnosis(run);
  const std::string text = told(rows);
  const auto lost = text.find("died of SIGSEGV");
  ASSERT_NE(lost, std::string::npos);
  EXPECT_LT(lost, text.find("process 2"));
  EXPECT_LT(text.find("process 1"), lost);
  EXPECT_THAT(text, HasSubstr("attempt|full|This was attempt 2"));
  EXPECT_LT(text.find("completed|full"), text.find("event||done"));
}

TEST(Diagnosis, places_an_event_at_the_point_that_it_is_about_though_another_was_started_later) {
  const auto first = samplePoint(sampleSpec("gpt2", "store_all"), 100, 1000, 10);
  const auto second = samplePoint(sampleSpec("gpt2", "full"), 100, 1000, 10);
  auto failed = std::get<PointFinished>(first.back());
  failed.outcome = Outcome::failed;
  failed.reason = "the worker died of SIGSEGV";
  // As in a sweep: all policies are started, then timed in turn.
  std::vector<Record> records = {RunStarted{}, Hello{.worker_version = "0.1.0", .process_id = 1}, first[0], second[0]};
  records.emplace_back(failed);
  records.emplace_back(Event{"warning", "A new worker goes on: the worker died of SIGSEGV"});
  records.emplace_back(second.back());
  const std::string text = told(diagnosis(parseRun(fileText(records), "interleaved")));
  EXPECT_LT(text.find("failed|store_all"), text.find("event||A new worker goes on"));
  EXPECT_LT(text.find("event||A new worker goes on"), text.find("completed|full"));
}

TEST(Diagnosis, of_a_point_that_was_started_again_says_what_became_of_the_worker_before) {
  const auto run = parseRun(lostWorker(), "lost");
  const std::string text = told(diagnosis(run, QString::fromStdString(run.points[0].key())));
  const auto lost = text.find("event||A new worker goes on: the worker died of SIGSEGV");
  ASSERT_NE(lost, std::string::npos) << text;
  EXPECT_LT(lost, text.find("attempt|full|This was attempt 2"));
}

TEST(Diagnosis, of_a_point_that_is_being_measured_is_no_error) {
  auto records = samplePoint(sampleSpec("gpt2", "full"), 100, 1000, 10);
  records.pop_back();
  const auto run = parseRun(fileText(records), "growing");
  EXPECT_EQ(diagnosis(run, {}, Writing::going_on).back().severity, Severity::info);
  EXPECT_THAT(told(diagnosis(run, {}, Writing::going_on)), HasSubstr("measuring|full|Has no outcome yet"));
  EXPECT_EQ(diagnosis(run).back().severity, Severity::error);
  EXPECT_THAT(told(diagnosis(run)), HasSubstr("unfinished|full|Not finished"));
}

TEST(Diagnosis, of_a_point_that_was_stopped_says_so_where_it_is_known) {
  auto records = samplePoint(sampleSpec("gpt2", "full"), 100, 1000, 10);
  records.pop_back();
  const auto rows = diagnosis(parseRun(fileText(records), "stopped"), {}, Writing::ended);
  EXPECT_EQ(rows.back().severity, Severity::warning);
  EXPECT_THAT(told(rows), HasSubstr("unfinished|full|Not finished: the measurement was stopped"));
}

TEST(Diagnosis, names_of_a_setup_what_not_all_points_share) {
  std::vector<Record> records;
  for (const std::int64_t batch : {1, 2}) {
    PointSpec spec = sampleSpec("gpt2", "full");
    spec.training.batch_size = batch;
    const auto point = samplePoint(spec, 100, 1000, 10);
    records.insert(records.end(), point.begin(), point.end());
  }
  const auto rows = diagnosis(parseRun(fileText(records), "two"));
  EXPECT_TRUE(rows.front().setup.startsWith("batch 1 x ")) << rows.front().setup.toStdString();
  EXPECT_TRUE(rows.back().setup.startsWith("batch 2 x ")) << rows.back().setup.toStdString();
  EXPECT_FALSE(rows.back().setup.contains("gpt2")) << "all have that";
  EXPECT_EQ(diagnosis(parseRun(fileText(samplePoint(sampleSpec("gpt2", "full"), 100, 1000, 10)), "one")).back().setup,
            "");
}

TEST(Diagnosis, of_a_point_has_everything_recorded_about_it) {
  const auto run = parseRun(fileText(sampleRecords()), "sample");
  const std::string text = told(diagnosis(run, QString::fromStdString(run.points[1].key())));
  for (const char* part : {"started|cheap|smollm2-135m, 6 layers", "memory|cheap|Peak 660.0 MiB in backward",
                           "timeline|cheap|3 allocations", "warm-up|cheap|1: step", "sample|cheap|2: step",
                           "blocks|cheap|times and bytes of 8 blocks", "completed|cheap|"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_EQ(text.find("|full|"), std::string::npos);
}

TEST(Diagnosis, of_an_unknown_key_is_that_of_the_run) {
  const auto run = parseRun(fileText(sampleRecords()), "sample");
  EXPECT_EQ(diagnosis(run, "nothing"), diagnosis(run));
}

TEST(Diagnosis, names_damaged_lines) {
  const auto run = parseRun(fileText(sampleRecords()) + "{broken\n", "sample");
  const auto rows = diagnosis(run);
  EXPECT_EQ(rows[rows.size() - 2].severity, Severity::error);
  EXPECT_THAT(told(rows), HasSubstr("damage||Line "));
}

TEST(Diagnosis, of_failures_is_an_error_with_its_reason) {
  auto records = samplePoint(sampleSpec("gpt2", "full"), 100, 1000, 10);
  records.back() = PointFinished{.point = std::get<PointFinished>(records.back()).point,
                                 .outcome = Outcome::failed,
                                 .reason = "The worker fell silent for 300 s."};
  const auto rows = diagnosis(parseRun(fileText(records), "failed"));
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.back().severity, Severity::error);
  EXPECT_THAT(told(rows), HasSubstr("failed|full|The worker fell silent"));
}

}  // namespace
}  // namespace remat
