// What this machine has for measuring, looked at without linking any of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiler/core/records.h"

namespace remat {

struct MachineCheck {
  std::string name;  ///< "worker", "libtorch", "cpu", "cuda_driver", ...
  bool found = false;
  bool needed = false;  ///< without it nothing can be measured
  std::string text;     ///< what was found, or what is missing
  std::string remedy;   ///< how to mend it; empty if found
};

struct MachineReport {
  std::vector<MachineCheck> checks;
  std::optional<Hello> hello;  ///< absent if no worker answered
  [[nodiscard]] bool canMeasure() const;
};

/// Whether the worker of this hello measures on a GPU, which takes CUDA's libraries beside LibTorch; else why not.
[[nodiscard]] MachineCheck checkGpu(const std::optional<Hello>& hello);
/// NVML under this name: asked only whether it answers.
[[nodiscard]] MachineCheck checkNvml(const std::string& library);

/// Where the kernel tells the settings of NVIDIA's driver, and what a process may do.
struct PrivilegeFiles {
  std::string driver_parameters = "/proc/driver/nvidia/params";
  std::string process_status = "/proc/self/status";
};
/// Whether the hardware's performance counters (PM sampling among them) may be read. Tracing of kernels and copies, the
/// CUPTI activity interface, needs no permission.
[[nodiscard]] MachineCheck checkCounters(const PrivilegeFiles& files = {});

/// worker: program to ask. Takes as long as the worker's start.
[[nodiscard]] MachineReport checkMachine(const std::string& worker);

}  // namespace remat
