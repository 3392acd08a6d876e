#include "profiler/measure/cuda/activity_reader.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <cxxabi.h>

namespace remat {
namespace {

struct KindRow {
  CUpti_ActivityKind kind;
  void (ActivityReader::*take)(const CUpti_Activity& record, ActivityLog& log);
};

constexpr std::array kKinds = {
    KindRow{CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL, &ActivityReader::takeKernel},
    KindRow{CUPTI_ACTIVITY_KIND_EXTERNAL_CORRELATION, &ActivityReader::takeCorrelation},
    KindRow{CUPTI_ACTIVITY_KIND_RUNTIME, &ActivityReader::takeCall},
    KindRow{CUPTI_ACTIVITY_KIND_DRIVER, &ActivityReader::takeCall},
    KindRow{CUPTI_ACTIVITY_KIND_MEMCPY, &ActivityReader::takeCopy},
    KindRow{CUPTI_ACTIVITY_KIND_MEMSET, &ActivityReader::takeMemset},
    KindRow{CUPTI_ACTIVITY_KIND_OVERHEAD, &ActivityReader::takeOverhead},
};

struct CopyRow {
  CUpti_ActivityMemcpyKind copy;
  ActivityKind kind;
};

constexpr std::array kCopies = {
    CopyRow{CUPTI_ACTIVITY_MEMCPY_KIND_HTOD, ActivityKind::copy_to_device},
    CopyRow{CUPTI_ACTIVITY_MEMCPY_KIND_HTOA, ActivityKind::copy_to_device},
    CopyRow{CUPTI_ACTIVITY_MEMCPY_KIND_DTOH, ActivityKind::copy_to_host},
    CopyRow{CUPTI_ACTIVITY_MEMCPY_KIND_ATOH, ActivityKind::copy_to_host},
    CopyRow{CUPTI_ACTIVITY_MEMCPY_KIND_DTOD, ActivityKind::copy_within_device},
    CopyRow{CUPTI_ACTIVITY_MEMCPY_KIND_DTOA, ActivityKind::copy_within_device},
    CopyRow{CUPTI_ACTIVITY_MEMCPY_KIND_ATOD, ActivityKind::copy_within_device},
    CopyRow{CUPTI_ACTIVITY_MEMCPY_KIND_ATOA, ActivityKind::copy_within_device},
};

struct MemoryRow {
  CUpti_ActivityMemoryKind memory;
  HostMemory host;
};

constexpr std::array kMemories = {
    MemoryRow{CUPTI_ACTIVITY_MEMORY_KIND_PAGEABLE, HostMemory::pageable},
    MemoryRow{CUPTI_ACTIVITY_MEMORY_KIND_PINNED, HostMemory::pinned},
    MemoryRow{CUPTI_ACTIVITY_MEMORY_KIND_MANAGED, HostMemory::managed},
};

constexpr std::array kOwnOverheads = {
    CUPTI_ACTIVITY_OVERHEAD_CUPTI_BUFFER_FLUSH, CUPTI_ACTIVITY_OVERHEAD_CUPTI_INSTRUMENTATION,
    CUPTI_ACTIVITY_OVERHEAD_CUPTI_RESOURCE, CUPTI_ACTIVITY_OVERHEAD_ACTIVITY_BUFFER_REQUEST};

ActivityKind copyKindOf(std::uint8_t copy) {
  const auto* row =
      std::find_if(kCopies.begin(), kCopies.end(), [&](const CopyRow& each) { return each.copy == copy; });
  return row == kCopies.end() ? ActivityKind::copy_other : row->kind;
}

HostMemory hostMemoryOf(std::uint8_t source, std::uint8_t destination) {
  const auto* row = std::find_if(kMemories.begin(), kMemories.end(), [&](const MemoryRow& each) {
    return each.memory == source || each.memory == destination;
  });
  return row == kMemories.end() ? HostMemory::none : row->host;
}

/// Kernels are C++ templates; without this they could not be read.
std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(name, nullptr, nullptr, &status),
                                                         &std::free);
  return status == 0 && text ? text.get() : name;
}

