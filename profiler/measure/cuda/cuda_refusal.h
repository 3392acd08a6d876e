// Why a GPU cannot be opened, and what to do: decided from what CUDA and torch say, so that it can be tested without
// both.
#pragma once

#include <optional>
#include <string>

namespace remat {

/// What is asked before a device is opened.
struct CudaAnswers {
  int code = 0;             ///< of counting the devices, a cudaError_t
  std::string error{};      ///< its text
  int count = 0;            ///< of devices
  std::string allocator{};  ///< name of torch's
};

struct CudaRefusal {
  std::string reason{}, remedy{};
  bool operator==(const CudaRefusal&) const = default;
};

/// nullopt if device number `index` can be opened.
[[nodiscard]] std::optional<CudaRefusal> refusalOf(const CudaAnswers& answers, int index);

}  // namespace remat
