#include "engine/exec/host_store.h"

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>

namespace remat {

namespace {

constexpr std::size_t kAlignmentBytes = 64;  // torch's own for CPU tensors

[[noreturn]] void refuse(std::int64_t bytes, const std::string& why) {
  throw HostOutOfMemory({__func__, __FILE__, static_cast<std::uint32_t>(__LINE__)},
                        "host memory for offloaded activations: " + std::to_string(bytes) + " " + why);
}

/// CUDA says of the host what it says of the device. What is no lack of memory passes.
at::Tensor pinned(std::int64_t bytes, const at::TensorOptions& options) {
  try {
    return at::empty({bytes}, options.pinned_memory(true));
  } catch (const c10::Error& error) {
    if (std::string_view(error.what_without_backtrace()).find("out of memory") == std::string_view::npos) throw;
    refuse(bytes, "bytes could not be pinned");
  }
}

}  // namespace

HostBlock& HostBlock::operator=(HostBlock&& other) noexcept {
  if (this == &other) return *this;
  reset();
  store_ = std::exchange(other.store_, nullptr);
  bytes_ = std::move(other.bytes_);
  return *this;
}

void HostBlock::reset() noexcept {
  if (HostStore* store = std::exchange(store_, nullptr)) store->give(std::move(bytes_));
}

HostBlock HostStore::take(std::int64_t bytes) {
  std::vector<at::Tensor>& free = free_[bytes];
  free.reserve(free.size() + 1);  // so that giving back cannot fail
  at::Tensor block;
  if (free.empty()) {
    block = allocate(bytes);
    reserved_bytes_ += bytes;
  } else {
    block = std::move(free.back());
    free.pop_back();
  }
  live_bytes_ += bytes;
  peak_bytes_ = std::max(peak_bytes_, live_bytes_);
  return {*this, std::move(block)};
}

void HostStore::give(at::Tensor bytes) noexcept {
  const std::int64_t size = bytes.numel();
  live_bytes_ -= size;
  free_[size].push_back(std::move(bytes));
}

at::Tensor HostStore::allocate(std::int64_t bytes) const {
  const at::TensorOptions options = at::TensorOptions(at::kByte);
  if (pinned_) return pinned(bytes, options);
  void* memory = nullptr;
  if (posix_memalign(&memory, kAlignmentBytes, static_cast<std::size_t>(bytes)) != 0)
    refuse(bytes, "bytes more than there is");
  return at::from_blob(memory, {bytes}, &std::free, options);
}

std::shared_ptr<HostStore> hostStoreFor(c10::Device device) {
  static std::map<bool, std::weak_ptr<HostStore>> stores;  // by pinned; the training thread's only
  std::weak_ptr<HostStore>& known = stores[!device.is_cpu()];
  std::shared_ptr<HostStore> store = known.lock();
  if (!store) known = store = std::make_shared<HostStore>(!device.is_cpu());
  return store;
}

}  // namespace remat
