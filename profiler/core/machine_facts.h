// What this machine is, asked without any library: for the worker, which measures on it, and for the command line,
// which says what is missing.
#pragma once

#include <string>

namespace remat {

/// "AMD EPYC 7763 64-Core Processor", as the system calls it.
[[nodiscard]] std::string processorName();

inline constexpr const char* kCudaDriverLibrary = "libcuda.so.1";

/// Whether the dynamic linker finds and opens a library; it stays open.
[[nodiscard]] bool canOpenLibrary(const char* name);

/// How the note of a worker begins that has seen a driver but measures on the CPU; the reason follows.
inline constexpr const char* kGpuNotUsed = "the GPU is not used: ";

}  // namespace remat
