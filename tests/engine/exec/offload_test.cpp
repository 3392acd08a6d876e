// Activations in host memory: how many bytes and when, that nothing of them stays, and what must be noticed.
#include <map>
#include <numeric>

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/exec/host_store.h"
#include "engine/exec/transfer_stream.h"
#include "tests/engine/exec/step_trouble.h"

namespace remat {
namespace {

using testing::activationNamed;
using testing::expectSameBits;
using ::testing::HasSubstr;
using testing::messageOf;
using testing::Model;
using testing::smallModels;
using testing::smallSpec;
using testing::Spoiler;
using testing::StepOutcome;
using testing::Thrower;
using testing::withDropout;

constexpr const char* kPolicies[] = {"offload_input", "offload_all", "offload_selected"};

Schedule scheduleOf(const Model& model, const std::string& policy) {
  return makeSchedule(model.graph, makePolicy(policy, model.graph), model.spec);
}

// ---- host memory
// -----------------------------------------------------------------------------------------------------

TEST(HostStore, hands_out_again_what_was_given_back) {
  HostStore store(/*pinned=*/false);
  const void* first = nullptr;
  {
    const HostBlock block = store.take(1000);
    EXPECT_EQ(block.bytes().numel(), 1000);
    first = block.bytes().data_ptr();
    EXPECT_EQ(store.liveBytes(), 1000);
  }
  EXPECT_EQ(store.liveBytes(), 0);
  EXPECT_EQ(store.peakBytes(), 1000);
  EXPECT_EQ(store.reservedBytes(), 1000);
  store.resetPeak();
  const HostBlock again = store.take(1000);
  const HostBlock other = store.take(24);
  EXPECT_EQ(again.bytes().data_ptr(), first);
  EXPECT_EQ(store.peakBytes(), 1024);
  EXPECT_EQ(store.reservedBytes(), 1024);
}

TEST(HostStore, says_that_it_is_the_host_that_has_no_more_memory) {
  HostStore store(/*pinned=*/false);
  EXPECT_THROW((void)store.take(std::int64_t{1} << 60), HostOutOfMemory);
  EXPECT_EQ(store.liveBytes(), 0);
  EXPECT_EQ(store.reservedBytes(), 0);
}

TEST(HostStore, is_shared_while_anyone_holds_it) {
  std::shared_ptr<HostStore> store = hostStoreFor(at::kCPU);
  EXPECT_EQ(hostStoreFor(at::kCPU), store);
  (void)store->take(8);
  store.reset();
  EXPECT_EQ(hostStoreFor(at::kCPU)->reservedBytes(), 0);
}

TEST(TransferStream, copies_and_counts_by_direction) {
  const std::unique_ptr<TransferStream> stream = makeTransferStream(at::kCPU, /*synchronous=*/false);
  const at::Tensor from = at::full({64}, 7, at::kByte);
  const at::Tensor host = at::zeros({64}, at::kByte);
  const at::Tensor back = at::zeros({64}, at::kByte);
  stream->restart();
  stream->await(stream->copy(CopyDirection::to_host, from, host));
  stream->await(stream->copy(CopyDirection::to_device, host, back));
  EXPECT_TRUE(at::equal(from, back));
  const TransferTimes times = stream->times();
  EXPECT_EQ(times.offload_bytes, 64);
  EXPECT_EQ(times.prefetch_bytes, 64);
  EXPECT_EQ(times.exposed_ns, times.offload_ns + times.prefetch_ns);
  EXPECT_EQ(times.hidden_ns, std::nullopt) << "nothing runs beside a copy on a CPU";
  stream->restart();
  EXPECT_EQ(stream->times(), TransferTimes());
}

// ---- bytes of a step
// -------------------------------------------------------------------------------------------------

/// Bytes that leave, by block, as the observer sees their tensors.
class Movements final : public StepObserver {
 public:
  void began(Action action) override {
    if (action.phase == Phase::offload) bytes_[action.block] += storage_bytes_[{action.block, action.activation}];
  }
  void produced(int block, int activation, const at::Tensor& tensor) override {
    storage_bytes_[{block, activation}] = static_cast<std::int64_t>(tensor.storage().nbytes());
  }
  void forwardEnded() override {}
  std::map<int, std::int64_t> bytes_;

