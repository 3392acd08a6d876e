#include "profiler/measure/cuda/nvml.h"

#include <gmock/gmock.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A driver that knows one device.
NvmlFunctions oneDevice() {
  NvmlFunctions functions;
  functions.initialize = [] { return 0; };
  functions.deviceByPciBusId = [](const char* id, NvmlFunctions::Device* device) {
    *device = nullptr;
    return std::string(id) == "0000:01:00.0" ? 0 : 6;  // NVML_ERROR_NOT_FOUND
  };
  return functions;
}

TEST(Nvml, tells_what_it_can_be_asked_for_in_units) {
  NvmlFunctions functions = oneDevice();
  functions.clock = [](void*, unsigned kind, unsigned* mhz) {
    *mhz = kind == 1 ? 1980 : 3201;
    return 0;
  };
  functions.power = [](void*, unsigned* milliwatts) {
    *milliwatts = 512'000;
    return 0;
  };
  functions.temperature = [](void*, unsigned, unsigned*) { return 3; };  // NVML_ERROR_NOT_SUPPORTED
  functions.throttleReasons = [](void*, unsigned long long* bits) {
    *bits = 0x44;
    return 0;
  };
  functions.memory = [](void*, NvmlFunctions::Memory* memory) {
    *memory = {100, 60, 40};
    return 0;
  };
  const Nvml nvml(functions, "0000:01:00.0");
  const DeviceState state = nvml.state();
  EXPECT_EQ(state.sm_clock_hz, 1'980'000'000);
  EXPECT_EQ(state.memory_clock_hz, 3'201'000'000);
  EXPECT_EQ(state.power_milliwatts, 512'000);
  EXPECT_EQ(state.temperature_celsius, std::nullopt);
  EXPECT_THAT(state.throttle_reasons, ElementsAre("power cap", "thermal slowdown by hardware"));
  EXPECT_THAT(nvml.throttleReasons(), ElementsAre("power cap", "thermal slowdown by hardware"));
  EXPECT_EQ(nvml.usedBytes(), 40);
}

TEST(Nvml, does_not_count_what_the_driver_keeps_for_itself_as_used_by_others) {
  NvmlFunctions functions = oneDevice();
  functions.memory = [](void*, NvmlFunctions::Memory* memory) {
    *memory = {100, 90, 10};
    return 0;
  };
  functions.memoryV2 = [](void*, NvmlFunctions::MemoryV2* memory) {
    EXPECT_EQ(memory->version, 0x02000028U) << "the size of the struct and its version";
    *memory = {memory->version, 100, 10, 90, 0};
    return 0;
  };
  EXPECT_EQ(Nvml(functions, "0000:01:00.0").usedBytes(), 0);
  functions.memoryV2 = [](void*, NvmlFunctions::MemoryV2*) { return 13; };  // NVML_ERROR_FUNCTION_NOT_FOUND
  EXPECT_EQ(Nvml(functions, "0000:01:00.0").usedBytes(), 10);
}

TEST(Nvml, leaves_out_what_an_old_driver_has_no_function_for) {
  const Nvml nvml(oneDevice(), "0000:01:00.0");
  EXPECT_EQ(nvml.state(), DeviceState());
  EXPECT_EQ(nvml.usedBytes(), std::nullopt);
  EXPECT_EQ(nvml.processes(), std::nullopt);
  EXPECT_THAT(nvml.throttleReasons(), IsEmpty());
}

TEST(Nvml, lists_who_computes_on_a_device_as_far_as_the_driver_tells) {
  NvmlFunctions functions = oneDevice();
  functions.processes = [](void*, unsigned* count, NvmlFunctions::Process* processes) {
    EXPECT_GE(*count, 2U);
    *count = 2;
    processes[0] = {4711, 512, 0, 0};
    processes[1] = {4712, NvmlFunctions::kUnknownBytes, 0, 0};
    return 0;
  };
  const auto processes = Nvml(functions, "0000:01:00.0").processes();
  ASSERT_TRUE(processes);
  EXPECT_THAT(*processes, ElementsAre(DeviceProcess{4711, 512}, DeviceProcess{4712, std::nullopt}));
  functions.processes = [](void*, unsigned*, NvmlFunctions::Process*) { return 4; };  // NVML_ERROR_NO_PERMISSION
  EXPECT_EQ(Nvml(functions, "0000:01:00.0").processes(), std::nullopt);
}

TEST(Nvml, of_an_unknown_device_is_an_error_that_says_what_is_lost) {
  try {
    (void)Nvml(oneDevice(), "0000:99:00.0");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::AllOf(::testing::HasSubstr("0000:99:00.0"),
                                               ::testing::HasSubstr("clocks and throttling are not recorded")));
  }
}

TEST(Nvml, does_not_call_idle_clocks_or_a_users_settings_throttling) {
  EXPECT_THAT(throttleNames(0x1 | 0x2 | 0x10 | 0x100), IsEmpty());
  EXPECT_THAT(throttleNames(0x8 | 0x20 | 0x80),
              ElementsAre("hardware slowdown", "thermal slowdown by software", "power brake"));
}

}  // namespace
}  // namespace remat
