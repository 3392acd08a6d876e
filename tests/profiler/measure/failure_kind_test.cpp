#include "profiler/measure/failure_kind.h"

#include <new>
#include <stdexcept>

#include <c10/util/Exception.h>
#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "profiler/core/machine_facts.h"
#include "profiler/measure/cpu_device.h"
#include "profiler/measure/machine.h"
#include "profiler/measure/measured_device.h"
#include "profiler/measure/recorded_step.h"
#include "tests/profiler/measure/small_points.h"

namespace remat {
namespace {

FailureKind kindOf(const std::string& message) { return failureKind(std::runtime_error(message)); }

TEST(FailureKind, is_out_of_memory_for_the_allocator_and_for_libraries_beside_it) {
  EXPECT_EQ(failureKind(c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "no")), FailureKind::out_of_memory);
  EXPECT_EQ(failureKind(StepOutOfMemory("out of memory in backward of layer 3 down")), FailureKind::out_of_memory);
  EXPECT_EQ(failureKind(std::bad_alloc()), FailureKind::out_of_memory);
  for (
      const char* message : {
          "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
          "CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
          "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasLtMatmul( ltHandle, computeDesc.descriptor(), ...)`",
          "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
          "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
          "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED",
          "CUDA error: out of memory",
          "CUDA driver error: out of memory",
          "cuModuleLoadData failed: CUDA_ERROR_OUT_OF_MEMORY",
          "cudaErrorMemoryAllocation",
      })
    EXPECT_EQ(kindOf(message), FailureKind::out_of_memory) << message;
  EXPECT_EQ(outcomeOf(FailureKind::out_of_memory), Outcome::out_of_memory);
}

/// Whose libraries find no room for what they take beside the allocator, as cuBLAS for a workspace.
class DeviceWithAFullLibrary final : public CpuDevice {
 public:
  void resetPeaks() override {  // called when a step begins that is watched
    throw std::runtime_error("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`");
  }
};

TEST(MeasureGroup, says_that_a_library_beside_the_allocator_found_no_room) {
  DeviceWithAFullLibrary device;
  const testing::Told told = testing::measure(testing::requestFor("gpt2", {"full"}, testing::smallSpec()), &device);
  ASSERT_EQ(told.finished.size(), 1U);
  EXPECT_EQ(told.finished[0].outcome, Outcome::out_of_memory);
  EXPECT_THAT(told.finished[0].reason, ::testing::AllOf(::testing::HasSubstr("out of memory in a library's own memory"),
                                                        ::testing::HasSubstr("CUBLAS_STATUS_ALLOC_FAILED")));
  EXPECT_EQ(told.outcome, GroupOutcome::replace_worker) << "a worker whose libraries are full is no place for others";
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
