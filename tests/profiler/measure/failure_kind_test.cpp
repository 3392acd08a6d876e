#include "profiler/measure/failure_kind.h"

#include <stdexcept>

#include <c10/util/Exception.h>
#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "profiler/core/machine_facts.h"
#include "profiler/measure/machine.h"
#include "profiler/measure/measured_device.h"
#include "profiler/measure/recorded_step.h"

namespace remat {
namespace {

FailureKind kindOf(const std::string& message) { return failureKind(std::runtime_error(message)); }

TEST(FailureKind, is_out_of_memory_for_the_allocator_and_for_libraries_beside_it) {
  EXPECT_EQ(failureKind(c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "no")), FailureKind::out_of_memory);
  EXPECT_EQ(failureKind(StepOutOfMemory("out of memory in backward of layer 3 down")), FailureKind::out_of_memory);
  EXPECT_EQ(kindOf("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
            FailureKind::out_of_memory);
  EXPECT_EQ(kindOf("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), FailureKind::out_of_memory);
  EXPECT_EQ(kindOf("CUDA error: out of memory"), FailureKind::out_of_memory);
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
