// An NVIDIA GPU as a measured device: the caching allocator's statistics and trace, the driver's view, NVML. The only
// file that links CUDA; it is a library of its own, see cuda_library.h.
#include <algorithm>
#include <optional>

#include <cuda_runtime_api.h>
#include <unistd.h>

#include <c10/core/AllocatorConfig.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

#include "profiler/core/allocator_settings.h"
#include "profiler/measure/cuda/allocation_trace.h"
#include "profiler/measure/cuda/cuda_library.h"
#include "profiler/measure/cuda/cuda_refusal.h"
#include "profiler/measure/cuda/nvml.h"
#include "profiler/measure/cuda/other_processes.h"

namespace remat {
namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;
using allocator::TraceEntry;
using c10::CachingDeviceAllocator::DeviceStats;

/// The allocator cannot be told to forget who follows its trace, so whoever follows is there for good, and once for all
/// devices.
AllocationTrace& allocationTrace() {
  static AllocationTrace trace;
  return trace;
}

/// Called on the thread that allocates, under the allocator's lock: must not use torch.
void followTrace(const TraceEntry& entry) {
  AllocationTrace& trace = allocationTrace();
  if (!trace.isFollowed(entry.device_)) return;
  const auto bytes = static_cast<std::int64_t>(entry.size_);
  switch (entry.action_) {
    case TraceEntry::ALLOC: return trace.allocated(entry.addr_, bytes);
    case TraceEntry::FREE_REQUESTED: return trace.released(entry.addr_, bytes);
    case TraceEntry::OOM: return trace.refused(bytes);
    default: return;
  }
}

void attachTraceOnce() {
  static const bool attached = [] {
    allocator::attachAllocatorTraceTracker(followTrace);
    return true;
  }();
  (void)attached;
}

BytesAndPeak aggregate(const c10::CachingAllocator::StatArray& stat) { return {stat[0].current, stat[0].peak}; }

/// An idle device is told to use a few MiB; what a worker that has just ended held may take a moment to go.
constexpr std::int64_t kIdleBytes = std::int64_t{64} << 20;

std::string pciBusIdOf(int index) {
  char text[32] = {};
  return cudaDeviceGetPCIBusId(text, sizeof text, index) == cudaSuccess ? text : "";
}

class CudaDevice final : public MeasuredDevice {
 public:
  explicit CudaDevice(int index) : index_(static_cast<c10::DeviceIndex>(index)) {
    openNvml();  // before the context exists: what is used now, others use
    const std::optional<std::int64_t> used_before = nvml_ ? nvml_->usedBytes() : std::nullopt;
    const DeviceProcesses before = processes();
    c10::cuda::set_device(index_);
    cudaGetDeviceProperties(&properties_, index_);
    cudaFree(nullptr);  // makes the context
    allocator::init(c10::cuda::device_count());
    attachTraceOnce();
    others_ = {before, use(), getpid(), used_before.value_or(0)};
    environment_settings_ = c10::CachingAllocator::getAllocatorSettings();
  }

  [[nodiscard]] c10::Device device() const override { return {c10::DeviceType::CUDA, index_}; }
  [[nodiscard]] Backend backend() const override { return Backend::cuda; }

  void describe(Hello& hello) const override {
    hello.device_name = properties_.name;
    hello.device_memory_bytes = static_cast<std::int64_t>(properties_.totalGlobalMem);
    int driver = 0;
    if (cudaDriverGetVersion(&driver) == cudaSuccess)
      hello.notes.push_back("CUDA driver " + std::to_string(driver / 1000) + "." + std::to_string(driver % 1000 / 10) +
                            ", compute capability " + std::to_string(properties_.major) + "." +
                            std::to_string(properties_.minor));
    if (!nvml_problem_.empty()) hello.notes.push_back(nvml_problem_);
    if (!environment_settings_.empty())
      hello.notes.push_back("the allocator starts with the settings of the environment: " + environment_settings_);
    if (const std::int64_t others = others_.usedBytes(processes()); others > kIdleBytes)
      hello.notes.push_back("other processes use " + std::to_string(others >> 20) +
                            " MiB of the device: step times are those of a shared GPU");
  }

  [[nodiscard]] DeviceMemory memory() const override {
    const DeviceStats stats = allocator::getDeviceStats(index_);
    DeviceMemory memory;
    memory.requested = aggregate(stats.requested_bytes);
    memory.allocated = aggregate(stats.allocated_bytes);
    memory.reserved = aggregate(stats.reserved_bytes);
    memory.active = aggregate(stats.active_bytes);
    memory.inactive_split = aggregate(stats.inactive_split_bytes);
    memory.allocation_retries = *allocationRetries() - retries_before_;
    memory.device_used_bytes = usedBytes();
    if (memory.device_used_bytes)
      memory.outside_allocator_bytes = *memory.device_used_bytes - memory.reserved.live_bytes;
    return memory;
  }

