#include "profiler/measure/cuda/nvml.h"

#include <algorithm>
#include <array>

#include <dlfcn.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

constexpr unsigned kSmClock = 1;      // NVML_CLOCK_SM
constexpr unsigned kMemoryClock = 2;  // NVML_CLOCK_MEM
constexpr unsigned kGpuSensor = 0;    // NVML_TEMPERATURE_GPU
constexpr std::size_t kMostProcesses = 256;

template <typename Function>
void find(void* library, Function& function, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (!function) function = reinterpret_cast<Function>(dlsym(library, name));
}

struct Reason {
  unsigned long long bit;
  const char* name;
};

constexpr std::array kSlowing = {
    Reason{0x04, "power cap"},
    Reason{0x08, "hardware slowdown"},
    Reason{0x20, "thermal slowdown by software"},
    Reason{0x40, "thermal slowdown by hardware"},
    Reason{0x80, "power brake"},
};

template <typename Function, typename... Arguments>
std::optional<std::int64_t> ask(Function function, void* device, Arguments... arguments) {
  unsigned value = 0;
  if (!function || function(device, arguments..., &value) != 0) return std::nullopt;
  return value;
}

std::optional<std::int64_t> times(std::optional<std::int64_t> value, std::int64_t factor) {
  return value ? std::optional(*value * factor) : std::nullopt;
}

}  // namespace

std::optional<NvmlFunctions> loadNvml(std::string& reason) {
  void* const library = dlopen("libnvidia-ml.so.1", RTLD_NOW);
  if (!library) {
    reason = "clocks, temperature and throttling are not recorded: libnvidia-ml.so.1 cannot be opened";
    return std::nullopt;
  }
  NvmlFunctions functions;
  find(library, functions.initialize, {"nvmlInit_v2"});
  find(library, functions.deviceByPciBusId, {"nvmlDeviceGetHandleByPciBusId_v2"});
  find(library, functions.clock, {"nvmlDeviceGetClockInfo"});
  find(library, functions.temperature, {"nvmlDeviceGetTemperature"});
  find(library, functions.power, {"nvmlDeviceGetPowerUsage"});
  find(library, functions.throttleReasons,
       {"nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons"});
  find(library, functions.memory, {"nvmlDeviceGetMemoryInfo"});
  find(library, functions.memoryV2, {"nvmlDeviceGetMemoryInfo_v2"});
  find(library, functions.processes,
       {"nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2"});
  if (functions.initialize && functions.deviceByPciBusId) return functions;
  reason = "clocks, temperature and throttling are not recorded: the driver's NVML is too old";
  return std::nullopt;
}

std::vector<std::string> throttleNames(unsigned long long bits) {
  std::vector<std::string> names;
  for (const Reason& reason : kSlowing)
    if (bits & reason.bit) names.emplace_back(reason.name);
  return names;
}

Nvml::Nvml(const NvmlFunctions& functions, const std::string& pci_bus_id) : functions_(functions) {
  int code = functions.initialize();
  if (code == 0) code = functions.deviceByPciBusId(pci_bus_id.c_str(), &device_);
  if (code != 0)
    throw Error(ErrorKind::failed, "NVML",
                "does not know the device " + pci_bus_id + " (code " + std::to_string(code) +
                    "): clocks and throttling are not recorded");
}

DeviceState Nvml::state() const {
  DeviceState state;
  state.sm_clock_hz = times(ask(functions_.clock, device_, kSmClock), 1'000'000);
  state.memory_clock_hz = times(ask(functions_.clock, device_, kMemoryClock), 1'000'000);
  state.temperature_celsius = ask(functions_.temperature, device_, kGpuSensor);
  state.power_milliwatts = ask(functions_.power, device_);
  state.throttle_reasons = throttleReasons();
  return state;
}

std::vector<std::string> Nvml::throttleReasons() const {
  unsigned long long bits = 0;
  const bool told = functions_.throttleReasons && functions_.throttleReasons(device_, &bits) == 0;
  return told ? throttleNames(bits) : std::vector<std::string>();
}

std::optional<std::int64_t> Nvml::usedBytes() const {
  NvmlFunctions::MemoryV2 without_driver;
  if (functions_.memoryV2 && functions_.memoryV2(device_, &without_driver) == 0)
    return static_cast<std::int64_t>(without_driver.used);
  NvmlFunctions::Memory memory{};
  if (!functions_.memory || functions_.memory(device_, &memory) != 0) return std::nullopt;
  return static_cast<std::int64_t>(memory.used);
}

std::optional<std::vector<DeviceProcess>> Nvml::processes() const {
  std::array<NvmlFunctions::Process, kMostProcesses> listed{};
  unsigned count = listed.size();
  if (!functions_.processes || functions_.processes(device_, &count, listed.data()) != 0) return std::nullopt;
  std::vector<DeviceProcess> processes;
  for (unsigned i = 0; i < std::min<unsigned>(count, listed.size()); ++i) {
    DeviceProcess process{listed[i].pid, std::nullopt};
    if (listed[i].used != NvmlFunctions::kUnknownBytes) process.used_bytes = static_cast<std::int64_t>(listed[i].used);
    processes.push_back(process);
  }
  return processes;
}

}  // namespace remat
