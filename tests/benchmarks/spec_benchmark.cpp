// Goal: `rematscope inspect` of a model with 1,000 layers takes under 100 ms, all policies included. Here without
// starting the program; inspectThousandLayers is the whole of what it computes. The other rows grow with the number of
// layers: times must grow no faster.

#include <numeric>
#include <string>

#include <benchmark/benchmark.h>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/schedule.h"

namespace remat {
namespace {

ModelConfig config() { return loadModelConfig(REMAT_SOURCE_DIR "/tests/data/configs/llama-3.2-1b.json"); }

TrainingSpec layersSpec(std::int64_t layers) {
  TrainingSpec spec;
  spec.num_hidden_layers = layers;
  spec.precision = Precision::bf16_mixed;  // the graph with most ops
  return spec;
}

std::int64_t retained(const std::string& policy, const ModelGraph& graph, const TrainingSpec& spec) {
  const Schedule schedule = makeSchedule(graph, makePolicy(policy, graph), spec);
  const auto bytes = retainedBytes(graph, schedule, spec.sizes());
  return std::accumulate(bytes.begin(), bytes.end(), std::int64_t{0});
}

/// Every named policy; those with a number with 2.
std::vector<std::string> policies() {
  std::vector<std::string> names;
  for (const PolicyDescription& known : policyDescriptions())
    if (known.argument.empty() || known.argument == "N")
      names.push_back(std::string(known.name) + (known.argument.empty() ? "" : ":2"));
  return names;
}

void inspectThousandLayers(benchmark::State& state) {
  for (auto _ : state) {
    const TrainingSpec spec = layersSpec(1000);
    const ModelGraph graph = buildModelGraph(config(), spec);
    for (const std::string& policy : policies()) benchmark::DoNotOptimize(retained(policy, graph, spec));
  }
}

void buildGraph(benchmark::State& state) {
  const ModelConfig model = config();
  const TrainingSpec spec = layersSpec(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(buildModelGraph(model, spec).blocks.size());
  state.SetComplexityN(state.range(0));
}

void retainedBytesOf(benchmark::State& state, const std::string& policy) {
  const TrainingSpec spec = layersSpec(state.range(0));
  const ModelGraph graph = buildModelGraph(config(), spec);
  for (auto _ : state) benchmark::DoNotOptimize(retained(policy, graph, spec));
  state.SetComplexityN(state.range(0));
}

/// All actions of a step.
void listActions(benchmark::State& state, const std::string& policy) {
  const TrainingSpec spec = layersSpec(state.range(0));
  const ModelGraph graph = buildModelGraph(config(), spec);
  const Schedule schedule = makeSchedule(graph, makePolicy(policy, graph), spec);
  for (auto _ : state) benchmark::DoNotOptimize(actionsOf(schedule).size());
  state.SetComplexityN(state.range(0));
}

void layerCounts(benchmark::internal::Benchmark* b) {
  b->ArgName("layers")->RangeMultiplier(4)->Range(16, 1024)->Complexity()->Unit(benchmark::kMicrosecond);
}

BENCHMARK(inspectThousandLayers)->Unit(benchmark::kMillisecond);
BENCHMARK(buildGraph)->Apply(layerCounts);
BENCHMARK_CAPTURE(retainedBytesOf, full, "full")->Apply(layerCounts);
BENCHMARK_CAPTURE(retainedBytesOf, cheap, "cheap")->Apply(layerCounts);
BENCHMARK_CAPTURE(retainedBytesOf, one_segment, "segment:4096")->Apply(layerCounts);
BENCHMARK_CAPTURE(listActions, full, "full")->Apply(layerCounts);
BENCHMARK_CAPTURE(listActions, one_segment, "segment:4096")->Apply(layerCounts);

}  // namespace
}  // namespace remat
