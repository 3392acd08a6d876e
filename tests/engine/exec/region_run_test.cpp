// What a region must survive and what it must notice: exceptions in its middle, lack of memory, activations that were
// changed in place, ops that save something else than the graph says, and dropout.
#include "engine/exec/region_run.h"

#include <algorithm>
#include <cmath>
#include <new>

#include <c10/core/impl/alloc_cpu.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/exec/host_store.h"
#include "engine/spec/error.h"
#include "tests/engine/exec/small_models.h"
#include "tests/engine/exec/step_outcome.h"
#include "tests/engine/exec/step_trouble.h"

namespace remat {
namespace {

using testing::activationNamed;
using testing::differingGradients;
using testing::expectSameBits;
using ::testing::HasSubstr;
using testing::messageOf;
using testing::Model;
using testing::smallSpec;
using testing::Spoiler;
using testing::StepOutcome;
using testing::Thrower;
using testing::withDropout;

// ---- dropout --------------------------------------------------------------------------------------------------------

TEST(Dropout, TrainsAndChangesTheGradients) {
  for (const char* name : {"llama", "gpt2", "bert", "roberta"}) {
    const StepOutcome without = Model(name).run("store_all");
    const StepOutcome with = Model(name, withDropout()).run("store_all");
    EXPECT_TRUE(std::isfinite(with.loss)) << name;
    EXPECT_NE(with.loss, without.loss) << name;
    EXPECT_GT(differingGradients(without, with).size(), with.gradients.size() / 2) << name;
    for (const auto& [parameter, gradient] : with.gradients)
      EXPECT_TRUE(std::isfinite(gradient.sum().item().toDouble())) << name << " " << parameter;
  }
}

TEST(Dropout, DrawsTheSameForTheSameSeedOnly) {
  Model model("gpt2", withDropout());
  const StepOutcome first = model.run("full");
  expectSameBits(first, model.run("full"), "same seed");
  ++model.spec.seed;
  EXPECT_NE(model.run("full").loss, first.loss);
}

TEST(Dropout, IsWrongInReplaysWithoutTheRandomState) {
  for (const bool reentrant : {false, true}) {
    TrainingSpec spec = withDropout();
    spec.use_reentrant = reentrant;
    Model model("gpt2", spec);
    const StepOutcome stored = model.run("store_all");
    expectSameBits(stored, model.run("full"), "full");
    model.spec.preserve_rng_state = false;
    const StepOutcome careless = model.run("full");
    EXPECT_EQ(careless.loss, stored.loss) << "forward draws the same";
    EXPECT_GT(differingGradients(stored, careless).size(), 0U);
  }
}

// ---- activations that are changed in place --------------------------------------------------------------------------

TEST(InPlaceChanges, OfAnActivationThatAReplayReadsAreNoticed) {
  Model model("llama");
  Spoiler spoiler(0, model.graph.body(0).output);  // the input of layer 0: all that `full` keeps of it
  EXPECT_THAT(messageOf<std::exception>([&] { (void)model.run("full", &spoiler); }), HasSubstr("changed in place"));
}

TEST(InPlaceChanges, OfAnActivationThatAutogradKeepsAreNoticed) {
  Model model("llama");
  Spoiler spoiler(1, activationNamed(model.graph.body(1), "gate"));
  EXPECT_THAT(messageOf<std::exception>([&] { (void)model.run("store_all", &spoiler); }),
              HasSubstr("inplace operation"));
}

TEST(InPlaceChanges, OfAnActivationThatNobodyReadsAgainAreHarmless) {
  Model model("llama");
  const StepOutcome expected = model.run("full");
  Spoiler spoiler(1, activationNamed(model.graph.body(1), "gate"));  // full forgets it and makes it anew
  expectSameBits(expected, model.run("full", &spoiler), "recomputed");
}

// ---- ops that lie about what they save ------------------------------------------------------------------------------

/// Runs a schedule of `graph` with an op that is secretly of another kind.
std::string complaintAboutKind(const std::string& op_name, OpKind kind) {
  Model model("llama");
  const Schedule schedule = makeSchedule(model.graph, makePolicy("full", model.graph), model.spec);
  ModelGraph lying = model.graph;
  for (BlockBody& body : lying.bodies)
    for (Op& op : body.ops)
      if (op.name == op_name) op.kind = kind;
  TrainingStep step(lying, schedule, model.state);
  return messageOf<Error>([&] { (void)step.runGradients(0); });
}

TEST(OpsThatSaveAnotherTensor, AreNamed) {
  EXPECT_THAT(complaintAboutKind("act", OpKind::tanh), HasSubstr("op act: saved another tensor than the graph says"));
}

TEST(OpsThatSaveMoreOrLess, AreNamed) {
  EXPECT_THAT(complaintAboutKind("product", OpKind::add), HasSubstr("op product: saved 0 tensors, the graph says 2"));
}

// ---- exceptions in the middle ---------------------------------------------------------------------------------------

TEST(AnExceptionOfAnObserver, LeavesTheEngineUsable) {
  for (const bool reentrant : {false, true}) {
    TrainingSpec spec = withDropout();
    spec.use_reentrant = reentrant;
    Model model("llama_tied", spec);
    for (const char* policy : {"store_all", "full", "segment:2"}) {
      const StepOutcome expected = model.run(policy);
      for (const Phase phase : {Phase::forward, Phase::recompute}) {
        if (phase == Phase::recompute && std::string(policy) == "store_all") continue;
        for (const int countdown : {0, 23}) {
          Thrower thrower(phase, countdown);
          EXPECT_THAT(messageOf<std::exception>([&] { (void)model.run(policy, &thrower); }),
                      HasSubstr("by the observer"));
          expectSameBits(expected, model.run(policy), policy);
        }
      }
    }
  }
}

TEST(AnExceptionInBackward, LeavesTheEngineUsable) {
  for (const char* policy : {"store_all", "full", "segment:2", "offload_all", "offload_selected"}) {
    Model model("gpt2", withDropout());
    const StepOutcome expected = model.run(policy);
    at::Tensor& parameter = model.state.parameters[model.state.parameters.size() / 2];
    const unsigned hook =
        parameter.register_hook([](const at::Tensor&) { throw std::runtime_error("thrown by a hook"); });
    EXPECT_THAT(messageOf<std::exception>([&] { (void)model.run(policy); }), HasSubstr("thrown by a hook"));
    EXPECT_EQ(hostStoreFor(at::kCPU)->liveBytes(), 0) << policy;
    parameter.remove_hook(hook);
    expectSameBits(expected, model.run(policy), policy);
  }
}

// ---- lack of memory -------------------------------------------------------------------------------------------------

/// Stands in for torch's CPU allocator: counts what is alive, and refuses the n-th allocation when told to.
class RefusingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t bytes) override {
    if (refuse_in >= 0 && refuse_in-- == 0) throw std::bad_alloc();
    ++allocations;
    void* memory = c10::alloc_cpu(bytes);
    if (memory) ++alive;
    return {memory, memory, &RefusingAllocator::free, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &RefusingAllocator::free; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override { default_copy_data(to, from, bytes); }

  static void free(void* memory) {
    if (!memory) return;
    --alive;
    c10::free_cpu(memory);
  }

  int refuse_in = -1;  ///< -1: never
  int allocations = 0;
  static inline int alive = 0;
};

/// Puts an allocator in place for a while. It must outlive everything that it gave memory to.
class AllocatorGuard {
 public:
  explicit AllocatorGuard(c10::Allocator& allocator) : outer_(c10::GetAllocator(c10::DeviceType::CPU)) {
    c10::SetAllocator(c10::DeviceType::CPU, &allocator, 1);
  }
  ~AllocatorGuard() { c10::SetAllocator(c10::DeviceType::CPU, outer_, 1); }
  AllocatorGuard(const AllocatorGuard&) = delete;
  AllocatorGuard& operator=(const AllocatorGuard&) = delete;

