#include "tests/profiler/measure/cuda/record_buffer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "profiler/measure/cuda/activity_reader.h"

namespace remat {
namespace {

struct Size {
  CUpti_ActivityKind kind;
  std::size_t bytes;
};

constexpr std::array kSizes = {
    Size{CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL, sizeof(CUpti_ActivityKernel10)},
    Size{CUPTI_ACTIVITY_KIND_MEMCPY, sizeof(CUpti_ActivityMemcpy6)},
    Size{CUPTI_ACTIVITY_KIND_MEMSET, sizeof(CUpti_ActivityMemset4)},
    Size{CUPTI_ACTIVITY_KIND_EXTERNAL_CORRELATION, sizeof(CUpti_ActivityExternalCorrelation)},
    Size{CUPTI_ACTIVITY_KIND_RUNTIME, sizeof(CUpti_ActivityAPI)},
    Size{CUPTI_ACTIVITY_KIND_DRIVER, sizeof(CUpti_ActivityAPI)},
    Size{CUPTI_ACTIVITY_KIND_OVERHEAD, sizeof(CUpti_ActivityOverhead3)},
    Size{CUPTI_ACTIVITY_KIND_SYNCHRONIZATION, sizeof(CUpti_ActivitySynchronization2)},
};

}  // namespace

void RecordBuffer::append(const void* record, std::size_t size) {
  const std::size_t at = words_.size();
  words_.resize(at + size / sizeof(std::uint64_t));
  std::memcpy(words_.data() + at, record, size);
}

CUpti_ActivityKernel10 kernelRecord(const char* name, std::uint32_t correlation, std::uint64_t start_ns,
                                    std::uint64_t end_ns, std::uint32_t stream) {
  CUpti_ActivityKernel10 record = {};
  record.kind = CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL;
  record.name = name;
  record.correlationId = correlation;
  record.start = start_ns;
  record.end = end_ns;
  record.streamId = stream;
  return record;
}

CUpti_ActivityMemcpy6 copyRecord(CUpti_ActivityMemcpyKind kind, CUpti_ActivityMemoryKind source,
                                 CUpti_ActivityMemoryKind destination, std::uint64_t bytes) {
  CUpti_ActivityMemcpy6 record = {};
  record.kind = CUPTI_ACTIVITY_KIND_MEMCPY;
  record.copyKind = static_cast<std::uint8_t>(kind);
  record.srcKind = static_cast<std::uint8_t>(source);
  record.dstKind = static_cast<std::uint8_t>(destination);
  record.bytes = bytes;
  record.start = 10;
  record.end = 20;
  record.streamId = 9;
  record.correlationId = 5;
  return record;
}

CUpti_ActivityMemset4 memsetRecord(std::uint64_t bytes) {
  CUpti_ActivityMemset4 record = {};
  record.kind = CUPTI_ACTIVITY_KIND_MEMSET;
  record.bytes = bytes;
  record.start = 30;
  record.end = 31;
  return record;
}

CUpti_ActivityExternalCorrelation correlationRecord(std::uint32_t correlation, std::uint64_t scope) {
  CUpti_ActivityExternalCorrelation record = {};
  record.kind = CUPTI_ACTIVITY_KIND_EXTERNAL_CORRELATION;
  record.externalKind = kScopeCorrelation;
  record.externalId = scope;
  record.correlationId = correlation;
  return record;
}

CUpti_ActivityAPI callRecord(CUpti_ActivityKind kind, CUpti_CallbackId call, std::uint32_t correlation) {
  CUpti_ActivityAPI record = {};
  record.kind = kind;
  record.cbid = call;
  record.correlationId = correlation;
  return record;
}

CUpti_ActivityOverhead3 overheadRecord(CUpti_ActivityOverheadKind kind, std::uint64_t start_ns, std::uint64_t end_ns) {
  CUpti_ActivityOverhead3 record = {};
  record.kind = CUPTI_ACTIVITY_KIND_OVERHEAD;
  record.overheadKind = kind;
  record.start = start_ns;
  record.end = end_ns;
  return record;
}

CUptiResult CUPTIAPI nextRecord(std::uint8_t* buffer, std::size_t valid_bytes, CUpti_Activity** record) {
  const auto sizeOf = [](const CUpti_Activity* each) {
    const auto* row = std::find_if(kSizes.begin(), kSizes.end(), [&](const Size& s) { return s.kind == each->kind; });
    return row == kSizes.end() ? 0 : row->bytes;
  };
  auto* at = buffer;
  if (*record != nullptr) at = reinterpret_cast<std::uint8_t*>(*record) + sizeOf(*record);
  if (at >= buffer + valid_bytes) return CUPTI_ERROR_MAX_LIMIT_REACHED;
  auto* next = reinterpret_cast<CUpti_Activity*>(at);
  if (sizeOf(next) == 0) return CUPTI_ERROR_INVALID_KIND;
  *record = next;
  return CUPTI_SUCCESS;
}

}  // namespace remat
