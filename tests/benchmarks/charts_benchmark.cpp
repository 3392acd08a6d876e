// Goals, offscreen: the first chart of a run of 100 MB within 1.5 s; panning and zooming 10^5 points at 60 frames a
// second (99th percentile at most 25 ms); hovering that two charts follow within 50 ms; all charts of a run within 2 s.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include <unistd.h>

#include <QApplication>
#include <QKeyEvent>
#include <QTemporaryDir>
#include <benchmark/benchmark.h>

#include "gui/charts/blocks_chart.h"
#include "gui/charts/frontier_chart.h"
#include "gui/charts/render.h"
#include "gui/charts/step_memory_chart.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

constexpr std::size_t kFileBytes = 100'000'000;
constexpr QSize kSize(1100, 380);
constexpr std::int32_t kBlocks = 8;  // as in the sample

void startQt() {
  static int count = 1;
  static char name[] = "charts_benchmarks";
  static char* words[] = {name, nullptr};
  qputenv("QT_QPA_PLATFORM", "offscreen");
  static const auto* application = new QApplication(count, words);  // outlives what else ends with the program
  (void)application;
}

/// Place of an event in a fully checkpointed step: blocks from first to last, then back, each replayed before.
struct StepPlace {
  Phase phase = Phase::forward;
  std::int32_t block = 0;
};
StepPlace placeOf(std::int32_t event, std::int32_t events) {
  const std::int32_t forward = events / 3;
  if (event < forward) return {Phase::forward, event * kBlocks / forward};
  const std::int32_t per_block = (events - forward + kBlocks - 1) / kBlocks;
  const std::int32_t since_block = (event - forward) % per_block;
  return {since_block < per_block / 3 ? Phase::recompute : Phase::backward,
          kBlocks - 1 - (event - forward) / per_block};
}

