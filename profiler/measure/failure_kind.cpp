#include "profiler/measure/failure_kind.h"

#include <array>
#include <new>
#include <string_view>

#include <c10/util/Exception.h>

#include "engine/exec/host_store.h"
#include "profiler/measure/recorded_step.h"

namespace remat {
namespace {

struct Sign {
  std::string_view text;
  FailureKind kind;
};

// Libraries say it in words only. First match wins: a CUDA error that is about memory is no lost device.
constexpr std::array kSigns = {
    Sign{"out of memory", FailureKind::out_of_memory},
    Sign{"CUDA_ERROR_OUT_OF_MEMORY", FailureKind::out_of_memory},  // of calls to the driver
    Sign{"cudaErrorMemoryAllocation", FailureKind::out_of_memory},
    Sign{"CUBLAS_STATUS_ALLOC_FAILED", FailureKind::out_of_memory},
    Sign{"CUBLAS_STATUS_NOT_INITIALIZED", FailureKind::out_of_memory},  // its handle found no room
    Sign{"CUDNN_STATUS_ALLOC_FAILED", FailureKind::out_of_memory},
    Sign{"CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED", FailureKind::out_of_memory},
    Sign{"CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED", FailureKind::host_out_of_memory},
    Sign{"CUDA error", FailureKind::device_lost},
    Sign{"CUDA driver error", FailureKind::device_lost},
    Sign{"CUBLAS_STATUS_EXECUTION_FAILED", FailureKind::device_lost},
    Sign{"CUDNN_STATUS_EXECUTION_FAILED", FailureKind::device_lost},
};

}  // namespace

FailureKind failureKind(const std::exception& error) {
  if (dynamic_cast<const HostOutOfMemory*>(&error)) return FailureKind::host_out_of_memory;
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error)) return FailureKind::out_of_memory;
  if (dynamic_cast<const StepOutOfMemory*>(&error)) return FailureKind::out_of_memory;
  if (dynamic_cast<const std::bad_alloc*>(&error)) return FailureKind::host_out_of_memory;
  const std::string_view text = error.what();
  for (const Sign& sign : kSigns)
    if (text.find(sign.text) != std::string_view::npos) return sign.kind;
  return FailureKind::other;
}

}  // namespace remat
