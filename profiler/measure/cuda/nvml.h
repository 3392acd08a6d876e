// Clocks, temperature, power and what slows a GPU down, from NVML: opened at run time, since only a machine with a
// driver has it, and declared here, since no package brings its header. Its interface is stable by promise.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "profiler/core/gpu_records.h"

namespace remat {

/// NVML's functions as far as they are used; a missing one is nullptr. `device`: its handle.
struct NvmlFunctions {
  struct Memory {
    unsigned long long total, free, used;  // bytes; `used` with what the driver keeps for itself
  };
  struct MemoryV2 {
    unsigned version = sizeof(MemoryV2) | (2U << 24U);
    unsigned long long total = 0, reserved = 0, free = 0, used = 0;  // `used` without what the driver keeps for itself
  };
  struct Process {
    unsigned pid = 0;
    unsigned long long used = 0;  // bytes, or kUnknownBytes
    unsigned gpu_instance = 0, compute_instance = 0;
  };
  static constexpr unsigned long long kUnknownBytes = ~0ULL;
  using Device = void*;
  int (*initialize)() = nullptr;
  int (*deviceByPciBusId)(const char*, Device*) = nullptr;
  int (*clock)(Device, unsigned kind, unsigned* mhz) = nullptr;
  int (*temperature)(Device, unsigned sensor, unsigned* celsius) = nullptr;
  int (*power)(Device, unsigned* milliwatts) = nullptr;
  int (*throttleReasons)(Device, unsigned long long* bits) = nullptr;
  int (*memory)(Device, Memory*) = nullptr;
  int (*memoryV2)(Device, MemoryV2*) = nullptr;
  int (*processes)(Device, unsigned* count, Process*) = nullptr;
};

/// A process that computes on a device.
struct DeviceProcess {
  std::int64_t process_id = 0;               ///< as the driver knows it: not that of a container
  std::optional<std::int64_t> used_bytes{};  ///< where the driver tells
  bool operator==(const DeviceProcess&) const = default;
};

/// nullopt and a reason if the library is not there.
[[nodiscard]] std::optional<NvmlFunctions> loadNvml(std::string& reason);

/// Names of the bits of NVML's clock event reasons that slow a step down; idle clocks and settings of the user are
/// none.
[[nodiscard]] std::vector<std::string> throttleNames(unsigned long long bits);

class Nvml {
 public:
  /// Throws Error(failed) with what NVML said.
  Nvml(const NvmlFunctions& functions, const std::string& pci_bus_id);

  /// What cannot be asked is absent.
  [[nodiscard]] DeviceState state() const;
  /// Of these only what slows the device down: one call.
  [[nodiscard]] std::vector<std::string> throttleReasons() const;
  /// Used by all processes on the device, and by an old driver itself; nullopt if it cannot be asked.
  [[nodiscard]] std::optional<std::int64_t> usedBytes() const;
  /// All that compute on the device, this one too; nullopt if it cannot be asked.
  [[nodiscard]] std::optional<std::vector<DeviceProcess>> processes() const;

 private:
  NvmlFunctions functions_;
  NvmlFunctions::Device device_ = nullptr;
};

}  // namespace remat
