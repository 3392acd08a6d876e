// What the engine itself costs, as ratios of interleaved pairs in one process (machines are shared: single times lie).
//
//   engine_benchmark [ROUNDS] [--device cuda:0] [--marks | --regions]
//
// ROUNDS: 15. Prints a table and judges nothing; --marks: part 4 only, --regions: part 5 only, as one JSON object per
// line.
//
// 1. store_all against the same ops in one plain autograd graph, at hidden 512 and 1024;
// 2. full (with early stop) and cheap against store_all at hidden 1024;
// 3. a tiny model: engine time per block under store_all;
// 4. the cost of timing: a step with the marks that the timing pass takes at block borders and its questions to the
//    device against the same without any, on the CPU or on the device that is named.
// 5. what replaying a region, and so a replayed op, costs the host beside its ops: the replays of full against the same
//    ops in a plain forward.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/AutogradState.h>

#include "engine/exec/random_state.h"
#include "engine/exec/saved_tensor_hooks.h"
#include "engine/exec/torch_compat.h"
#include "engine/exec/training_step.h"
#include "engine/spec/build_model_graph.h"
#include "profiler/measure/cpu_allocator.h"
#include "profiler/measure/measured_model.h"
#include "profiler/measure/timed_conditions.h"

namespace {

using namespace remat;

double benchmark_sink = 0.0;  // so that no result is unused

struct Shape {
  std::int64_t hidden, layers, batch, sequence;
};

/// A llama of some width with a small vocabulary, so that the layers are what is timed.
std::string configText(const Shape& shape) {
  return R"({"model_type":"llama","vocab_size":512,"hidden_size":)" + std::to_string(shape.hidden) +
         R"(,"intermediate_size":)" + std::to_string(shape.hidden * 11 / 4) + R"(,"num_hidden_layers":)" +
         std::to_string(shape.layers) + R"(,"num_attention_heads":)" +
         std::to_string(std::max<std::int64_t>(shape.hidden / 64, 1)) + "}";
}

class Bench {
 public:
  explicit Bench(const Shape& shape) {
    config_ = parseModelConfig(configText(shape), "benchmark", "benchmark");
    spec_.batch_size = shape.batch;
    spec_.sequence_length = shape.sequence;
    graph_ = buildModelGraph(config_, spec_);
    state_ = makeModelState(graph_, config_, spec_);
    program_ = makeProgram(graph_, state_);
  }

  std::function<std::int64_t()> plain() {
    return [this] {
      resetGradients(state_, Gradients::fresh);
      const std::int64_t start = steadyNow();
      seedRandom(c10::DeviceType::CPU, 0);
      const double loss = [&] {
        const at::Tensor out = plainForward(program_);
        out.backward();
        return out.item().toDouble();
      }();
      benchmark_sink = loss;
      return steadyNow() - start;
    };
  }

  std::function<std::int64_t()> policy(const std::string& name) {
    auto schedule = std::make_shared<Schedule>(makeSchedule(graph_, makePolicy(name, graph_), spec_));
    auto step = std::make_shared<TrainingStep>(graph_, *schedule, state_);
    return [this, schedule, step] {
      resetGradients(state_, Gradients::fresh);
      const std::int64_t start = steadyNow();
      TrainingStep::Result result = step->runGradients(0);
      const std::int64_t taken = steadyNow() - start;  // all of it: seeding and the reading of the loss too
      last_ = std::move(result.times);
      return taken;
    };
  }

  /// Nanoseconds of these ops (block, op) in one forward without gradients, by block.
  std::vector<double> nsOfOps(const std::set<std::pair<int, int>>& ops) {
    const at::NoGradGuard no_grad;
    std::vector<double> ns(graph_.blockCount(), 0.0);
    std::int64_t last = steadyNow();
    (void)plainForward(program_, [&](int block, int op) {
      const std::int64_t now = steadyNow();
      if (ops.contains({block, op})) ns[block] += static_cast<double>(now - last);
      last = steadyNow();
    });
    return ns;
  }

