#include "engine/exec/random_state.h"

#include <exception>
#include <mutex>

#include <ATen/Context.h>

namespace remat {
namespace {

template <typename Call>
auto withGenerator(c10::Device device, const Call& call) {
  at::Generator generator = at::globalContext().defaultGenerator(device);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  return call(generator);
}

}  // namespace

at::Tensor randomState(c10::Device device) {
  return withGenerator(device, [](at::Generator& generator) { return generator.get_state(); });
}

void setRandomState(c10::Device device, const at::Tensor& state) {
  withGenerator(device, [&](at::Generator& generator) { generator.set_state(state); });
}

void seedRandom(c10::Device device, std::uint64_t seed) {
  withGenerator(device, [&](at::Generator& generator) { generator.set_current_seed(seed); });
}

RandomStateGuard::RandomStateGuard(c10::Device device, const at::Tensor& state)
    : device_(device), outer_(randomState(device)) {
  setRandomState(device, state);
}

/// After a device error that stays, setting the state of a GPU's generator tells that error again: the first one is
/// under way already, and a second would end the process.
RandomStateGuard::~RandomStateGuard() {
  try {
    setRandomState(device_, outer_);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
  }
}

}  // namespace remat
