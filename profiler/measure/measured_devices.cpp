// Finds and opens the device that is asked for. CUDA's libraries are gigabytes that a machine without a GPU need not
// have, so everything that needs them is in a library of its own beside the worker, opened when there is a driver.
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <dlfcn.h>

#include "engine/spec/error.h"
#include "profiler/core/machine_facts.h"
#include "profiler/measure/cpu_device.h"
#include "profiler/measure/cuda/cuda_library.h"
#include "profiler/measure/measured_device.h"

namespace remat {
namespace {

[[noreturn]] void refuse(const std::string& device, const std::string& what, const std::string& remedy) {
  throw Error(ErrorKind::worker_failed, "device " + device, what, remedy);
}

bool hasDriver() { return canOpenLibrary(kCudaDriverLibrary); }

std::filesystem::path besideThisProgram(const char* name) {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / name;
}

/// The GPU number `index`. torch looks for CUDA once, when it is first asked about it, so this library has to be there
/// by then: the worker opens it before its first tensor.
std::unique_ptr<MeasuredDevice> openCuda(const std::string& name, int index) {
  if (!hasDriver())
    refuse(name, "expected an NVIDIA driver, found none (libcuda.so.1)", "install the driver, or use cpu");
  const std::string path = besideThisProgram(kCudaLibraryName);
  std::error_code ignored;
  // A program that is not installed with it, as a benchmark, finds it by its own search path.
  const std::string found = std::filesystem::exists(path, ignored) ? path : kCudaLibraryName;
  void* const library = dlopen(found.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (!library)
    refuse(name, std::string("cannot open ") + path + ": " + dlerror(),
           "install the whole set of LibTorch's libraries: packaging/setup --cuda");
  const auto open = reinterpret_cast<OpenCudaDevice>(dlsym(library, kOpenCudaDeviceName));
  if (!open) refuse(name, path + " is of another version", "build the programs together");
  OpenedCudaDevice opened;
  open(index, &opened);
  if (!opened.device) refuse(name, opened.reason, opened.remedy);
  return std::move(opened.device);
}

std::unique_ptr<MeasuredDevice> open(const std::string& name) {
  if (name == "cpu") return std::make_unique<CpuDevice>();
  if (name.starts_with("cuda:")) return openCuda(name, std::atoi(name.c_str() + 5));
  refuse(name, "is no device", "use cpu or cuda:0");
}

}  // namespace

MeasuredDevice& measuredDevice(const std::string& name) {
  static std::string opened_name;
  static std::unique_ptr<MeasuredDevice> opened;
  static CpuDevice cpu;
  if (name == "cpu") return cpu;
  if (!opened || opened_name != name) {
    opened = open(name);
    opened_name = name;
  }
  return *opened;
}

AutomaticDevice automaticDevice() {
  if (!hasDriver()) return {};
  try {
    return {measuredDevice("cuda:0").device().str(), ""};
  } catch (const Error& error) {
    return {"cpu", error.what()};
  }
}

}  // namespace remat