  [[nodiscard]] const StepTimes& lastTimes() const { return last_; }
  [[nodiscard]] const ModelGraph& graph() const { return graph_; }
  [[nodiscard]] const TrainingSpec& spec() const { return spec_; }

 private:
  ModelConfig config_;
  TrainingSpec spec_;
  ModelGraph graph_;
  ModelState state_;
  Program program_;
  StepTimes last_;
};

/// A config as a file, which is what a measured model is made of; removed again.
struct ConfigFile {
  explicit ConfigFile(const Shape& shape) { std::ofstream(path) << configText(shape); }
  ~ConfigFile() { std::filesystem::remove(path); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  const std::string path =
      (std::filesystem::temp_directory_path() / ("rematscope_benchmark_" + std::to_string(getpid()) + ".json"))
          .string();
};

/// What the timing pass measures with, and the bare loop: one model, one schedule, with and without marks.
class MarksBench {
 public:
  MarksBench(MeasuredDevice& device, const Shape& shape, const std::string& policy)
      : config_(shape),
        spec_(specOf(device, shape)),
        model_(device, config_.path, spec_),
        measured_(model_, pointOf(device, policy)),
        bare_(measured_.graph, measured_.schedule, model_.state, StepMarks::none) {}

  /// As the timing pass has it: the device is asked how it is while it works.
  std::function<std::int64_t()> withMarks() {
    return timed(measured_.step, [this] { StepConditions().askOnceLaunched(model_.device); });
  }
  std::function<std::int64_t()> withoutMarks() { return timed(bare_, {}); }
  [[nodiscard]] std::size_t markCount() const { return measured_.step.markCount(); }

 private:
  /// A GPU has to be the bottleneck, as in a real training: what the host does beside it is free there.
  static TrainingSpec specOf(const MeasuredDevice& device, const Shape& shape) {
    TrainingSpec spec;
    spec.batch_size = shape.batch;
    spec.sequence_length = shape.sequence;
    spec.optimizer = Optimizer::none;
    if (device.backend() == Backend::cuda) spec.precision = Precision::bfloat16;
    return spec;
  }

  PointSpec pointOf(MeasuredDevice& device, const std::string& policy) const {
    PointSpec point;
    point.policy = policy;
    point.device = device.device().str();
    point.training = spec_;
    return point;
  }

  /// Until the loss has been read, which waits for the device: marks on a stream cost their time there.
  std::function<std::int64_t()> timed(TrainingStep& step, std::function<void()> launched) {
    return [this, &step, launched = std::move(launched)] {
      resetGradients(model_.state, Gradients::fresh);
      const std::int64_t start = steadyNow();
      benchmark_sink = step.run(model_.state, model_.optimizer, 0, nullptr, 0.0, launched).loss;
      return steadyNow() - start;
    };
  }

  ConfigFile config_;
  TrainingSpec spec_;
  MeasuredModel model_;
  MeasuredPolicy measured_;
  TrainingStep bare_;
};

struct Quartiles {
  double low, median, high;
};

Quartiles quartilesOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values[values.size() / 4], values[values.size() / 2], values[values.size() * 3 / 4]};
}

struct Paired {
  double ratio, low, high;  // of a / b: median and quartiles
  double difference_ns;     // of a - b: median
  double second_ns;         // of b: median
};

/// a and b in turn, the order changing every round.
Paired runPairs(const std::function<std::int64_t()>& a, const std::function<std::int64_t()>& b, int rounds) {
  for (int i = 0; i < 2; ++i) (void)a(), (void)b();
  std::vector<double> ratios, differences, seconds;
  for (int round = 0; round < rounds; ++round) {
    double ta = 0, tb = 0;
    if (round % 2 == 0)
      ta = static_cast<double>(a()), tb = static_cast<double>(b());
    else
      tb = static_cast<double>(b()), ta = static_cast<double>(a());
    ratios.push_back(ta / tb);
    differences.push_back(ta - tb);
    seconds.push_back(tb);
  }
  const Quartiles ratio = quartilesOf(ratios);
  return {ratio.median, ratio.low, ratio.high, quartilesOf(differences).median, quartilesOf(seconds).median};
}