 private:
  c10::Allocator* outer_;
};

class LackOfMemory : public ::testing::TestWithParam<std::tuple<std::string, bool>> {};

TEST_P(LackOfMemory, AtAnyAllocationOfAStepLeavesNothingBehindAndTheNextStepIsTheSame) {
  RefusingAllocator allocator;
  const AllocatorGuard guard(allocator);
  TrainingSpec spec = withDropout();
  spec.use_reentrant = std::get<1>(GetParam());
  Model model("bert", spec);
  const Schedule schedule = makeSchedule(model.graph, makePolicy(std::get<0>(GetParam()), model.graph), spec);
  TrainingStep step(model.graph, schedule, model.state);
  const auto run = [&] { return testing::takeOutcome(model.state, model.graph, step.runGradients(spec.seed).loss); };
  const StepOutcome expected = run();
  const int before = allocator.allocations;
  (void)run();
  const int allocations = allocator.allocations - before;
  const int alive = RefusingAllocator::alive;
  int refused = 0;
  for (int n = 0; n < allocations; n += 5 + n % 7) {
    allocator.refuse_in = n;
    bool threw = false;
    try {
      (void)step.runGradients(spec.seed);
    } catch (const std::exception&) {
      threw = true;
    }
    allocator.refuse_in = -1;
    refused += threw;
    resetGradients(model.state, Gradients::fresh);
    ASSERT_EQ(hostStoreFor(at::kCPU)->liveBytes(), 0);
    ASSERT_EQ(RefusingAllocator::alive, alive) << "allocations alive after a refusal at " << n << " of " << allocations;
    if (n % 3 == 0) expectSameBits(expected, run(), "after a refusal at " + std::to_string(n));
    if (HasFailure()) return;
  }
  EXPECT_GT(refused, allocations / 12);
}

INSTANTIATE_TEST_SUITE_P(Policies, LackOfMemory,
                         ::testing::Combine(::testing::Values("store_all", "full", "cheap", "segment:2",
                                                              "offload_input", "offload_all", "offload_selected"),
                                            ::testing::Bool()),
                         [](const auto& param) {
                           std::string name = std::get<0>(param.param) + (std::get<1>(param.param) ? "_reentrant" : "");
                           std::replace(name.begin(), name.end(), ':', '_');
                           return name;
                         });

}  // namespace
}  // namespace remat
