// A buffer of CUPTI records, written record by record: what CUPTI would have handed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <cupti.h>

namespace remat {

class RecordBuffer {
 public:
  template <typename T>
  RecordBuffer& add(const T& record) {
    static_assert(sizeof(T) % sizeof(std::uint64_t) == 0);
    append(&record, sizeof(T));
    return *this;
  }

  [[nodiscard]] std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(words_.data()); }
  [[nodiscard]] std::size_t size() const { return words_.size() * sizeof(std::uint64_t); }

 private:
  void append(const void* record, std::size_t size);

  std::vector<std::uint64_t> words_;  // aligned as CUPTI's buffers are
};

[[nodiscard]] CUpti_ActivityKernel10 kernelRecord(const char* name, std::uint32_t correlation, std::uint64_t start_ns,
                                                  std::uint64_t end_ns, std::uint32_t stream = 7);
[[nodiscard]] CUpti_ActivityMemcpy6 copyRecord(CUpti_ActivityMemcpyKind kind, CUpti_ActivityMemoryKind source,
                                               CUpti_ActivityMemoryKind destination, std::uint64_t bytes);
[[nodiscard]] CUpti_ActivityMemset4 memsetRecord(std::uint64_t bytes);
[[nodiscard]] CUpti_ActivityExternalCorrelation correlationRecord(std::uint32_t correlation, std::uint64_t scope);
[[nodiscard]] CUpti_ActivityAPI callRecord(CUpti_ActivityKind kind, CUpti_CallbackId call, std::uint32_t correlation);
[[nodiscard]] CUpti_ActivityOverhead3 overheadRecord(CUpti_ActivityOverheadKind kind, std::uint64_t start_ns,
                                                     std::uint64_t end_ns);

/// Walks such a buffer as cuptiActivityGetNextRecord does.
CUptiResult CUPTIAPI nextRecord(std::uint8_t* buffer, std::size_t valid_bytes, CUpti_Activity** record);

}  // namespace remat
