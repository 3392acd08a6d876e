#include "profiler/measure/cuda/cuda_refusal.h"

namespace remat {
namespace {

constexpr int kInsufficientDriver = 35;  // cudaErrorInsufficientDriver

}  // namespace

std::optional<CudaRefusal> refusalOf(const CudaAnswers& answers, int index) {
  if (answers.code == kInsufficientDriver)
    return CudaRefusal{"the NVIDIA driver is too old for CUDA 13", "update the driver (580 or newer)"};
  if (answers.code != 0) return CudaRefusal{"CUDA says: " + answers.error, "see nvidia-smi"};
  const std::string count = std::to_string(answers.count);
  if (answers.count == 0)
    return CudaRefusal{"the machine has no device that CUDA may use (CUDA_VISIBLE_DEVICES counts)", "use cpu"};
  if (index < 0 || index >= answers.count)
    return CudaRefusal{
        "expected a device below cuda:" + count + ", the machine has " + count + " (CUDA_VISIBLE_DEVICES counts)",
        "use cuda:0"};
  if (answers.allocator != "native")
    return CudaRefusal{"torch's allocator is '" + answers.allocator + "', which does not tell who allocates what",
                       "unset backend:cudaMallocAsync in PYTORCH_ALLOC_CONF"};
  return std::nullopt;
}

}  // namespace remat