  void resetPeaks() override {
    allocator::resetPeakStats(index_);
    retries_before_ = *allocationRetries();
  }

  [[nodiscard]] std::optional<std::int64_t> allocationRetries() const override {
    return allocator::getDeviceStats(index_).num_alloc_retries;
  }

  void releaseCache() override { allocator::emptyCache(); }

  /// The allocator may reserve what the smaller card would have left beside the context and the libraries.
  void setMemoryCap(std::optional<std::int64_t> bytes) override {
    const auto total = static_cast<double>(properties_.totalGlobalMem);
    cap_note_.clear();
    if (!bytes) return allocator::setMemoryFraction(1.0, index_);
    const std::int64_t fixed = others_.fixedBytes(use());
    const auto usable = static_cast<double>(std::max<std::int64_t>(*bytes - fixed, 0));
    allocator::setMemoryFraction(std::min(usable / total, 1.0), index_);
    cap_note_ = std::string("simulated on ") + properties_.name + ": " + std::to_string(fixed >> 20) +
                " MiB of the cap are the context and libraries, outside the allocator";
  }

  void setAllocatorSettings(const std::string& settings) override {
    if (settings == settings_) return;
    allocator::emptyCache();
    settings_.clear();  // unknown, should torch refuse one of several
    c10::CachingAllocator::setAllocatorSettings(torchAllocatorText(settings, environment_settings_));
    settings_ = settings;
  }

  [[nodiscard]] std::string capNote() const override { return cap_note_; }
  [[nodiscard]] std::string othersNote() const override { return others_.note(use()); }
  void setListener(AllocationListener* listener) override { allocationTrace().setListener(listener, index_); }
  [[nodiscard]] std::int64_t allocationOf(const void* data) override {
    return allocationTrace().numberOf(reinterpret_cast<std::uintptr_t>(data));
  }
  void synchronize() override { c10::cuda::device_synchronize(); }
  [[nodiscard]] std::optional<DeviceState> state() override {
    return nvml_ ? std::optional(nvml_->state()) : std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> throttleReasons() override {
    return nvml_ ? nvml_->throttleReasons() : std::vector<std::string>();
  }
  [[nodiscard]] bool working() const override { return !c10::cuda::getCurrentCUDAStream(index_).query(); }

 private:
  void openNvml() {
    const std::optional<NvmlFunctions> functions = loadNvml(nvml_problem_);
    if (!functions) return;
    try {
      nvml_.emplace(*functions, pciBusIdOf(index_));
    } catch (const std::exception& error) {
      nvml_problem_ = error.what();
    }
  }

  [[nodiscard]] std::optional<std::int64_t> usedBytes() const {
    std::size_t free = 0, total = 0;
    if (cudaMemGetInfo(&free, &total) != cudaSuccess) return std::nullopt;
    return static_cast<std::int64_t>(total - free);
  }

  [[nodiscard]] DeviceProcesses processes() const { return nvml_ ? nvml_->processes() : std::nullopt; }

  [[nodiscard]] DeviceUse use() const {
    return {processes(), usedBytes().value_or(0), allocator::getDeviceStats(index_).reserved_bytes[0].current};
  }

  c10::DeviceIndex index_;
  cudaDeviceProp properties_{};
  std::optional<Nvml> nvml_;
  std::string nvml_problem_;
  std::string cap_note_;
  std::string environment_settings_;          ///< torch's text when this process started
  std::string settings_ = kDefaultAllocator;  ///< as PointSpec::allocator
  OtherProcesses others_;
  std::int64_t retries_before_ = 0;
};

OpenedCudaDevice open(int index) {
  CudaAnswers answers;
  const cudaError_t code = cudaGetDeviceCount(&answers.count);
  answers.code = code;
  answers.error = cudaGetErrorString(code);
  if (code == cudaSuccess) answers.allocator = allocator::get()->name();
  if (const auto refusal = refusalOf(answers, index)) return {nullptr, refusal->reason, refusal->remedy};
  try {
    return {std::make_unique<CudaDevice>(index), "", ""};
  } catch (const std::exception& error) {
    return {nullptr, error.what(), "see nvidia-smi"};
  }
}

}  // namespace
}  // namespace remat

extern "C" __attribute__((visibility("default"))) void rematOpenCudaDevice(int index, remat::OpenedCudaDevice* result) {
  *result = remat::open(index);
}
