// What tables and findings say about the device beside the numbers: its settings, and that something slowed it down.
#include <gmock/gmock.h>

#include "profiler/report/device_text.h"
#include "profiler/report/findings.h"
#include "profiler/report/report.h"
#include "profiler/report/tables.h"
#include "tests/support/sample_run.h"
#include "tests/support/traced_steps.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// The GPU run, with the first `count` samples (one of them the warm-up) of every point throttled.
Run throttledRun(int count) {
  std::vector<Record> records = sampleGpuRecords();
  std::map<std::string, int> seen;
  for (Record& record : records)
    if (auto* sample = std::get_if<Sample>(&record)) sample->throttled = seen[sample->point]++ < count;
  return parseRun(fileText(records), "gpu.remat.jsonl");
}

std::string cautions(const Run& run) {
  std::string text;
  const GroupFindings group = groupFindings(run).at(0);
  for (const Finding& finding : group.findings)
    if (finding.kind == Finding::Kind::caution) text += finding.text + "\n";
  return text;
}

TEST(PointResult, counts_throttled_samples_without_the_warm_up) {
  EXPECT_EQ(throttledRun(0).points.at(0).throttledSamples(), 0);
  EXPECT_EQ(throttledRun(1).points.at(0).throttledSamples(), 0);
  EXPECT_EQ(throttledRun(4).points.at(0).throttledSamples(), 3);
}

TEST(ThrottleFinding, says_how_many_samples_of_which_points_and_why_if_it_is_known) {
  EXPECT_THAT(
      cautions(throttledRun(4)),
      HasSubstr("Taken while something slowed the device down: 3 of 7 samples of `store_all` (power cap) and 3 of "
                "7 samples of `full`."));
  EXPECT_THAT(cautions(throttledRun(1)), Not(HasSubstr("slowed the device down")))
      << "a warm-up is no part of the result";
}

TEST(PointTable, marks_points_that_were_throttled) {
  EXPECT_THAT(runText(throttledRun(4)), HasSubstr("throttled"));
  EXPECT_THAT(htmlReport(throttledRun(4), {}), HasSubstr("throttled"));
  EXPECT_THAT(runText(throttledRun(0)), Not(HasSubstr("throttled")));
}

TEST(PointTable, counts_throttled_samples_only_where_somebody_tells) {
  const ResultTable table = pointTable(throttledRun(0));
  const std::size_t column = table.find("throttled_samples");
  EXPECT_EQ(table.rows.at(0).at(column), Cell(std::int64_t{0}));
  EXPECT_EQ(table.rows.at(1).at(column), Cell()) << "without a device_state nobody was asked";
}

TEST(PointTable, counts_samples_in_which_the_allocator_retried_without_the_warm_up) {
  std::vector<Record> records = sampleGpuRecords();
  const std::string key = std::get<PointStarted>(records.front()).point;
  for (Record& record : records)
    if (auto* sample = std::get_if<Sample>(&record); sample && sample->point == key) sample->allocation_retries = 2;
  const auto run = parseRun(fileText(records), "gpu.remat.jsonl");
  const ResultTable table = pointTable(run);
  EXPECT_EQ(table.rows.at(0).at(table.find("retried_samples")), Cell(std::int64_t{7}));
  EXPECT_EQ(table.rows.at(1).at(table.find("retried_samples")), Cell());
  EXPECT_THAT(runText(run), HasSubstr("retried samples"));
  EXPECT_THAT(runText(throttledRun(0)), Not(HasSubstr("retried samples")));
}

