// Machines whose GPU cannot be opened: a table, since no machine of the tests has all of these troubles.
#include "profiler/measure/cuda/cuda_refusal.h"

#include <gmock/gmock.h>

namespace remat {
namespace {

using ::testing::HasSubstr;

struct Machine {
  const char* name;
  CudaAnswers answers;
  int index;
  const char* reason;  ///< nullptr: the device can be opened
  const char* remedy;
};

void PrintTo(const Machine& machine, std::ostream* out) { *out << machine.name; }

class CudaRefusalOf : public ::testing::TestWithParam<Machine> {};

TEST_P(CudaRefusalOf, names_the_trouble_and_what_to_do) {
  const std::optional<CudaRefusal> refusal = refusalOf(GetParam().answers, GetParam().index);
  ASSERT_EQ(refusal.has_value(), GetParam().reason != nullptr);
  if (!refusal) return;
  EXPECT_THAT(refusal->reason, HasSubstr(GetParam().reason));
  EXPECT_THAT(refusal->remedy, HasSubstr(GetParam().remedy));
}

const CudaAnswers kOneGpu = {.count = 1, .allocator = "native"};
const CudaAnswers kOtherAllocator = {.count = 1, .allocator = "cudaMallocAsync"};
const CudaAnswers kOldDriver = {.code = 35, .error = "CUDA driver version is insufficient for CUDA runtime version"};
const CudaAnswers kNoDevice = {.code = 100, .error = "no CUDA-capable device is detected"};

INSTANTIATE_TEST_SUITE_P(
    Machines, CudaRefusalOf,
    ::testing::Values(Machine{"good", kOneGpu, 0, nullptr, nullptr},
                      Machine{"old_driver", kOldDriver, 0, "driver is too old for CUDA 13", "update the driver"},
                      Machine{"broken_driver", kNoDevice, 0, "CUDA says: no CUDA-capable device", "nvidia-smi"},
                      Machine{"hidden_devices", CudaAnswers{.allocator = "native"}, 0, "no device", "use cpu"},
                      Machine{"device_that_does_not_exist", kOneGpu, 7,
                              "expected a device below cuda:1, the machine has 1", "use cuda:0"},
                      Machine{"negative_device", kOneGpu, -1, "expected a device below cuda:1", "use cuda:0"},
                      Machine{"other_allocator", kOtherAllocator, 0, "allocator is 'cudaMallocAsync'",
                              "unset backend:cudaMallocAsync"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace remat