void print(const std::string& what, const Paired& paired, int rounds) {
  std::printf("%-52s %7.3f  [%.3f, %.3f]  %d pairs\n", what.c_str(), paired.ratio, paired.low, paired.high, rounds);
}

struct Arguments {
  int rounds = 15;
  std::string device = "cpu";
  bool marks_only = false;
  bool regions_only = false;
};

/// Block and op of each.
std::set<std::pair<int, int>> replayedOps(const Bench& bench, const std::string& policy) {
  const Schedule schedule = makeSchedule(bench.graph(), makePolicy(policy, bench.graph()), bench.spec());
  std::set<std::pair<int, int>> replayed;
  for (const Action& action : actionsOf(schedule))
    if (action.phase == Phase::recompute) replayed.emplace(action.block, action.op);
  return replayed;
}

/// On one thread, as tinyModel(). Replay and plain forward of a step in turn, so that both find the machine alike; the
/// quartiles of their difference over a few hundred steps tell how sure it is.
void timeRegions(const Arguments& arguments) {
  at::set_num_threads(1);
  const int steps = arguments.rounds * 20;
  Bench bench({64, 8, 1, 16});
  const auto full = bench.policy("full");
  const auto replayed = replayedOps(bench, "full");
  std::vector<double> of_replays, of_plain_ops, differences;  // differences: a region's, by step
  for (int i = 0; i < steps; ++i) {
    const std::vector<double> plain = bench.nsOfOps(replayed);
    (void)full();
    double difference = 0, regions = 0;
    for (std::size_t block = 0; block < plain.size(); ++block) {
      if (plain[block] == 0.0) continue;
      of_plain_ops.push_back(plain[block]);
      of_replays.push_back(static_cast<double>(bench.lastTimes().blocks[block].recompute_ns));
      difference += of_replays.back() - plain[block];
      ++regions;
    }
    differences.push_back(difference / regions);
  }
  const double replay_ns = quartilesOf(of_replays).median, plain_ns = quartilesOf(of_plain_ops).median;
  const Quartiles region = quartilesOf(differences);
  const std::size_t ops = replayed.size() * steps / of_replays.size();  // of a region
  if (arguments.regions_only)
    std::printf(
        "{\"model\":\"tiny\",\"region_ns\":%.0f,\"region_low_ns\":%.0f,\"region_high_ns\":%.0f,\"replay_ns\":%.0f,\"plain_ns\":%.0f,\"ops\":%zu,\"regions\":%d,\"steps\":%d}\n",
        region.median, region.low, region.high, replay_ns, plain_ns, ops, static_cast<int>(of_replays.size()) / steps,
        steps);
  else
    std::printf("%-52s %7.2f us a region [%.2f, %.2f], %.2f us a replayed op (%zu of them), %d steps\n",
                "tiny model, replay - plain forward of its ops", region.median / 1e3, region.low / 1e3,
                region.high / 1e3, region.median / 1e3 / static_cast<double>(ops), ops, steps);
}

/// On one thread: what is asked for is the engine's own time, and the start of a parallel region costs more than that.
void tinyModel(int rounds) {
  at::set_num_threads(1);
  Bench bench({64, 8, 1, 16});
  const int pairs = rounds * 40;
  const int blocks = bench.graph().blockCount();
  const Paired store = runPairs(bench.policy("store_all"), bench.plain(), pairs);
  std::printf("%-52s %7.2f us a block (%d of them), %d pairs\n", "tiny model, store_all - plain graph",
              store.difference_ns / 1e3 / blocks, blocks, pairs);
}

Arguments argumentsOf(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--marks")
      arguments.marks_only = true;
    else if (word == "--regions")
      arguments.regions_only = true;
    else if (word == "--device" && i + 1 < argc)
      arguments.device = argv[++i];
    else
      arguments.rounds = std::max(std::atoi(argv[i]), 1);
  }
  return arguments;
}

