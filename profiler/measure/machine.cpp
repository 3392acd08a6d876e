#include "profiler/measure/machine.h"

#include <sys/utsname.h>

#include <unistd.h>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/headeronly/version.h>

#include "profiler/core/machine_facts.h"
#include "profiler/measure/forced_fault.h"

namespace remat {
namespace {

std::string systemName() {
  utsname name{};
  if (uname(&name) != 0) return "unknown system";
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

}  // namespace

Hello describeMachine(const AutomaticDevice& automatic) {
  const MeasuredDevice& device = measuredDevice(automatic.name);
  Hello hello;
  hello.worker_version = REMATSCOPE_VERSION;
  hello.process_id = getpid();
  hello.device = device.backend() == Backend::cpu ? "cpu" : device.device().str();
  hello.threads = at::get_num_threads();
  hello.torch_version = TORCH_VERSION;
  hello.cpu_capability = at::get_cpu_capability();
  hello.host_os = systemName();
  device.describe(hello);
  if (!automatic.problem.empty()) hello.notes.push_back(kGpuNotUsed + automatic.problem);
  if (const auto fault = forcedFault())
    hello.notes.push_back("failures are forced for tests, under " + fault->policy + ": " + kForceFaultVariable);
  return hello;
}

}  // namespace remat