 private:
  std::map<std::pair<int, int>, std::int64_t> storage_bytes_;
};

TEST(AStep, moves_out_and_back_exactly_what_the_schedule_counts) {
  for (const auto& small : smallModels()) {
    for (const bool mixed : {false, true}) {
      TrainingSpec spec = withDropout();
      if (mixed) spec.precision = Precision::bf16_mixed;
      Model model(small.name, spec);
      for (const char* policy : kPolicies) {
        const Schedule schedule = scheduleOf(model, policy);
        const std::vector<std::int64_t> planned = hostBytes(model.graph, schedule, spec.sizes());
        const std::int64_t all = std::accumulate(planned.begin(), planned.end(), std::int64_t{0});
        TrainingStep step(model.graph, schedule, model.state);
        for (int again = 0; again < 2; ++again) {
          resetGradients(model.state, Gradients::fresh);
          const std::optional<TransferTimes> transfers = step.runGradients(spec.seed).transfers;
          ASSERT_TRUE(transfers) << policy;
          EXPECT_EQ(transfers->host_bytes, all) << small.name << " " << policy;
          EXPECT_EQ(transfers->offload_bytes, all) << small.name << " " << policy;
          EXPECT_EQ(transfers->prefetch_bytes, all) << small.name << " " << policy;
          EXPECT_GT(transfers->offload_ns, 0);
          EXPECT_EQ(hostStoreFor(at::kCPU)->liveBytes(), 0);
          EXPECT_EQ(hostStoreFor(at::kCPU)->reservedBytes(), all) << "the second step takes what the first gave back";
        }
      }
    }
  }
}

TEST(AStep, without_offload_has_no_transfers) {
  Model model("llama");
  const Schedule schedule = scheduleOf(model, "full");
  EXPECT_FALSE(TrainingStep(model.graph, schedule, model.state).runGradients(0).transfers);
}

TEST(AStep, moves_activations_of_their_own_block) {
  Model model("gpt2");
  Movements movements;
  (void)model.run("offload_all", &movements);
  const auto planned = hostBytes(model.graph, scheduleOf(model, "offload_all"), model.spec.sizes());
  for (int block = 0; block < model.graph.blockCount(); ++block) {
    // a layer's input was made, and seen, as the output of the block before
    const BlockBody& body = model.graph.body(block);
    const bool layer = model.graph.blocks[block].kind == BlockKind::layer;
    const std::int64_t input = layer ? storageBytes(body, body.input, model.spec.sizes()) : 0;
    EXPECT_EQ(movements.bytes_[block] + input, planned[block]) << block;
  }
}

// ---- trouble
// ---------------------------------------------------------------------------------------------------------

TEST(InPlaceChanges, OfAnOffloadedActivationAreNoticed) {
  for (const bool synchronous : {false, true}) {
    TrainingSpec spec = smallSpec();
    spec.offload_synchronous = synchronous;
    Model model("llama", spec);
    Spoiler of_input(0, model.graph.body(0).output);
    EXPECT_THAT(messageOf<std::exception>([&] { (void)model.run("offload_input", &of_input); }),
                HasSubstr("changed in place after it was offloaded"));
    Spoiler of_gate(2, activationNamed(model.graph.body(2), "gate"));
    EXPECT_THAT(messageOf<std::exception>([&] { (void)model.run("offload_all", &of_gate); }),
                HasSubstr("changed in place after it was offloaded"));
  }
}

TEST(AnExceptionWhileActivationsAreOffloaded, LeavesNothingInHostMemoryAndTheNextStepIsTheSame) {
  for (const bool synchronous : {false, true}) {
    TrainingSpec spec = withDropout();
    spec.offload_synchronous = synchronous;
    Model model("llama_tied", spec);
    for (const char* policy : kPolicies) {
      const StepOutcome expected = model.run("store_all");
      for (const Phase phase : {Phase::forward, Phase::offload, Phase::prefetch}) {
        for (const int countdown : {0, 2}) {
          const Schedule schedule = scheduleOf(model, policy);
          TrainingStep step(model.graph, schedule, model.state);
          Thrower thrower(phase, countdown);
          EXPECT_THAT(messageOf<std::exception>([&] { (void)step.runGradients(spec.seed, &thrower); }),
                      HasSubstr("by the observer"))
              << policy;
          EXPECT_EQ(hostStoreFor(at::kCPU)->liveBytes(), 0) << policy;
          resetGradients(model.state, Gradients::fresh);
          const double loss = step.runGradients(spec.seed).loss;
          expectSameBits(expected, testing::takeOutcome(model.state, model.graph, loss), policy);
        }
      }
    }
  }
}

TEST(Offload, GivesTheSameBitsInSegmentsAndWhereABlockOffloadsItsOutput) {
  for (const char* name : {"llama", "gpt2", "bert"}) {
    Model model(name, withDropout());
    const StepOutcome expected = model.run("store_all");
    CheckpointPolicy segments = makePolicy("segment:2", model.graph);
    CheckpointPolicy everything = makePolicy("offload_all", model.graph);
    for (int block = 0; block < model.graph.blockCount(); ++block) {
      const BlockBody& body = model.graph.body(block);
      if (body.input >= 0 && segments.blocks[block][body.input] == Decision::save)
        segments.blocks[block][body.input] = Decision::offload;
      std::fill(everything.blocks[block].begin(), everything.blocks[block].end(), Decision::offload);
    }
    for (const CheckpointPolicy& policy : {segments, everything}) {
      const Schedule schedule = makeSchedule(model.graph, policy, model.spec);
      TrainingStep step(model.graph, schedule, model.state);
      resetGradients(model.state, Gradients::fresh);
      const double loss = step.runGradients(model.spec.seed).loss;
      expectSameBits(expected, testing::takeOutcome(model.state, model.graph, loss), policy.name);
    }
  }
}

}  // namespace
}  // namespace remat
