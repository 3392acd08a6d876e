#include "profiler/measure/cuda/cupti_library.h"

#include <algorithm>
#include <array>

#include <dlfcn.h>

namespace remat {
namespace {

/// Where the address of one symbol goes.
struct Symbol {
  const char* name;
  void (*store)(CuptiFunctions& functions, void* address);
};

template <auto kMember>
void store(CuptiFunctions& functions, void* address) {
  using Function = std::remove_reference_t<decltype(functions.*kMember)>;
  functions.*kMember = reinterpret_cast<Function>(address);
}

constexpr std::array kSymbols = {
    Symbol{"cuptiGetVersion", store<&CuptiFunctions::get_version>},
    Symbol{"cuptiGetErrorMessage", store<&CuptiFunctions::get_error_message>},
    Symbol{"cuptiSubscribe", store<&CuptiFunctions::subscribe>},
    Symbol{"cuptiUnsubscribe", store<&CuptiFunctions::unsubscribe>},
    Symbol{"cuptiFinalize", store<&CuptiFunctions::finalize>},
    Symbol{"cuptiActivityRegisterTimestampCallback", store<&CuptiFunctions::register_timestamp_callback>},
    Symbol{"cuptiActivityRegisterCallbacks", store<&CuptiFunctions::register_callbacks>},
    Symbol{"cuptiActivitySetAttribute", store<&CuptiFunctions::set_attribute>},
    Symbol{"cuptiActivityEnable", store<&CuptiFunctions::enable>},
    Symbol{"cuptiActivityDisable", store<&CuptiFunctions::disable>},
    Symbol{"cuptiActivityEnableRuntimeApi", store<&CuptiFunctions::enable_runtime_api>},
    Symbol{"cuptiActivityEnableDriverApi", store<&CuptiFunctions::enable_driver_api>},
    Symbol{"cuptiActivityPushExternalCorrelationId", store<&CuptiFunctions::push_external_id>},
    Symbol{"cuptiActivityPopExternalCorrelationId", store<&CuptiFunctions::pop_external_id>},
    Symbol{"cuptiActivityFlushAll", store<&CuptiFunctions::flush_all>},
    Symbol{"cuptiActivityGetNextRecord", store<&CuptiFunctions::get_next_record>},
    Symbol{"cuptiActivityGetNumDroppedRecords", store<&CuptiFunctions::get_dropped_records>},
};

/// Errors that people can do something about, in their words.
struct KnownError {
  CUptiResult result;
  const char* sentence;
};

constexpr std::array kKnownErrors = {
    KnownError{CUPTI_ERROR_NOT_INITIALIZED,
               "it could not start, most likely without a usable NVIDIA driver; check that nvidia-smi works"},
    KnownError{CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED,
               "another tool (Nsight, another profiler) holds CUPTI in this process; measure without that tool"},
    KnownError{CUPTI_ERROR_INSUFFICIENT_PRIVILEGES,
               "this user may not profile the GPU; ask the administrator for it or set the driver's option "
               "NVreg_RestrictProfilingToAdminUsers=0"},
    KnownError{CUPTI_ERROR_VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES,
               "the virtual machine may not profile its GPU; its administrator can allow it in the vGPU settings"},
    KnownError{CUPTI_ERROR_VIRTUALIZED_DEVICE_NOT_SUPPORTED,
               "this virtual GPU cannot be profiled; use a GPU that is passed through as a whole"},
    KnownError{CUPTI_ERROR_CONFIDENTIAL_COMPUTING_NOT_SUPPORTED,
               "a GPU in confidential-computing mode cannot be profiled; use one without it"},
    KnownError{CUPTI_ERROR_MIG_DEVICE_NOT_SUPPORTED, "a MIG slice cannot be profiled; use a whole GPU"},
    KnownError{CUPTI_ERROR_WSL_DEVICE_NOT_SUPPORTED, "the GPU cannot be profiled under WSL; use Linux itself"},
    KnownError{CUPTI_ERROR_OUT_OF_MEMORY, "it found no memory for its buffers; trace a point with a lower peak"},
    KnownError{CUPTI_ERROR_UNKNOWN, "it gives no reason, as it does without a GPU; check that nvidia-smi works"},
};

}  // namespace

LoadedCupti loadCupti(const std::string& library) {
  void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = ::dlerror();
    return {{},
            "CUPTI, " + library + ": cannot be opened (" + (why == nullptr ? "no reason given" : why) +
                "); it comes with the wheel of torch for CUDA 13, run packaging/setup."};
  }
  CuptiFunctions functions;
  for (const Symbol& symbol : kSymbols) {
    void* address = ::dlsym(handle, symbol.name);
    if (address == nullptr) {
      return {{}, "CUPTI, " + library + ": has no " + symbol.name + ", so it is too old; use the one of CUDA 13."};
    }
    symbol.store(functions, address);
  }
  std::uint32_t version = 0;
  if (functions.get_version(&version) != CUPTI_SUCCESS || version < kOldestCuptiVersion) {
    return {{},
            "CUPTI, " + library + ": must be of version " + std::to_string(kOldestCuptiVersion) + " or later, got " +
                std::to_string(version) + "; use the one of CUDA 13."};
  }
  return {functions};
}

std::string cuptiProblem(const CuptiFunctions& functions, const std::string& call, CUptiResult result) {
  const std::string where = "CUPTI, " + call + ": ";
  const auto* known = std::find_if(kKnownErrors.begin(), kKnownErrors.end(),
                                   [&](const KnownError& error) { return error.result == result; });
  const std::string number = " (error " + std::to_string(static_cast<int>(result)) + ").";
  if (known != kKnownErrors.end()) return where + known->sentence + number;
  const char* message = nullptr;
  if (functions.get_error_message(result, &message) != CUPTI_SUCCESS || message == nullptr) message = "failed";
  return where + message + number;
}

}  // namespace remat
