#include "profiler/report/chrome_trace.h"

#include <map>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/support/sample_run.h"
#include "tests/support/traced_steps.h"

namespace remat {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

std::string traceText(const std::vector<const PointResult*>& points) {
  std::string text;
  writeChromeTrace(points, [&](std::string_view piece) { text += piece; });
  return text;
}

std::string traceText(const PointResult& point) { return traceText(std::vector{&point}); }

/// Events of one kind ("X" slices, "C" counters, "M" names) on one thread; thread -1: any.
std::vector<json> eventsOf(const json& trace, const std::string& kind, int thread = -1) {
  std::vector<json> events;
  for (const json& event : trace["traceEvents"])
    if (event["ph"] == kind && (thread < 0 || event.value("tid", -1) == thread)) events.push_back(event);
  return events;
}

PointResult gpuPoint() { return parseRun(fileText(sampleGpuRecords()), "gpu").points.at(1); }

PointResult cpuPoint() { return parseRun(fileText(sampleRecords()), "cpu").points.at(0); }

TEST(ChromeTrace, has_kernels_by_stream_with_their_place_in_the_model) {
  const json trace = json::parse(traceText(gpuPoint()));
  const auto kernels = eventsOf(trace, "X", 10);
  ASSERT_EQ(kernels.size(), 12U);
  EXPECT_EQ(kernels[1]["name"], "gemm<\"q\">");
  EXPECT_EQ(kernels[2]["name"], "gemm_d\xc3\xa9j\xc3\xa0");
  EXPECT_EQ(kernels[1]["ts"], 100.0);
  EXPECT_EQ(kernels[1]["dur"], 60.0);
  EXPECT_EQ(kernels[1]["args"], json::parse(R"({"phase":"forward","block":"layer 0","op":"q_proj"})"));
  EXPECT_EQ(kernels.back()["args"], json::parse(R"({"phase":"unattributed"})"));
  const auto copies = eventsOf(trace, "X", 11);
  ASSERT_EQ(copies.size(), 2U);
  EXPECT_EQ(copies[0]["name"], "copy_to_host");
  EXPECT_EQ(copies[0]["args"]["bytes"], 1 << 20);
}

TEST(ChromeTrace, names_processes_and_threads) {
  std::map<std::string, std::vector<std::string>> names;
  const json trace = json::parse(traceText(gpuPoint()));
  for (const json& event : eventsOf(trace, "M"))
    if (event["args"].contains("name")) names[event["name"]].push_back(event["args"]["name"]);
  EXPECT_THAT(names["process_name"], ElementsAre(HasSubstr("full, gpt2, 12 layers")));
  EXPECT_THAT(names["thread_name"], ElementsAre("stream 7", "stream 8", "host phase", "host block"));
}

TEST(ChromeTrace, has_slices_of_the_phases_and_blocks_of_the_host) {
  const json trace = json::parse(traceText(gpuPoint()));
  std::vector<std::string> phases;
  for (const json& slice : eventsOf(trace, "X", 1)) phases.push_back(slice["name"]);
  EXPECT_THAT(phases,
              ElementsAre("forward", "backward", "recompute", "backward", "recompute", "backward", "optimizer"));
  const auto blocks = eventsOf(trace, "X", 2);
  EXPECT_EQ(blocks.front()["name"], "embedding");
  EXPECT_EQ(blocks.front()["args"]["phase"], "forward");
}

TEST(ChromeTrace, counts_live_bytes_by_category) {
  const json trace = json::parse(traceText(cpuPoint()));
  const auto counters = eventsOf(trace, "C");
  ASSERT_EQ(counters.size(), 4U);
  EXPECT_EQ(counters[1]["args"]["activations"], 4096);
  EXPECT_EQ(counters[2]["args"]["temporaries"].get<int>() - counters[3]["args"]["temporaries"].get<int>(), 8192);
  EXPECT_EQ(counters[3]["args"]["total"].get<int>() - counters[0]["args"]["total"].get<int>(), 4096);
  EXPECT_EQ(counters[3]["ts"], 0.035);
}

TEST(ChromeTrace, carries_the_split_of_the_peak_back_to_the_beginning) {
  PointResult point = cpuPoint();
  point.timeline->start_bytes = 1000;
  point.timeline->bytes = {200, 300, -300};
  point.memory->peak_split = {{Category::parameters, 1000}, {Category::activations, 200}, {Category::temporaries, 300}};
  const json trace = json::parse(traceText(point));
  const json start = eventsOf(trace, "C").front()["args"];
  EXPECT_EQ(start["parameters"], 1000);
  EXPECT_EQ(start["activations"], 0);
  EXPECT_EQ(start["total"], 1000);
  EXPECT_FALSE(start.contains("other"));
}

TEST(ChromeTrace, says_other_where_the_category_is_not_known) {
  PointResult point = cpuPoint();
  point.memory.reset();
  point.timeline->start_bytes = 1000;
  point.timeline->bytes = {200, -700, 10};
  point.timeline->category = {4, 1, 4};  // 700 bytes of gradients from before the step are released
  const json start = eventsOf(json::parse(traceText(point)), "C").front()["args"];
  EXPECT_EQ(start["gradients"], 700);
  EXPECT_EQ(start["other"], 300);
}

TEST(ChromeTrace, has_a_process_for_each_step_of_each_point) {
  PointResult both = gpuPoint();
  both.timeline = cpuPoint().timeline;
  const PointResult other = cpuPoint();
  const json trace = json::parse(traceText({&both, &other}));
  std::map<int, int> events;
  for (const json& event : trace["traceEvents"]) ++events[event["pid"]];
  EXPECT_EQ(events.size(), 3U);
  EXPECT_TRUE(hasTimeline(both));
  PointResult without = other;
  without.timeline.reset();
  EXPECT_FALSE(hasTimeline(without));
}

TEST(ChromeTrace, without_any_event_is_a_trace_all_the_same) {
  EXPECT_TRUE(json::parse(traceText(std::vector<const PointResult*>{}))["traceEvents"].empty());
  PointResult point = gpuPoint();
  point.kernels = KernelTimeline{.point = point.key()};
  point.timeline = AllocationTimeline{.point = point.key()};
  EXPECT_TRUE(json::parse(traceText(point)).contains("traceEvents"));
}

TEST(ChromeTrace, replaces_what_is_not_utf_8) {
  PointResult point = gpuPoint();
  point.kernels->names[0] = "broken \xff";
  EXPECT_EQ(eventsOf(json::parse(traceText(point)), "X", 10)[0]["name"], "broken \xef\xbf\xbd");
}

TEST(ChromeTrace, hands_a_million_kernels_over_in_pieces) {
  constexpr std::int64_t kernels = 1'000'000;
  PointResult point = gpuPoint();
  KernelTimeline& timeline = *point.kernels;
  timeline = {.point = point.key(), .names = {"gemm"}, .block_names = {"layer 0"}, .op_names = {"q_proj"}};
  for (std::int64_t i = 0; i < kernels; ++i) timeline.time_ns.push_back(1'000 * i);
  timeline.duration_ns.assign(kernels, 900);
  timeline.stream.assign(kernels, 7);
  timeline.kind.assign(kernels, 0);
  timeline.phase.assign(kernels, 1);
  timeline.name.assign(kernels, 0);
  timeline.block.assign(kernels, 0);
  timeline.op.assign(kernels, 0);
  timeline.bytes.assign(kernels, 0);
  std::size_t largest = 0;
  std::int64_t lines = 0;
  writeChromeTrace({&point}, [&](std::string_view piece) {
    largest = std::max(largest, piece.size());
    lines += std::count(piece.begin(), piece.end(), '\n');
  });
  EXPECT_GE(lines, kernels);
  EXPECT_LT(largest, std::size_t{2} << 20);
}

}  // namespace
}  // namespace remat
