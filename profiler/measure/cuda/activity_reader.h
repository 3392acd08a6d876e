// Raw buffers of CUPTI's records -> values. Reads the layouts of CUDA 13.0 (cupti_activity.h, CUPTI_API_VERSION
// 130001); later versions append to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include <cupti.h>

#include "profiler/core/kernel_activity.h"

namespace remat {

/// The kind of external id that carries a ScopeId. Kineto uses CUSTOM0 and CUSTOM1.
inline constexpr CUpti_ExternalCorrelationKind kScopeCorrelation = CUPTI_EXTERNAL_CORRELATION_KIND_CUSTOM2;

class ActivityReader {
 public:
  /// cuptiActivityGetNextRecord, or what stands in for it.
  using NextRecord = CUptiResult (*)(std::uint8_t* buffer, std::size_t valid_bytes, CUpti_Activity** record);

  explicit ActivityReader(NextRecord next) : next_(next) {}

  /// Appends what one buffer holds. Each buffer must be read once only: some records hand memory over.
  void read(std::uint8_t* buffer, std::size_t valid_bytes, ActivityLog& log);

  // What each kind of record becomes.
  void takeKernel(const CUpti_Activity& record, ActivityLog& log);
  void takeCopy(const CUpti_Activity& record, ActivityLog& log);
  void takeMemset(const CUpti_Activity& record, ActivityLog& log);
  void takeCorrelation(const CUpti_Activity& record, ActivityLog& log);
  void takeOverhead(const CUpti_Activity& record, ActivityLog& log);
  void takeCall(const CUpti_Activity& record, ActivityLog& log);

 private:
  [[nodiscard]] std::int32_t nameNumber(const char* name, ActivityLog& log);

  NextRecord next_;
  std::unordered_map<std::string, std::int32_t> numbers_;  ///< of names as CUPTI has them, mangled
};

}  // namespace remat
