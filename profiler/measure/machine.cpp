#include "profiler/measure/machine.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <sys/utsname.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <fstream>

#include "engine/spec/error.h"

namespace remat {
namespace {

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (line.starts_with("model name") && colon < line.size() - 2) return line.substr(colon + 2);
  }
  return "unknown processor";
}

std::string systemName() {
  utsname name{};
  if (uname(&name) != 0) return "unknown system";
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

}  // namespace

Hello describeMachine(const std::string& device) {
  if (device != "cpu")
    throw Error(ErrorKind::worker_failed, "device " + device, "expected cpu", "other devices are not available yet");
  Hello hello;
  hello.worker_version = REMATSCOPE_VERSION;
  hello.process_id = getpid();
  hello.device = device;
  hello.device_name = processorName();
  hello.device_memory_bytes = sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
  hello.threads = at::get_num_threads();
  hello.torch_version = TORCH_VERSION;
  hello.cpu_capability = at::get_cpu_capability();
  hello.host_os = systemName();
  return hello;
}

}  // namespace remat
