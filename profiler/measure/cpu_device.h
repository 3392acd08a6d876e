// The CPU as a measured device: torch's allocator replaced, nothing else to ask.
#pragma once

#include "profiler/measure/measured_device.h"

namespace remat {

class CpuDevice : public MeasuredDevice {
 public:
  [[nodiscard]] c10::Device device() const override { return c10::DeviceType::CPU; }
  [[nodiscard]] Backend backend() const override { return Backend::cpu; }
  void describe(Hello& hello) const override;
  [[nodiscard]] DeviceMemory memory() const override;
  void resetPeaks() override;
  /// Kept blocks go one by one, and nothing has to be waited for.
  [[nodiscard]] std::optional<std::int64_t> allocationRetries() const override { return std::nullopt; }
  void releaseCache() override;
  void setMemoryCap(std::optional<std::int64_t> bytes) override;
  void setAllocatorSettings(const std::string& settings) override;
  [[nodiscard]] std::string capNote() const override { return {}; }
  [[nodiscard]] std::string othersNote() const override { return {}; }
  void setListener(AllocationListener* listener) override;
  [[nodiscard]] std::int64_t allocationOf(const void* data) override;
  void synchronize() override {}
  [[nodiscard]] std::optional<DeviceState> state() override { return std::nullopt; }
  [[nodiscard]] std::vector<std::string> throttleReasons() override { return {}; }
  [[nodiscard]] bool working() const override { return false; }
};

}  // namespace remat
