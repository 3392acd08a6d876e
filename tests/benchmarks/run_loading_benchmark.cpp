// Goal: a run file of 100 MB loads in under a second. Two kinds of file: mostly timelines, and mostly small records.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <benchmark/benchmark.h>

#include "profiler/core/run.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

constexpr std::size_t kFileBytes = 100'000'000;

/// As many events as one step of a model with 100 layers has.
AllocationTimeline longTimeline(const std::string& key) {
  constexpr std::int32_t events = 20'000;
  AllocationTimeline timeline{.point = key, .block_names = {"layer"}, .op_names = {"op"}};
  for (std::int32_t i = 0; i < events; ++i) {
    timeline.time_ns.push_back(std::int64_t{i} * 12'345);
    timeline.bytes.push_back((i % 2 == 0 ? 1 : -1) * std::int64_t{(i / 2 % 1000 + 1)} * 65'536);
    timeline.allocation.push_back(i / 2);
    timeline.phase.push_back(static_cast<std::int8_t>(1 + i * 2 / events * 2));
    timeline.block.push_back(0);
    timeline.op.push_back(i % 7 == 0 ? -1 : 0);
    timeline.category.push_back(6);
  }
  return timeline;
}

std::string largeText(bool timelines) {
  std::string text;
  for (std::int64_t seed = 0; text.size() < kFileBytes; ++seed) {
    PointSpec spec = sampleSpec("gpt2", "full");
    spec.training.seed = static_cast<std::uint64_t>(seed);
    auto records = samplePoint(spec, 1'000'000, 1 << 30, 1 << 20, timelines ? 8 : 60);
    if (timelines) records.insert(records.end() - 1, longTimeline(pointKey(spec)));
    text += fileText(records);
  }
  return text;
}

void loadLargeRun(benchmark::State& state) {
  const auto path = std::filesystem::temp_directory_path() / ("run_loading_" + std::to_string(getpid()));
  const std::string text = largeText(state.range(0) != 0);
  std::ofstream(path, std::ios::binary) << text;
  for (auto _ : state) benchmark::DoNotOptimize(loadRun(path).points.size());
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
  std::filesystem::remove(path);
}

BENCHMARK(loadLargeRun)->ArgName("timelines")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace remat
