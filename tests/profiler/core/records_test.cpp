#include "profiler/core/records.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "profiler/core/requests.h"
#include "tests/support/sample_run.h"
#include "tests/support/traced_steps.h"

namespace remat {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string complaintAbout(const std::string& line) {
  try {
    static_cast<void>(parseRecord(line, "run.jsonl:3"));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::bad_input);
    return error.what();
  }
  return "";
}

TEST(Records, of_every_kind_come_back_as_they_were_written) {
  std::set<std::size_t> kinds;
  std::vector<Record> records = sampleRecords();
  for (const Record& record : sampleGpuRecords()) records.push_back(record);
  for (const Record& record : records) {
    EXPECT_EQ(parseRecord(toJsonLine(record), "test"), record) << toJsonLine(record);
    kinds.insert(record.index());
  }
  EXPECT_EQ(kinds.size(), std::variant_size_v<Record>) << "the sample runs lack a kind of record";
}

TEST(Records, are_one_line_that_begins_with_its_kind) {
  const Event event{.severity = "info", .message = "two\nlines, \"quotes\", \xc3\xa9 and \xff"};
  const std::string line = toJsonLine(Record(event));
  EXPECT_EQ(line,
            "{\"record\":\"event\",\"severity\":\"info\",\"message\":\"two\\nlines, \\\"quotes\\\", "
            "\xc3\xa9 and \xef\xbf\xbd\"}");
}

TEST(Records, leave_out_what_was_not_measured) {
  const std::string line = toJsonLine(Record(PointFinished{.point = "k", .outcome = Outcome::failed, .reason = "x"}));
  EXPECT_THAT(line, ::testing::Not(HasSubstr("step_time_ns")));
  const auto back = parseRecord(line, "test");
  ASSERT_TRUE(back);
  EXPECT_FALSE(std::get<PointFinished>(*back).step_time_ns.has_value());
}

TEST(Records, ignore_fields_and_kinds_of_newer_minor_versions) {
  const auto event = parseRecord(R"({"record":"event","severity":"info","message":"m","colour":[1,{"a":2}]})", "test");
  EXPECT_EQ(event, Record(Event{"info", "m"}));
  EXPECT_EQ(parseRecord(R"({"record":"kernel","point":"k"})", "test"), std::nullopt);
}

TEST(Records, of_earlier_minor_versions_lack_what_came_later) {
  const std::string block = R"({"record":"block_result","point":"k","block":1,"name":"layer 0","retained_bytes":1,)"
                            R"("peak_bytes":2})";
  EXPECT_EQ(parseRecord(block, "test"),
            Record(BlockResult{.point = "k", .block = 1, .name = "layer 0", .retained_bytes = 1, .peak_bytes = 2}));
  std::string started = toJsonLine(Record(PointStarted{.point = "k", .spec = sampleSpec("gpt2", "full")}));
  for (const std::string field : {",\"planned_host_bytes\":0", ",\"allocator\":\"default\""}) {
    const std::size_t at = started.find(field);
    ASSERT_NE(at, std::string::npos) << started;
    started.erase(at, field.size());
  }
  EXPECT_EQ(parseRecord(started, "test"), Record(PointStarted{.point = "k", .spec = sampleSpec("gpt2", "full")}));
}

TEST(Records, of_another_major_version_are_refused_with_what_to_do) {
  EXPECT_EQ(complaintAbout(R"({"record":"run_started","format_major":2,"novel":1})"),
            "run.jsonl:3: must be of format version 1, got version 2; use the version of rematscope that wrote it");
}

TEST(Records, that_are_damaged_say_where_and_what_was_expected) {
  EXPECT_THAT(complaintAbout("{\"record\":\"ev"), StartsWith("run.jsonl:3: must be JSON: "));
  EXPECT_EQ(complaintAbout("[1]"), "run.jsonl:3: must be an object with a text \"record\"");
  EXPECT_EQ(complaintAbout(R"({"record":"event","severity":"info"})"), "run.jsonl:3: event /message: is missing");
  EXPECT_EQ(complaintAbout(R"({"record":"event","severity":3,"message":""})"),
            "run.jsonl:3: event /severity: must be a text, got 3");
  EXPECT_EQ(complaintAbout(R"({"record":"memory","point":"k","peak_requested_bytes":-1})"),
            "run.jsonl:3: memory /peak_requested_bytes: must be from 0 to 2^53, got -1");
  EXPECT_EQ(complaintAbout(R"({"record":"point_finished","point":"k","outcome":"great"})"),
            "run.jsonl:3: point_finished /outcome: must be completed, out_of_memory, skipped or failed, got \"great\"");
}

TEST(Records, of_a_timeline_must_have_lists_that_fit_together) {
  AllocationTimeline timeline{.point = "k", .time_ns = {1}, .bytes = {8}, .allocation = {0}, .phase = {1}};
  EXPECT_THAT(complaintAbout(toJsonLine(Record(timeline))), HasSubstr("same length"));
  timeline.block = {2};
  timeline.op = {-1};
  timeline.category = {0};
  EXPECT_THAT(complaintAbout(toJsonLine(Record(timeline))), HasSubstr("/block: must index block_names"));
}

