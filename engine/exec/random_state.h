// State of the random generator of a device that ops draw from.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

namespace remat {

/// A copy of the generator's state, in host memory from the default allocator: 5,056 bytes for the CPU's generator, 16
/// for a GPU's (seed and offset).
[[nodiscard]] at::Tensor randomState(c10::Device device);
void setRandomState(c10::Device device, const at::Tensor& state);
void seedRandom(c10::Device device, std::uint64_t seed);

/// Sets a state for a while and puts the former one back.
class RandomStateGuard {
 public:
  RandomStateGuard(c10::Device device, const at::Tensor& state);
  ~RandomStateGuard();
  RandomStateGuard(const RandomStateGuard&) = delete;
  RandomStateGuard& operator=(const RandomStateGuard&) = delete;

 private:
  c10::Device device_;
  at::Tensor outer_;
};

}  // namespace remat
