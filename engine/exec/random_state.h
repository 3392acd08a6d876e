// State of the random generator that ops draw from.
#pragma once

#include <ATen/core/Tensor.h>

namespace remat {

/// A copy of the CPU generator's state: 5,056 bytes from the default allocator.
[[nodiscard]] at::Tensor randomState();
void setRandomState(const at::Tensor& state);
void seedRandom(std::uint64_t seed);

/// Sets a state for a while and puts the former one back.
class RandomStateGuard {
 public:
  explicit RandomStateGuard(const at::Tensor& state);
  ~RandomStateGuard();
  RandomStateGuard(const RandomStateGuard&) = delete;
  RandomStateGuard& operator=(const RandomStateGuard&) = delete;

 private:
  at::Tensor outer_;
};

}  // namespace remat
