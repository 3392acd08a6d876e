#include "profiler/measure/cpu_allocator.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <mutex>
#include <new>

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include "profiler/core/units.h"
#include "profiler/measure/host_memory.h"

namespace remat {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kLargeBytes = 256 * 1024;
/// Left to the rest of the machine.
constexpr std::int64_t kHostMarginBytes = std::int64_t{256} << 20;
/// So much may be taken from the system before it is asked again what it has.
constexpr std::int64_t kUncheckedBytes = std::int64_t{256} << 20;
/// A kept block serves a request if it is at most this much larger.
constexpr double kLargestSlack = 1.125;

/// In front of every block, one alignment unit long.
struct Header {
  std::int64_t requested = 0;
  std::size_t capacity = 0;  ///< of the whole block, header included
  std::int64_t allocation = 0;
};
static_assert(sizeof(Header) <= kAlignment);

class CpuAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t bytes) override {
    void* data = bytes == 0 ? nullptr : take(bytes);
    return {data, data, &CpuAllocator::free, c10::Device(c10::DeviceType::CPU)};
  }
  [[nodiscard]] c10::DeleterFnPtr raw_deleter() const override { return &CpuAllocator::free; }
  void copy_data(void* destination, const void* source, std::size_t bytes) const override {
    std::memcpy(destination, source, bytes);
  }

  static CpuAllocator& instance() {
    static auto* allocator = new CpuAllocator;  // never destroyed: tensors may outlive statics
    return *allocator;
  }
  static Header* headerOf(const void* data) {
    return reinterpret_cast<Header*>(static_cast<char*>(const_cast<void*>(data)) - kAlignment);
  }

  std::mutex mutex;
  CpuMemory memory;
  std::optional<std::int64_t> cap;
  AllocationListener* listener = nullptr;

  /// Gives kept blocks back, largest first, until at most `reserved_bytes` are held or none is left.
  void releaseCache(std::int64_t reserved_bytes) {
    while (!kept_.empty() && memory.reserved_bytes > reserved_bytes) {
      const auto largest = std::prev(kept_.end());
      const auto capacity = static_cast<std::int64_t>(largest->first);
      std::free(largest->second);
      kept_.erase(largest);
      memory.reserved_bytes -= capacity;
      kept_bytes_ -= capacity;
    }
  }

 private:
  static std::size_t capacityFor(std::size_t bytes) {
    const std::size_t unit = bytes >= kLargeBytes ? kPageBytes : kAlignment;
    return (bytes + kAlignment + unit - 1) / unit * unit;
  }

  void* take(std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex);
    const auto wanted = static_cast<std::int64_t>(bytes);
    const std::size_t capacity = capacityFor(bytes);
    void* block = reuse(capacity);
    if (!block) {
      makeRoom(static_cast<std::int64_t>(capacity), wanted);
      block = obtain(capacity, wanted);
    }
    auto* header = static_cast<Header*>(block);
    header->requested = wanted;
    header->allocation = next_allocation_++;
    memory.live_bytes += wanted;
    memory.peak_live_bytes = std::max(memory.peak_live_bytes, memory.live_bytes);
    if (listener) listener->allocated(header->allocation, wanted);
    return static_cast<char*>(block) + kAlignment;
  }

  /// Keeps reserved bytes within the cap: kept blocks go first, then the request is refused.
  void makeRoom(std::int64_t capacity, std::int64_t wanted) {
    if (!cap) return;
    const std::int64_t in_use = memory.reserved_bytes - kept_bytes_;
    const bool fits = capacity <= *cap - in_use;  // the sum could overflow
    if (!fits && listener) listener->refused(wanted);
    TORCH_CHECK_WITH(OutOfMemoryError, fits, "asked for ", bytesText(wanted), " with ", bytesText(in_use),
                     " in use, the memory cap is ", bytesText(*cap));
    releaseCache(*cap - capacity);
  }

  void* reuse(std::size_t capacity) {
    // Under a cap only blocks that fit exactly, or what fits would depend on what was done before.
    const double slack = cap ? 1.0 : kLargestSlack;
    const auto found = kept_.lower_bound(capacity);
    if (found == kept_.end() || static_cast<double>(found->first) > static_cast<double>(capacity) * slack)
      return nullptr;
    void* block = found->second;
    kept_bytes_ -= static_cast<std::int64_t>(found->first);
    kept_.erase(found);
    return block;
  }

  /// The kernel promises more than it has and ends processes later; what it cannot give is refused here.
  void checkHost(std::int64_t capacity, std::int64_t wanted) {
    unchecked_bytes_ += capacity;
    if (unchecked_bytes_ < kUncheckedBytes) return;
    auto available = availableHostBytes();
    if (available && *available - kHostMarginBytes < capacity) {
      releaseCache(0);
      available = availableHostBytes();
    }
    const bool fits = !available || *available - kHostMarginBytes >= capacity;
    if (!fits && listener) listener->refused(wanted);
    TORCH_CHECK_WITH(OutOfMemoryError, fits, "asked for ", bytesText(wanted), " with ", bytesText(memory.live_bytes),
                     " in use, the machine has ", bytesText(*available), " left");
    unchecked_bytes_ = capacity;  // of which the kernel does not know yet
  }

  void* obtain(std::size_t capacity, std::int64_t wanted) {
    checkHost(static_cast<std::int64_t>(capacity), wanted);
    void* block = std::aligned_alloc(kAlignment, capacity);
    if (!block) {  // before giving up, give back what is kept
      releaseCache(0);
      block = std::aligned_alloc(kAlignment, capacity);
    }
    if (!block && listener) listener->refused(wanted);
    TORCH_CHECK_WITH(OutOfMemoryError, block, "asked for ", bytesText(wanted), " with ", bytesText(memory.live_bytes),
                     " in use, the system has no more memory");
    new (block) Header{0, capacity, 0};
    memory.reserved_bytes += static_cast<std::int64_t>(capacity);
    memory.peak_reserved_bytes = std::max(memory.peak_reserved_bytes, memory.reserved_bytes);
    return block;
  }

  void give(void* data) {
    const std::lock_guard<std::mutex> lock(mutex);
    Header* header = headerOf(data);
    memory.live_bytes -= header->requested;
    if (listener) listener->released(header->allocation, header->requested);
    kept_.emplace(header->capacity, header);
    kept_bytes_ += static_cast<std::int64_t>(header->capacity);
  }

  static void free(void* data) {
    if (data) instance().give(data);
  }

  std::multimap<std::size_t, void*> kept_;
  std::int64_t kept_bytes_ = 0;  ///< part of reserved_bytes that is not in use
  std::int64_t next_allocation_ = 0;
  std::int64_t unchecked_bytes_ = kUncheckedBytes;  ///< taken since the system was asked; the first is checked
};

}  // namespace

