#include "profiler/cli/machine_check.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <dlfcn.h>
#include <unistd.h>

#include "engine/spec/error.h"
#include "profiler/cli/started_worker.h"
#include "profiler/core/machine_facts.h"
#include "profiler/core/units.h"

namespace remat {
namespace {

namespace fs = std::filesystem;

constexpr int kSystemAdministrator = 21;  // the bit of CAP_SYS_ADMIN, linux/capability.h

/// First word after "key:" in a file of such lines; nullopt if there is none.
std::optional<std::string> valueIn(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string name, value;
    if (fields >> name >> value && name == key + ":") return value;
  }
  return std::nullopt;
}

std::int64_t memoryBytes(const std::string& key) {
  const std::optional<std::string> kib = valueIn("/proc/meminfo", key);
  return kib ? std::atoll(kib->c_str()) * 1024 : 0;
}

MachineCheck checkWorker(const std::string& program, std::optional<Hello>& hello, pid_t& process,
                         StartedWorker& started) {
  MachineCheck check{"worker", false, true, {}, {}};
  try {
    started = startWorker({program}, std::chrono::seconds(60));
    hello = started.hello;
    process = started.process->id();
    check.found = true;
    check.text = program + ", version " + hello->worker_version;
  } catch (const Error& error) {
    check.text = error.what();
    check.remedy = "build it with packaging/build, which installs LibTorch first, or name one with --worker PATH";
  }
  return check;
}

MachineCheck checkTorch(const std::optional<Hello>& hello) {
  if (hello) return {"libtorch", true, true, hello->torch_version + ", " + hello->cpu_capability, {}};
  return {"libtorch", false, true, "unknown: no worker answered",
          "run packaging/setup, which installs torch 2.11.0 as a library"};
}

MachineCheck checkDriver() {
  std::ifstream version("/proc/driver/nvidia/version");
  std::string line;
  if (std::getline(version, line)) return {"cuda_driver", true, false, line, {}};
  if (canOpenLibrary(kCudaDriverLibrary)) return {"cuda_driver", true, false, "libcuda.so.1 can be loaded", {}};
  return {"cuda_driver", false, false, "no NVIDIA driver", "for a GPU, install NVIDIA's driver; the CPU needs none"};
}

MachineCheck checkDevices() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc/driver/nvidia/gpus", error)) {
    std::ifstream file(entry.path() / "information");
    for (std::string line; std::getline(file, line);)
      if (line.starts_with("Model:")) names.push_back(line.substr(line.find_first_not_of(" \t", 6)));
  }
  if (names.empty())
    return {"cuda_devices", false, false, "no NVIDIA GPU is visible",
            "in a container, start it with access to the GPU"};
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return {"cuda_devices", true, false, text, {}};
}

/// The folder of LibTorch's libraries, from what the running worker has mapped.
fs::path torchFolder(pid_t worker) {
  std::ifstream maps("/proc/" + std::to_string(worker) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    const std::size_t path = line.find('/');
    if (path != std::string::npos && line.ends_with("/libtorch_cpu.so"))
      return fs::path(line.substr(path)).parent_path();
  }
  return {};
}

/// The wheels of torch and of CUDA lie side by side: torch/lib and nvidia/*/lib or nvidia/cu13/lib.
MachineCheck checkCupti(pid_t worker) {
  const fs::path folder = worker > 0 ? torchFolder(worker) : fs::path();
  std::error_code error;
  const auto holdsCupti = [](const fs::path& path) { return path.filename().string().starts_with("libcupti.so"); };
  std::vector<fs::path> folders = {folder, "/usr/local/cuda/extras/CUPTI/lib64"};
  const fs::path wheels = folder.parent_path().parent_path() / "nvidia";
  for (const auto& wheel : fs::directory_iterator(wheels, error)) folders.push_back(wheel.path() / "lib");
  for (const fs::path& candidate : folders)
    for (const auto& entry : fs::directory_iterator(candidate, error))
      if (holdsCupti(entry.path())) return {"cupti", true, false, entry.path().string(), {}};
  return {"cupti", false, false, "no libcupti beside LibTorch",
          "only shares of GPU kernels need it; the wheel torch 2.11.0 with CUDA brings it"};
}

}  // namespace

