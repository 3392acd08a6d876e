#include "profiler/measure/failure_kind.h"

#include <array>
#include <new>
#include <stdexcept>

#include <c10/util/Exception.h>
#include <gmock/gmock.h>

#include "engine/exec/host_store.h"
#include "engine/spec/error.h"
#include "profiler/core/machine_facts.h"
#include "profiler/measure/cpu_device.h"
#include "profiler/measure/machine.h"
#include "profiler/measure/measured_device.h"
#include "profiler/measure/recorded_step.h"
#include "tests/profiler/measure/failing_step.h"
#include "tests/profiler/measure/small_points.h"

namespace remat {
namespace {

using testing::Told;

FailureKind kindOf(const std::string& message) { return failureKind(std::runtime_error(message)); }

constexpr std::array kOutOfMemoryMessages = {
    "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    "CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
    "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasLtMatmul( ltHandle, computeDesc.descriptor(), ...)`",
    "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
    "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
    "CUDA error: out of memory",
    "CUDA driver error: out of memory",
    "cuModuleLoadData failed: CUDA_ERROR_OUT_OF_MEMORY",
    "cudaErrorMemoryAllocation",
};

TEST(FailureKind, is_out_of_memory_for_the_allocator_and_for_libraries_beside_it) {
  EXPECT_EQ(failureKind(c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "no")), FailureKind::out_of_memory);
  EXPECT_EQ(failureKind(StepOutOfMemory("out of memory in backward of layer 3 down")), FailureKind::out_of_memory);
  for (const char* message : kOutOfMemoryMessages) EXPECT_EQ(kindOf(message), FailureKind::out_of_memory) << message;
  EXPECT_EQ(outcomeOf(FailureKind::out_of_memory), Outcome::out_of_memory);
}

TEST(FailureKind, tells_the_memory_of_the_host_from_that_of_the_device) {
  EXPECT_EQ(failureKind(std::bad_alloc()), FailureKind::host_out_of_memory);
  EXPECT_EQ(failureKind(HostOutOfMemory({__func__, __FILE__, __LINE__}, "no")), FailureKind::host_out_of_memory);
  EXPECT_EQ(kindOf("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED"), FailureKind::host_out_of_memory);
  EXPECT_EQ(outcomeOf(FailureKind::host_out_of_memory), Outcome::out_of_memory);
  EXPECT_TRUE(needsNewProcess(FailureKind::host_out_of_memory));
}

/// Knows when the step that is watched has begun: those before it are of the reference.
class WatchedDevice final : public CpuDevice {
 public:
  void resetPeaks() override {
    watched_ = true;
    CpuDevice::resetPeaks();
  }
  [[nodiscard]] bool watched() const { return watched_; }

