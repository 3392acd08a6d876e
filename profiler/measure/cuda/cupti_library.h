// CUPTI as a table of functions, opened at run time: machines without it measure time and memory all the same. Tests
// put their own functions into the table.
//
// Only for .cpp files of this folder and their tests: it needs the headers of CUPTI.
#pragma once

#include <optional>
#include <string>

#include <cupti.h>

namespace remat {

/// The calls that tracing needs, named after CUPTI's. All are set.
struct CuptiFunctions {
  decltype(&::cuptiGetVersion) get_version = nullptr;
  decltype(&::cuptiGetErrorMessage) get_error_message = nullptr;
  decltype(&::cuptiSubscribe) subscribe = nullptr;
  decltype(&::cuptiUnsubscribe) unsubscribe = nullptr;
  decltype(&::cuptiFinalize) finalize = nullptr;
  decltype(&::cuptiActivityRegisterTimestampCallback) register_timestamp_callback = nullptr;
  decltype(&::cuptiActivityRegisterCallbacks) register_callbacks = nullptr;
  decltype(&::cuptiActivitySetAttribute) set_attribute = nullptr;
  decltype(&::cuptiActivityEnable) enable = nullptr;
  decltype(&::cuptiActivityDisable) disable = nullptr;
  decltype(&::cuptiActivityEnableRuntimeApi) enable_runtime_api = nullptr;
  decltype(&::cuptiActivityEnableDriverApi) enable_driver_api = nullptr;
  decltype(&::cuptiActivityPushExternalCorrelationId) push_external_id = nullptr;
  decltype(&::cuptiActivityPopExternalCorrelationId) pop_external_id = nullptr;
  decltype(&::cuptiActivityFlushAll) flush_all = nullptr;
  decltype(&::cuptiActivityGetNextRecord) get_next_record = nullptr;
  decltype(&::cuptiActivityGetNumDroppedRecords) get_dropped_records = nullptr;
};

struct LoadedCupti {
  std::optional<CuptiFunctions> functions;
  std::string reason{};  ///< a sentence, if there are none
};

/// The name that LibTorch links: the dynamic linker hands out the copy that is mapped already.
inline constexpr const char* kCuptiLibrary = "libcupti.so.13";
/// Record layouts and null buffers as in this version or later ones of CUDA 13.
inline constexpr std::uint32_t kOldestCuptiVersion = 130'000;

/// Opens the library for the rest of the process.
[[nodiscard]] LoadedCupti loadCupti(const std::string& library = kCuptiLibrary);

/// "CUPTI, cuptiSubscribe: another tool holds it ...; close it": what failed, why, and what to do.
[[nodiscard]] std::string cuptiProblem(const CuptiFunctions& functions, const std::string& call, CUptiResult result);

}  // namespace remat