TEST(Records, of_kernels_must_have_lists_that_fit_together) {
  const KernelTimeline good = *attribute(sampleTracedStep("k")).timeline;
  const auto complaintAfter = [&](auto change) {
    KernelTimeline changed = good;
    change(changed);
    return complaintAbout(toJsonLine(Record(changed)));
  };
  EXPECT_EQ(complaintAfter([](KernelTimeline&) {}), "");
  EXPECT_THAT(complaintAfter([](auto& t) { t.stream.pop_back(); }), HasSubstr("same length"));
  EXPECT_THAT(complaintAfter([](auto& t) { t.host_phase.pop_back(); }), HasSubstr("same length"));
  EXPECT_THAT(complaintAfter([](auto& t) { t.name[0] = 99; }), HasSubstr("/name: must index names"));
  EXPECT_THAT(complaintAfter([](auto& t) { t.kind[0] = 6; }), HasSubstr("/kind: must be the number of a kind"));
  EXPECT_THAT(complaintAfter([](auto& t) { t.host_block[0] = -2; }), HasSubstr("/host_block: must index"));
  EXPECT_THAT(complaintAfter([](auto& t) { t.duration_ns[0] = -1; }), HasSubstr("/duration_ns: must be from 0"));
}

TEST(Records, turn_a_loss_that_is_no_number_into_an_absent_one) {
  PointFinished finished{.point = "k"};
  finished.loss = std::numeric_limits<double>::quiet_NaN();
  const auto back = parseRecord(toJsonLine(Record(finished)), "test");
  ASSERT_TRUE(back);
  EXPECT_FALSE(std::get<PointFinished>(*back).loss.has_value());
}

TEST(PointKey, stays_what_it_was_in_earlier_releases) {
  // These change only with the major version of the format: a resumed sweep finds its finished points by them.
  PointSpec spec = sampleSpec("gpt2", "full");
  EXPECT_EQ(pointKey(spec), "a94f662de569ffa7");
  spec.training.dropout = true;
  spec.memory_cap_bytes = 1 << 30;
  EXPECT_EQ(pointKey(spec), "055fcd9af26f9d51");
}

TEST(PointKey, depends_on_everything_but_the_path_of_the_config) {
  const PointSpec spec = sampleSpec("gpt2", "full");
  PointSpec moved = spec;
  moved.config_path = "elsewhere/gpt2.json";
  EXPECT_EQ(pointKey(moved), pointKey(spec));

  std::set<std::string> keys = {pointKey(spec)};
  const auto changed = [&](auto change) {
    PointSpec other = spec;
    change(other);
    EXPECT_TRUE(keys.insert(pointKey(other)).second) << toJsonLine(Record(PointStarted{.spec = other}));
  };
  changed([](PointSpec& s) { s.config_hash = "1"; });
  changed([](PointSpec& s) { s.policy = "cheap"; });
  changed([](PointSpec& s) { s.device = "cuda:0"; });
  changed([](PointSpec& s) { s.memory_cap_bytes = 1; });
  changed([](PointSpec& s) { s.allocator = "expandable_segments:True"; });
  changed([](PointSpec& s) { s.training.batch_size = 7; });
  changed([](PointSpec& s) { s.training.precision = Precision::bfloat16; });
  changed([](PointSpec& s) { s.training.early_stop = false; });
  changed([](PointSpec& s) { s.training.seed = 5; });
  changed([](PointSpec& s) { s.training.offload_window = 2; });
  changed([](PointSpec& s) { s.training.offload_synchronous = true; });
}

TEST(Requests, come_back_as_they_were_written) {
  const MeasureRequest measure{.config_path = "c.json",
                               .points = {sampleSpec("gpt2", "full"), sampleSpec("gpt2", "store_all")},
                               .limits = {.min_samples = 3, .time_limit_ns = 5},
                               .timeline = false};
  EXPECT_EQ(parseRequest(toJsonLine(Request(measure))), Request(measure));
  const StepRequest step{.config_path = "c.json", .point = sampleSpec("gpt2", "full"), .weights_path = "w"};
  EXPECT_EQ(parseRequest(toJsonLine(Request(step))), Request(step));
  const StepResult result{.loss = 1.5, .peak_reserved_bytes = 3, .error = "why", .outcome = Outcome::failed};
  EXPECT_EQ(parseStepResult(toJsonLine(result)), result);
}

TEST(Requests, keep_a_loss_that_is_no_number) {
  const StepResult result{.loss = std::numeric_limits<double>::infinity()};
  EXPECT_TRUE(std::isnan(parseStepResult(toJsonLine(result)).loss));
}

TEST(Requests, that_are_not_understood_say_so) {
  EXPECT_THROW(static_cast<void>(parseRequest("")), Error);
  EXPECT_THROW(static_cast<void>(parseRequest(R"({"record":"event"})")), Error);
  EXPECT_THROW(static_cast<void>(parseRequest(R"({"record":"measure_request","config_path":""})")), Error);
  EXPECT_THROW(static_cast<void>(parseStepResult(R"({"record":"hello"})")), Error);
}

}  // namespace
}  // namespace remat