MachineCheck checkGpu(const std::optional<Hello>& hello) {
  if (!hello) return {"gpu", false, false, "unknown: no worker answered", {}};
  if (hello->device.starts_with("cuda")) return {"gpu", true, false, hello->device + ", " + hello->device_name, {}};
  for (const std::string& note : hello->notes)
    if (note.starts_with(kGpuNotUsed))
      return {"gpu", false, false, note,
              "packaging/setup --cuda installs the libraries; CUDA 13 wants the driver 580 or newer"};
  return {"gpu", false, false, "not used: there is no driver", {}};
}

MachineCheck checkNvml(const std::string& library) {
  const std::string lost = "; clocks, temperature and throttling are not recorded";
  const auto absent = [&](const std::string& what, const std::string& remedy) {
    return MachineCheck{"nvml", false, false, what + lost, remedy};
  };
  void* const opened = ::dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (!opened)
    return absent("no " + library,
                  "NVIDIA's driver brings it; a container needs NVIDIA_DRIVER_CAPABILITIES=compute,utility");
  const auto initialize = reinterpret_cast<int (*)()>(::dlsym(opened, "nvmlInit_v2"));
  const auto version = reinterpret_cast<int (*)(char*, unsigned)>(::dlsym(opened, "nvmlSystemGetDriverVersion"));
  if (!initialize) return absent(library + " is too old: it has no nvmlInit_v2", "update the driver (580 or newer)");
  if (const int code = initialize(); code != 0)
    return absent(library + " answers with error " + std::to_string(code), "check that nvidia-smi works");
  std::array<char, 80> text{};
  const bool told = version && version(text.data(), text.size() - 1) == 0;
  return {"nvml", true, false, library + (told ? std::string(", driver ") + text.data() : ""), {}};
}

MachineCheck checkCounters(const PrivilegeFiles& files) {
  const std::string traced = "; kernels and copies are traced without them";
  const std::optional<std::string> admin_only = valueIn(files.driver_parameters, "RmProfilingAdminOnly");
  if (!admin_only) return {"counters", false, false, "no NVIDIA driver tells who may read performance counters", {}};
  if (*admin_only == "0") return {"counters", true, false, "everybody may read performance counters", {}};
  const std::optional<std::string> capabilities = valueIn(files.process_status, "CapEff");
  if (capabilities && (std::strtoull(capabilities->c_str(), nullptr, 16) >> kSystemAdministrator & 1) != 0)
    return {"counters", true, false, "this process may read performance counters, as it has CAP_SYS_ADMIN", {}};
  return {"counters", false, false, "performance counters are for administrators only" + traced,
          "programs that read them need CAP_SYS_ADMIN, or the driver's module loaded with "
          "NVreg_RestrictProfilingToAdminUsers=0 (a line 'options nvidia ...' in /etc/modprobe.d)"};
}

bool MachineReport::canMeasure() const {
  return std::all_of(checks.begin(), checks.end(),
                     [](const MachineCheck& check) { return check.found || !check.needed; });
}

MachineReport checkMachine(const std::string& worker) {
  MachineReport report;
  pid_t process = -1;
  StartedWorker started;
  report.checks.push_back(checkWorker(worker, report.hello, process, started));
  report.checks.push_back(checkTorch(report.hello));
  const std::string threads = std::to_string(::sysconf(_SC_NPROCESSORS_ONLN));
  const std::string used = report.hello ? ", " + std::to_string(report.hello->threads) + " used" : "";
  report.checks.push_back({"cpu", true, true, processorName() + ", " + threads + " hardware threads" + used, {}});
  report.checks.push_back(
      {"memory",
       true,
       true,
       bytesText(memoryBytes("MemTotal")) + ", " + bytesText(memoryBytes("MemAvailable")) + " available",
       {}});
  report.checks.push_back(checkDriver());
  report.checks.push_back(checkDevices());
  report.checks.push_back(checkGpu(report.hello));
  report.checks.push_back(checkCupti(process));
  report.checks.push_back(checkCounters());
  report.checks.push_back(checkNvml("libnvidia-ml.so.1"));
  return report;
}

}  // namespace remat