void installCpuAllocator() {
  static const bool installed = [] {
    // Above the priority of every allocator that torch registers itself.
    c10::SetCPUAllocator(&CpuAllocator::instance(), /*priority=*/255);
    return true;
  }();
  (void)installed;
}

CpuMemory cpuMemory() {
  CpuAllocator& allocator = CpuAllocator::instance();
  const std::lock_guard<std::mutex> lock(allocator.mutex);
  return allocator.memory;
}

void resetCpuPeaks() {
  CpuAllocator& allocator = CpuAllocator::instance();
  const std::lock_guard<std::mutex> lock(allocator.mutex);
  allocator.memory.peak_live_bytes = allocator.memory.live_bytes;
  allocator.memory.peak_reserved_bytes = allocator.memory.reserved_bytes;
}

void releaseCpuCache() {
  CpuAllocator& allocator = CpuAllocator::instance();
  const std::lock_guard<std::mutex> lock(allocator.mutex);
  allocator.releaseCache(0);
}

void setCpuMemoryCap(std::optional<std::int64_t> bytes) {
  CpuAllocator& allocator = CpuAllocator::instance();
  const std::lock_guard<std::mutex> lock(allocator.mutex);
  allocator.cap = bytes;
  if (bytes) allocator.releaseCache(*bytes);
}

void setAllocationListener(AllocationListener* listener) {
  CpuAllocator& allocator = CpuAllocator::instance();
  const std::lock_guard<std::mutex> lock(allocator.mutex);
  allocator.listener = listener;
}

std::int64_t allocationOf(const void* data) { return data ? CpuAllocator::headerOf(data)->allocation : -1; }

}  // namespace remat