TEST(PointTable, tells_the_kernel_of_attention_and_the_state_of_the_device) {
  std::vector<Record> records = sampleGpuRecords();
  std::get<PointStarted>(records.front()).attention = "flash";
  const ResultTable table = pointTable(parseRun(fileText(records), "gpu.remat.jsonl"));
  EXPECT_EQ(table.rows.at(0).at(table.find("attention")), Cell("flash"));
  EXPECT_EQ(table.rows.at(0).at(table.find("temperature_celsius")), Cell(std::int64_t{61}));
  EXPECT_EQ(table.rows.at(0).at(table.find("power_milliwatts")), Cell(std::int64_t{512'000}));
  EXPECT_EQ(table.rows.at(0).at(table.find("sm_clock_low_hz")), Cell(std::int64_t{1'755'000'000}));
  EXPECT_EQ(table.rows.at(0).at(table.find("sm_clock_high_hz")), Cell(std::int64_t{1'980'000'000}));
  EXPECT_EQ(table.rows.at(1).at(table.find("temperature_celsius")), Cell());
}

TEST(PointTable, shows_what_the_whole_device_uses_beside_the_peak) {
  const std::string key = pointKey(sampleSpec("gpt2", "full"));
  auto records = samplePoint(sampleSpec("gpt2", "full"), 100, 1 << 20, 1 << 19);
  records.insert(records.end() - 1, Memory{.point = key,
                                           .peak_active_bytes = 7,
                                           .allocation_retries = 0,
                                           .device_used_bytes = std::int64_t{3} << 30,
                                           .outside_allocator_bytes = std::int64_t{1} << 29});
  const auto run = parseRun(fileText(records), "gpu.remat.jsonl");
  EXPECT_THAT(runText(run), AllOf(HasSubstr("device used"), HasSubstr("3.00 GiB"), Not(HasSubstr("retries"))));
  const ResultTable table = pointTable(run);
  EXPECT_EQ(table.columns.at(table.find("allocation_retries")).title, "memory pass retries");
  EXPECT_EQ(table.rows.at(0).at(table.find("outside_allocator_bytes")), Cell(std::int64_t{1} << 29));
  EXPECT_EQ(table.rows.at(0).at(table.find("peak_active_bytes")), Cell(std::int64_t{7}));
}

TEST(PointTable, has_the_settings_of_the_allocator_as_a_column) {
  EXPECT_THAT(
      csvText(pointTable(throttledRun(0))),
      AllOf(HasSubstr(",planned_host_bytes,allocator,throttled_samples,retried_samples,"), HasSubstr(",default,0,,")));
}

std::string stateOf(std::vector<DeviceState> states) {
  std::vector<Record> records;
  for (DeviceState& state : states) {
    const PointSpec spec = sampleSpec("gpt2", "every_n:" + std::to_string(records.size() + 1));
    auto point = samplePoint(spec, 100, 1 << 20, 1 << 19);
    state.point = pointKey(spec);
    point.insert(point.end() - 1, state);
    records.insert(records.end(), point.begin(), point.end());
  }
  return deviceStateText(parseRun(fileText(records), "gpu.remat.jsonl"));
}

TEST(DeviceStateText, gives_ranges_over_the_points_in_readable_units) {
  EXPECT_EQ(stateOf({{.sm_clock_hz = 1'980'000'000, .temperature_celsius = 63, .power_milliwatts = 610'499},
                     {.sm_clock_hz = 1'755'000'000, .temperature_celsius = 41, .power_milliwatts = 512'000}}),
            "SM clock 1,755 to 1,980 MHz, 41 to 63 °C, 512 to 610 W when the timing of points ended; nothing slowed it "
            "down then");
  EXPECT_EQ(stateOf({{.temperature_celsius = 88, .throttle_reasons = {"power cap", "heat"}},
                     {.temperature_celsius = 88, .throttle_reasons = {"heat"}}}),
            "88 °C when the timing of points ended; slowed down by: heat and power cap");
}

TEST(DeviceStateText, tells_the_range_of_clocks_under_load_of_runs_that_know_it) {
  EXPECT_EQ(
      stateOf({{.sm_clock_hz = 1'755'000'000, .sm_clock_low_hz = 1'200'000'000, .sm_clock_high_hz = 1'980'000'000},
               {.sm_clock_hz = 1'755'000'000, .sm_clock_low_hz = 1'410'000'000, .sm_clock_high_hz = 1'755'000'000}}),
      "SM clock 1,200 to 1,980 MHz while steps were timed; nothing slowed it down then");
}

TEST(DeviceStateText, tells_states_under_load_and_those_of_an_idle_device_apart) {
  EXPECT_EQ(
      stateOf({{.sm_clock_hz = 1'980'000'000, .sm_clock_low_hz = 1'980'000'000, .sm_clock_high_hz = 1'980'000'000},
               {.sm_clock_hz = 345'000'000, .temperature_celsius = 41, .throttle_reasons = {"heat"}}}),
      "SM clock 1,980 MHz while steps were timed; SM clock 345 MHz, 41 °C when the timing of points ended; slowed "
      "down by: heat");
}

TEST(DeviceStateText, is_empty_where_nobody_told) {
  EXPECT_EQ(stateOf({}), "");
  EXPECT_EQ(stateOf({DeviceState{}}), "") << "a driver without NVML";
}

TEST(Provenance, tells_the_state_of_a_gpu_and_its_notes) {
  EXPECT_THAT(markdownReport(throttledRun(0), {}), HasSubstr("- Device while timed: "));
}

}  // namespace
}  // namespace remat
