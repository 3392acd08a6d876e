// What the engine itself costs, as ratios of interleaved pairs in one process (machines are shared: single times lie).
//
//   engine_benchmark [ROUNDS]      default 15; prints a table, judges nothing
//
// 1. store_all against the same ops in one plain autograd graph, at hidden 512 and 1024;
// 2. full (with early stop) and cheap against store_all at hidden 1024;
// 3. a tiny model: engine time per block under store_all, and per replayed op under full.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/AutogradState.h>

#include "engine/exec/random_state.h"
#include "engine/exec/saved_tensor_hooks.h"
#include "engine/exec/torch_compat.h"
#include "engine/exec/training_step.h"
#include "engine/spec/build_model_graph.h"
#include "profiler/measure/cpu_allocator.h"

namespace {

using namespace remat;

double benchmark_sink = 0.0;  // so that no result is unused

struct Shape {
  std::int64_t hidden, layers, batch, sequence;
};

/// A llama of some width with a small vocabulary, so that the layers are what is timed.
class Bench {
 public:
  explicit Bench(const Shape& shape) {
    const std::string h = std::to_string(shape.hidden);
    config_ = parseModelConfig(
        R"({"model_type":"llama","vocab_size":512,"hidden_size":)" + h + R"(,"intermediate_size":)" +
            std::to_string(shape.hidden * 11 / 4) + R"(,"num_hidden_layers":)" + std::to_string(shape.layers) +
            R"(,"num_attention_heads":)" + std::to_string(std::max<std::int64_t>(shape.hidden / 64, 1)) + "}",
        "benchmark", "benchmark");
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

  /// Nanoseconds of one forward without gradients, all ops.
  std::int64_t forwardWithoutGradients() {
    const at::NoGradGuard no_grad;
    const std::int64_t start = steadyNow();
    (void)plainForward(program_);
    return steadyNow() - start;
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

double medianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Paired {
  double ratio, low, high;  // of a / b: median and quartiles
  double difference_ns;     // of a - b: median
};

/// a and b in turn, the order changing every round.
Paired runPairs(const std::function<std::int64_t()>& a, const std::function<std::int64_t()>& b, int rounds) {
  for (int i = 0; i < 2; ++i) (void)a(), (void)b();
  std::vector<double> ratios, differences;
  for (int round = 0; round < rounds; ++round) {
    double ta = 0, tb = 0;
    if (round % 2 == 0)
      ta = static_cast<double>(a()), tb = static_cast<double>(b());
    else
      tb = static_cast<double>(b()), ta = static_cast<double>(a());
    ratios.push_back(ta / tb);
    differences.push_back(ta - tb);
  }
  std::sort(ratios.begin(), ratios.end());
  return {ratios[ratios.size() / 2], ratios[ratios.size() / 4], ratios[ratios.size() * 3 / 4], medianOf(differences)};
}

void print(const std::string& what, const Paired& paired, int rounds) {
  std::printf("%-52s %7.3f  [%.3f, %.3f]  %d pairs\n", what.c_str(), paired.ratio, paired.low, paired.high, rounds);
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

  const Schedule schedule = makeSchedule(bench.graph(), makePolicy("full", bench.graph()), bench.spec());
  int replayed = 0;
  for (const Action& action : actionsOf(schedule)) replayed += action.phase == Phase::recompute;
  int ops = 0;
  for (int block = 0; block < bench.graph().blockCount(); ++block)
    ops += static_cast<int>(bench.graph().body(block).ops.size());
  const auto full = bench.policy("full");
  std::vector<double> per_op;
  for (int i = 0; i < pairs; ++i) {
    (void)full();
    const double replay = static_cast<double>(bench.lastTimes().recompute_ns) / replayed;
    per_op.push_back(replay - static_cast<double>(bench.forwardWithoutGradients()) / ops);
  }
  std::printf("%-52s %7.2f us a replayed op (%d of them), %d pairs\n", "tiny model, replay - plain forward of an op",
              medianOf(per_op) / 1e3, replayed, pairs);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(std::atoi(argv[1]), 1) : 15;
  installCpuAllocator();
  installHookEngine();
  c10::AutogradState::get_tls_state().set_multithreading_enabled(false);
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
  tinyModel(rounds);
  return 0;
}