/// A row of the cost of timing. The tiny step tells what a mark costs, the large one what a user pays.
struct MarksRow {
  const char* model;
  Shape shape;
  int pairs_per_round;
};

std::vector<MarksRow> marksRows(Backend backend) {
  if (backend == Backend::cuda) return {{"large", {2048, 8, 8, 512}, 4}};
  return {{"tiny", {64, 8, 1, 16}, 40}, {"large", {512, 2, 1, 256}, 4}};
}

/// Nanoseconds of one mark by itself, with its part of what is made of them: where other programs use the machine too,
/// no pair of steps can tell so little.
double markAlone(c10::Device device, int marks) {
  constexpr int steps = 200;
  StepClock clock(1, device);
  std::vector<double> per_mark;
  for (int step = 0; step < steps; ++step) {
    const std::int64_t start = steadyNow();
    clock.start();
    for (int i = 2; i < marks; ++i) clock.endBlockForward(0);
    clock.endStep();
    benchmark_sink = static_cast<double>(clock.times().step_ns);
    per_mark.push_back(static_cast<double>(steadyNow() - start) / marks);
  }
  return quartilesOf(per_mark).median;
}

void timeMarks(const Arguments& arguments) {
  MeasuredDevice& device = measuredDevice(arguments.device);
  for (const MarksRow& row : marksRows(device.backend())) {
    for (const char* policy : {"store_all", "full"}) {
      MarksBench bench(device, row.shape, policy);
      const int pairs = arguments.rounds * row.pairs_per_round;
      const Paired paired = runPairs(bench.withMarks(), bench.withoutMarks(), pairs);
      const double alone_ns = markAlone(device.device(), static_cast<int>(bench.markCount()));
      const double alone_ratio = alone_ns * static_cast<double>(bench.markCount()) / paired.second_ns;
      if (arguments.marks_only) {
        std::printf(
            "{\"model\":\"%s\",\"policy\":\"%s\",\"device\":\"%s\",\"marks\":%zu,\"pairs\":%d,\"ratio\":%.6f,"
            "\"low_ratio\":%.6f,\"high_ratio\":%.6f,\"bare_step_ns\":%.0f,\"mark_ns\":%.1f,\"marks_ratio\":%.8f}\n",
            row.model, policy, arguments.device.c_str(), bench.markCount(), pairs, paired.ratio, paired.low,
            paired.high, paired.second_ns, alone_ns, alone_ratio);
      } else {
        print(std::string("marks / no marks, ") + row.model + " " + policy + ", " + arguments.device, paired, pairs);
        std::printf("%-52s %7.1f ns a mark alone, %.4f%% of a step of %zu marks\n", "", alone_ns, alone_ratio * 100.0,
                    bench.markCount());
      }
    }
  }
}

int run(const Arguments& arguments) {
  if (arguments.device != "cpu") (void)measuredDevice(arguments.device);  // before torch looks for one
  installCpuAllocator();
  installHookEngine();
  c10::AutogradState::get_tls_state().set_multithreading_enabled(false);
  if (arguments.marks_only) {
    timeMarks(arguments);
    return 0;
  }
  if (arguments.regions_only) {
    timeRegions(arguments);
    return 0;
  }
  const int rounds = arguments.rounds;
  std::printf("%-52s %7s  quartiles\n", "ratio of step times", "median");
  for (std::int64_t hidden : {512, 1024}) {
    Bench bench({hidden, 2, 1, 256});
    print("store_all / plain graph, hidden " + std::to_string(hidden),
          runPairs(bench.policy("store_all"), bench.plain(), rounds), rounds);
  }
  Bench bench({1024, 2, 1, 512});
  for (const char* name : {"full", "cheap"})
    print(std::string(name) + " / store_all, hidden 1024",
          runPairs(bench.policy(name), bench.policy("store_all"), rounds), rounds);
  timeMarks(arguments);
  tinyModel(rounds);
  timeRegions(arguments);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argumentsOf(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "engine_benchmark: %s\n", error.what());
    return 1;
  }
}