/// What the three kinds of device activities have in common. CUPTI writes 0 where it has lost the time stamps.
template <typename T>
void append(const T& record, DeviceActivity activity, ActivityLog& log) {
  if (record.start == 0 || record.end == 0) {
    ++log.dropped_records;
    return;
  }
  activity.stream = record.streamId;
  activity.correlation = record.correlationId;
  activity.start_ns = static_cast<std::int64_t>(record.start);
  activity.end_ns = static_cast<std::int64_t>(record.end);
  log.activities.push_back(activity);
}

}  // namespace

void ActivityReader::read(std::uint8_t* buffer, std::size_t valid_bytes, ActivityLog& log) {
  CUpti_Activity* record = nullptr;
  CUptiResult result = CUPTI_SUCCESS;
  while (valid_bytes > 0 && (result = next_(buffer, valid_bytes, &record)) == CUPTI_SUCCESS) {
    const auto* row =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const KindRow& each) { return each.kind == record->kind; });
    if (row == kKinds.end()) {
      ++log.unknown_records;
    } else {
      (this->*row->take)(*record, log);
    }
  }
  // Anything but the end of the buffer is a record that nobody knows the length of: all behind it is lost.
  if (valid_bytes > 0 && result != CUPTI_ERROR_MAX_LIMIT_REACHED) ++log.dropped_records;
}

void ActivityReader::takeKernel(const CUpti_Activity& record, ActivityLog& log) {
  const auto& kernel = reinterpret_cast<const CUpti_ActivityKernel10&>(record);
  append(kernel, {.kind = ActivityKind::kernel, .name = nameNumber(kernel.name, log)}, log);
}

void ActivityReader::takeCopy(const CUpti_Activity& record, ActivityLog& log) {
  const auto& copy = reinterpret_cast<const CUpti_ActivityMemcpy6&>(record);
  append(copy,
         {.kind = copyKindOf(copy.copyKind),
          .host_memory = hostMemoryOf(copy.srcKind, copy.dstKind),
          .bytes = static_cast<std::int64_t>(copy.bytes)},
         log);
}

void ActivityReader::takeMemset(const CUpti_Activity& record, ActivityLog& log) {
  const auto& memset = reinterpret_cast<const CUpti_ActivityMemset4&>(record);
  append(memset, {.kind = ActivityKind::memset, .bytes = static_cast<std::int64_t>(memset.bytes)}, log);
}

void ActivityReader::takeCorrelation(const CUpti_Activity& record, ActivityLog& log) {
  const auto& correlation = reinterpret_cast<const CUpti_ActivityExternalCorrelation&>(record);
  if (correlation.externalKind != kScopeCorrelation) return;  // of another tool in this process
  log.correlations.push_back({correlation.correlationId, correlation.externalId});
}

void ActivityReader::takeOverhead(const CUpti_Activity& record, ActivityLog& log) {
  const auto& overhead = reinterpret_cast<const CUpti_ActivityOverhead3&>(record);
  std::free(overhead.overheadData);  // NOLINT: CUPTI hands it over, to be freed by whoever reads the record
  const bool own = std::find(kOwnOverheads.begin(), kOwnOverheads.end(), overhead.overheadKind) != kOwnOverheads.end();
  if (own && overhead.end > overhead.start) {
    log.overhead_ns += static_cast<std::int64_t>(overhead.end - overhead.start);
  }
}

/// Calls are traced only because external ids come with their records.
void ActivityReader::takeCall(const CUpti_Activity& /*record*/, ActivityLog& /*log*/) {}

std::int32_t ActivityReader::nameNumber(const char* name, ActivityLog& log) {
  if (name == nullptr) return -1;
  const auto [at, is_new] = numbers_.try_emplace(name, static_cast<std::int32_t>(log.names.size()));
  if (is_new) log.names.push_back(demangled(name));
  return at->second;
}

}  // namespace remat
