// What the worker and its CUDA library agree on. The library links libc10_cuda and libtorch_cuda; the worker opens it
// at run time, where there is a driver.
#pragma once

#include <memory>
#include <string>

#include "profiler/measure/measured_device.h"

namespace remat {

inline constexpr const char* kCudaLibraryName = "librematscope-cuda.so";
inline constexpr const char* kOpenCudaDeviceName = "rematOpenCudaDevice";

/// A device, or why there is none and what to do.
struct OpenedCudaDevice {
  std::unique_ptr<MeasuredDevice> device;
  std::string reason{}, remedy{};
};

using OpenCudaDevice = void (*)(int index, OpenedCudaDevice* result);

}  // namespace remat
