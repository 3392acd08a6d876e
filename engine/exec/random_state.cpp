#include "engine/exec/random_state.h"

#include <mutex>

#include <ATen/CPUGeneratorImpl.h>

namespace remat {

at::Tensor randomState() {
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  return generator.get_state();
}

void setRandomState(const at::Tensor& state) {
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(state);
}

void seedRandom(std::uint64_t seed) {
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(seed);
}

RandomStateGuard::RandomStateGuard(const at::Tensor& state) : outer_(randomState()) { setRandomState(state); }
RandomStateGuard::~RandomStateGuard() { setRandomState(outer_); }

}  // namespace remat