/// A step with allocations and releases in turn.
AllocationTimeline longTimeline(const std::string& key, std::int32_t events) {
  AllocationTimeline timeline{.point = key, .block_names = {"embedding"}, .op_names = {"op"}};
  for (int layer = 0; layer < kBlocks - 2; ++layer) timeline.block_names.push_back("layer " + std::to_string(layer));
  timeline.block_names.emplace_back("head");
  for (std::int32_t i = 0; i < events; ++i) {
    const StepPlace place = placeOf(i, events);
    timeline.time_ns.push_back(std::int64_t{i} * 1000);
    timeline.bytes.push_back((i % 2 == 0 ? 1 : -1) * std::int64_t{i / 2 % 1000 + 1} * 65'536);
    timeline.allocation.push_back(i / 2);
    timeline.phase.push_back(static_cast<std::int8_t>(place.phase));
    timeline.block.push_back(place.block);
    timeline.op.push_back(0);
    timeline.category.push_back(static_cast<std::int8_t>(i / 2 % 8));
  }
  timeline.start_bytes = std::int64_t{1} << 30;
  return timeline;
}

std::string largeText() {
  std::string text;
  for (std::int64_t seed = 0; text.size() < kFileBytes; ++seed) {
    PointSpec spec = sampleSpec("gpt2", seed % 2 == 0 ? "full" : "store_all");
    spec.training.seed = static_cast<std::uint64_t>(seed / 2);
    auto records = samplePoint(spec, 1'000'000 + seed, (1 << 30) + seed, 1 << 20);
    records.insert(records.end() - 1, longTimeline(pointKey(spec), 20'000));
    text += fileText(records);
  }
  return text;
}

void reportPercentiles(benchmark::State& state, std::vector<double> times_ms) {
  std::sort(times_ms.begin(), times_ms.end());
  const auto at = [&](double part) {
    return times_ms[static_cast<std::size_t>(part * static_cast<double>(times_ms.size() - 1))];
  };
  state.counters["median_ms"] = at(0.5);
  state.counters["p99_ms"] = at(0.99);
}

template <typename Frame>
void measureFrames(benchmark::State& state, const Frame& frame) {
  std::vector<double> times_ms;
  int i = 0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    frame(i++);
    QCoreApplication::processEvents();
    times_ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  reportPercentiles(state, times_ms);
}

void present(Chart& chart) {
  chart.resize(kSize);
  chart.QWidget::show();
  QCoreApplication::processEvents();
}

void firstChartOfLargeRun(benchmark::State& state) {
  startQt();
  const auto path = std::filesystem::temp_directory_path() / ("charts_" + std::to_string(getpid()));
  std::ofstream(path, std::ios::binary) << largeText();
  for (auto _ : state) {
    const Run run = loadRun(path);
    FrontierChart chart;
    chart.show(frontierView(run, groupPoints(run).front(), SpeedUnit::step_time, {}));
    present(chart);
  }
  std::filesystem::remove(path);
}

void panStepMemory(benchmark::State& state) {
  startQt();
  PointResult point = parseRun(fileText(samplePoint(sampleSpec("gpt2", "full"), 1, 1, 1)), "run").points[0];
  point.timeline = longTimeline(point.key(), 100'000);
  StepMemoryChart chart;
  chart.show(stepMemoryView(&point, StepBands::by_kind, {}));
  present(chart);
  measureFrames(state, [&](int i) {
    const qint64 begin = 1'000'000 + i % 40 * 200'000;
    chart.zoomTo(begin, begin + 80'000'000 - i % 7 * 5'000'000);
  });
}

FrontierView largeFrontier() {
  std::mt19937 random(1);
  std::normal_distribution<double> spread(0.0, 1.0);
  FrontierView view;
  const PolicyStyles styles = policyStyles(std::vector<std::string>{"store_all", "full", "cheap", "ffn_block"});
  for (int i = 0; i < 100'000; ++i) {
    const auto style = std::next(styles.begin(), i % 4);
    FrontierMark mark{.key = QString::number(i), .policy = style->first, .state = FrontierMark::State::dominated};
    mark.style = style->second;
    mark.peak_bytes = static_cast<std::int64_t>(1e9 * (4 + spread(random)));
    mark.speed = 1e8 * (6 + spread(random));
    view.marks.push_back(mark);
  }
  return view;
}

void zoomFrontier(benchmark::State& state) {
  startQt();
  FrontierChart chart;
  chart.show(largeFrontier());
  present(chart);
  measureFrames(state, [&](int i) {
    QKeyEvent key(QEvent::KeyPress, i % 2 == 0 ? Qt::Key_Plus : Qt::Key_Minus, Qt::NoModifier);
    QCoreApplication::sendEvent(&chart, &key);
  });
}

void linkedHover(benchmark::State& state) {
  startQt();
  const Run run = parseRun(fileText(sampleRecords()), "run");
  PointResult point = run.points[3];
  point.timeline = longTimeline(point.key(), 100'000);
  StepMemoryChart step;
  step.show(stepMemoryView(&point, StepBands::by_kind, {}));
  BlocksChart blocks;
  blocks.show(blocksView(run, groupPoints(run)[0], QString::fromStdString(run.points[3].key()), {}));
  present(step);
  present(blocks);
  measureFrames(state, [&](int i) {
    blocks.setHoveredBlock(i % kBlocks);
    step.setHoveredBlock(i % kBlocks);
  });
}

void renderAllCharts(benchmark::State& state) {
  startQt();
  const Run run = parseRun(fileText(sampleRecords()), "run");
  const QTemporaryDir folder;
  for (auto _ : state) benchmark::DoNotOptimize(renderCharts(run, {.folder = folder.path(), .scale = 2.0}));
}

BENCHMARK(firstChartOfLargeRun)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(panStepMemory)->Unit(benchmark::kMillisecond)->Iterations(300);
BENCHMARK(zoomFrontier)->Unit(benchmark::kMillisecond)->Iterations(200);
BENCHMARK(linkedHover)->Unit(benchmark::kMillisecond)->Iterations(300);
BENCHMARK(renderAllCharts)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace remat
