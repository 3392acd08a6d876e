#include "profiler/cli/machine_check.h"

#include <fstream>

#include <gmock/gmock.h>

#include "profiler/core/machine_facts.h"

namespace remat {
namespace {

constexpr const char* kFakeNvml = REMAT_BINARY_DIR "/../tests/bin/libfake_nvml.so";

using testing::AllOf;
using testing::HasSubstr;

TEST(CheckGpu, says_why_a_worker_that_has_seen_a_driver_measures_on_the_cpu) {
  Hello hello{.device = "cpu",
              .notes = {"unrelated", std::string(kGpuNotUsed) + "the NVIDIA driver is too old for CUDA 13"}};
  const MachineCheck check = checkGpu(hello);
  EXPECT_FALSE(check.found);
  EXPECT_FALSE(check.needed);
  EXPECT_THAT(check.text, HasSubstr("too old for CUDA 13"));
  EXPECT_THAT(check.remedy, AllOf(HasSubstr("packaging/setup --cuda"), HasSubstr("580")));
}

TEST(CheckGpu, knows_the_other_cases) {
  EXPECT_TRUE(checkGpu(Hello{.device = "cuda:0", .device_name = "made-up card"}).found);
  EXPECT_THAT(checkGpu(Hello{.device = "cpu"}).text, HasSubstr("there is no driver"));
  EXPECT_THAT(checkGpu(std::nullopt).text, HasSubstr("no worker answered"));
}

TEST(CheckNvml, says_what_is_lost_without_it_and_how_to_get_it) {
  const MachineCheck check = checkNvml("libno-such-library.so.1");
  EXPECT_EQ(check.name, "nvml");
  EXPECT_FALSE(check.found);
  EXPECT_FALSE(check.needed) << "time and memory are measured all the same";
  EXPECT_THAT(check.text, AllOf(HasSubstr("no libno-such-library.so.1"), HasSubstr("throttling are not recorded")));
  EXPECT_THAT(check.remedy, HasSubstr("NVIDIA_DRIVER_CAPABILITIES"));
}

TEST(CheckNvml, does_not_take_any_library_for_it) {
  const MachineCheck check = checkNvml("libm.so.6");
  EXPECT_FALSE(check.found);
  EXPECT_THAT(check.text, HasSubstr("has no nvmlInit_v2"));
  EXPECT_THAT(check.remedy, HasSubstr("update the driver"));
}

TEST(CheckNvml, asks_whether_it_answers) {
  const MachineCheck well = checkNvml(kFakeNvml);
  EXPECT_TRUE(well.found) << well.text;
  EXPECT_THAT(well.text, HasSubstr("driver 580.65.06"));
  EXPECT_EQ(well.remedy, "");
  setenv("FAKE_NVML_ERROR", "9", 1);
  const MachineCheck ill = checkNvml(kFakeNvml);
  unsetenv("FAKE_NVML_ERROR");
  EXPECT_FALSE(ill.found);
  EXPECT_THAT(ill.text, HasSubstr("answers with error 9"));
  EXPECT_THAT(ill.remedy, HasSubstr("nvidia-smi"));
}

/// Files as the kernel would have them.
class CheckCounters : public ::testing::Test {
 protected:
  PrivilegeFiles files(const std::string& parameters, const std::string& capabilities) const {
    const PrivilegeFiles files{folder_ + "nvidia_params", folder_ + "process_status"};
    std::ofstream(files.driver_parameters) << "ResmanDebugLevel: 4294967295\n" << parameters << "EnableMSI: 1\n";
    std::ofstream(files.process_status) << "Name:\tworker\nCapPrm:\tffffffffffffffff\nCapEff:\t" << capabilities
                                        << "\n";
    return files;
  }

 private:
  std::string folder_ = ::testing::TempDir();
};

constexpr const char* kNoCapability = "0000000000000000";
constexpr const char* kContainer = "00000000a80425fb";      // what docker gives to root: no CAP_SYS_ADMIN
constexpr const char* kAdministrator = "000001ffffffffff";  // root

TEST_F(CheckCounters, says_who_may_read_them) {
  const MachineCheck everybody = checkCounters(files("RmProfilingAdminOnly: 0\n", kNoCapability));
  EXPECT_EQ(everybody.name, "counters");
  EXPECT_TRUE(everybody.found);
  EXPECT_THAT(everybody.text, HasSubstr("everybody"));
  const MachineCheck root = checkCounters(files("RmProfilingAdminOnly: 1\n", kAdministrator));
  EXPECT_TRUE(root.found);
  EXPECT_THAT(root.text, HasSubstr("CAP_SYS_ADMIN"));
}

TEST_F(CheckCounters, says_what_to_do_where_they_are_forbidden_and_that_tracing_does_not_need_them) {
  for (const char* capabilities : {kNoCapability, kContainer}) {
    const MachineCheck check = checkCounters(files("RmProfilingAdminOnly: 1\n", capabilities));
    EXPECT_FALSE(check.found);
    EXPECT_FALSE(check.needed);
    EXPECT_THAT(check.text,
                AllOf(HasSubstr("administrators only"), HasSubstr("kernels and copies are traced without")));
    EXPECT_THAT(check.remedy, AllOf(HasSubstr("NVreg_RestrictProfilingToAdminUsers=0"), HasSubstr("CAP_SYS_ADMIN")));
  }
}

TEST_F(CheckCounters, claims_nothing_where_no_driver_tells) {
  for (const PrivilegeFiles& silent : {files("", kAdministrator), PrivilegeFiles{"/no/such/file", "/no/such/file"}}) {
    const MachineCheck check = checkCounters(silent);
    EXPECT_FALSE(check.found);
    EXPECT_THAT(check.text, HasSubstr("no NVIDIA driver tells"));
  }
}

}  // namespace
}  // namespace remat