 private:
  bool watched_ = false;
};

/// cuBLAS finds no room for what it takes beside the allocator.
[[noreturn]] void findNoRoom() {
  throw std::runtime_error("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`");
}
[[noreturn]] void findNoRoomOnTheHost() { throw std::bad_alloc(); }
[[noreturn]] void loseTheDevice() { throw std::runtime_error("CUDA error: an illegal memory access was encountered"); }

Told toldOf(const std::string& policy, Phase phase, void (*fail)(), Gradients gradients = Gradients::fresh) {
  WatchedDevice device;
  const testing::FailingStep failing(phase, fail, [&] { return device.watched(); });
  TrainingSpec spec = testing::smallSpec();
  spec.gradients = gradients;
  return testing::measure(testing::requestFor("gpt2", {policy}, spec), &device);
}

struct FailedStep {
  const char* name;
  const char* policy;
  Phase phase;
  void (*fail)();
  const char* place;
};

void PrintTo(const FailedStep& step, std::ostream* out) { *out << step.name; }

class OutOfMemory : public ::testing::TestWithParam<FailedStep> {};

TEST_P(OutOfMemory, beside_the_allocator_says_whose_memory_it_was_and_where_in_the_step) {
  const Told told = toldOf(GetParam().policy, GetParam().phase, GetParam().fail);
  ASSERT_EQ(told.finished.size(), 1U);
  EXPECT_EQ(told.finished[0].outcome, Outcome::out_of_memory);
  EXPECT_THAT(told.finished[0].reason, ::testing::StartsWith(GetParam().place));
  EXPECT_EQ(told.outcome, GroupOutcome::replace_worker) << "a worker without room is no place for others";
}

INSTANTIATE_TEST_SUITE_P(
    Steps, OutOfMemory,
    ::testing::Values(FailedStep{"library_in_forward", "full", Phase::forward, findNoRoom,
                                 "out of memory in a library's own memory, in forward of embedding"},
                      FailedStep{"library_in_recompute", "full", Phase::recompute, findNoRoom,
                                 "out of memory in a library's own memory, in recompute of layer 2"},
                      FailedStep{"host_in_forward", "full", Phase::forward, findNoRoomOnTheHost,
                                 "out of memory on the host, in forward of embedding"},
                      FailedStep{"host_while_offloading", "offload_all", Phase::offload, findNoRoomOnTheHost,
                                 "out of memory on the host, in "}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(MeasureGroup, of_a_device_that_is_lost_in_a_step_fails_that_point_and_asks_for_a_new_worker) {
  const Told told = toldOf("full", Phase::recompute, loseTheDevice, Gradients::kept);
  ASSERT_EQ(told.finished.size(), 1U);
  EXPECT_EQ(told.finished[0].outcome, Outcome::failed);
  EXPECT_THAT(told.finished[0].reason, ::testing::StartsWith("CUDA error: an illegal memory access"));
  EXPECT_EQ(told.outcome, GroupOutcome::replace_worker);
}

TEST(MeasureGroup, of_a_device_that_is_lost_while_gradients_to_compare_with_are_taken_fails_all_points) {
  const testing::FailingStep failing(Phase::forward, loseTheDevice);
  TrainingSpec spec = testing::smallSpec();
  spec.gradients = Gradients::kept;
  const Told told = testing::measure(testing::requestFor("gpt2", {"full", "cheap"}, spec));
  EXPECT_EQ(told.started.size(), 2U);
  ASSERT_EQ(told.finished.size(), 2U);
  for (const PointFinished& finished : told.finished) {
    EXPECT_EQ(finished.outcome, Outcome::failed);
    EXPECT_THAT(finished.reason, ::testing::AllOf(::testing::HasSubstr("that gradients are compared with"),
                                                  ::testing::HasSubstr("illegal memory access")));
  }
  EXPECT_TRUE(told.memories.empty());
  EXPECT_EQ(told.outcome, GroupOutcome::replace_worker);
}

TEST(MeasureGroup, checks_no_gradients_where_a_library_has_no_room_for_those_to_compare_with) {
  const testing::FailingStep failing(Phase::forward, findNoRoom);
  const Told told = testing::measure(testing::requestFor("gpt2", {"full"}, testing::smallSpec()));
  ASSERT_EQ(told.finished.size(), 1U);
  EXPECT_EQ(told.finished[0].outcome, Outcome::completed) << told.finished[0].reason;
  EXPECT_THAT(told.finished[0].notes, ::testing::Contains(::testing::HasSubstr("does not fit into this machine")));
}

TEST(FailureKind, is_a_lost_device_for_errors_that_stay) {
  EXPECT_EQ(kindOf("CUDA error: an illegal memory access was encountered"), FailureKind::device_lost);
  EXPECT_EQ(kindOf("CUDA error: unspecified launch failure"), FailureKind::device_lost);
  EXPECT_TRUE(needsNewProcess(FailureKind::device_lost));
  EXPECT_EQ(outcomeOf(FailureKind::device_lost), Outcome::failed);
}

TEST(FailureKind, is_none_of_both_for_everything_else) {
  const Error error(ErrorKind::usage, "--dtype tf32", "needs a GPU");
  EXPECT_EQ(failureKind(error), FailureKind::other);
  EXPECT_FALSE(needsNewProcess(FailureKind::other));
}

TEST(DescribeMachine, tells_why_a_gpu_is_not_used) {
  EXPECT_THAT(describeMachine({"cpu", "device cuda:0: made-up reason"}).notes,
              ::testing::Contains(std::string(kGpuNotUsed) + "device cuda:0: made-up reason"));
  EXPECT_THAT(describeMachine({}).notes, ::testing::Not(::testing::Contains(::testing::HasSubstr(kGpuNotUsed))));
}

TEST(MeasuredDevice, is_the_cpu_where_there_is_no_driver_and_says_what_is_missing) {
  EXPECT_TRUE(measuredDevice("cpu").device().is_cpu());
  if (automaticDevice().name != "cpu") GTEST_SKIP() << "this machine has a GPU";
  try {
    (void)measuredDevice("cuda:0");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("device cuda:0: "));
    EXPECT_THAT(error.what(), ::testing::AnyOf(::testing::HasSubstr("driver"), ::testing::HasSubstr("cannot open")));
  }
}

}  // namespace
}  // namespace remat
