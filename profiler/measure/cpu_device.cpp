#include "profiler/measure/cpu_device.h"

#include <unistd.h>

#include <ATen/Parallel.h>
#include <ATen/Version.h>

#include "profiler/core/allocator_settings.h"
#include "profiler/core/machine_facts.h"
#include "profiler/measure/cpu_allocator.h"

namespace remat {

void CpuDevice::describe(Hello& hello) const {
  hello.device_name = processorName();
  hello.device_memory_bytes = sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
}

DeviceMemory CpuDevice::memory() const {
  const CpuMemory now = cpuMemory();
  DeviceMemory memory;
  memory.requested = memory.allocated = {now.live_bytes, now.peak_live_bytes};
  memory.reserved = {now.reserved_bytes, now.peak_reserved_bytes};
  return memory;
}

void CpuDevice::resetPeaks() { resetCpuPeaks(); }
void CpuDevice::releaseCache() { releaseCpuCache(); }
void CpuDevice::setMemoryCap(std::optional<std::int64_t> bytes) { setCpuMemoryCap(bytes); }
void CpuDevice::setAllocatorSettings(const std::string& settings) { checkAllocatorOf("cpu", settings, "allocator"); }
void CpuDevice::setListener(AllocationListener* listener) { setAllocationListener(listener); }
std::int64_t CpuDevice::allocationOf(const void* data) { return remat::allocationOf(data); }

}  // namespace remat
