// Host memory for offloaded activations: pinned where a GPU copies from it, plain on the CPU backend, where it stands
// beside the measured allocator, so that what is offloaded there does not count as device memory either.
//
// Blocks are kept and handed out again: pinning memory is slow and waits for the device, and a step needs the same
// sizes every time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

namespace remat {

/// The host has no more memory for what is offloaded; the device may have plenty.
struct HostOutOfMemory : c10::OutOfMemoryError {
  using OutOfMemoryError::OutOfMemoryError;
};

class HostStore;

/// Bytes of host memory, given back to their store on destruction. The store must outlive it.
class HostBlock {
 public:
  HostBlock() = default;
  HostBlock(HostStore& store, at::Tensor bytes) : store_(&store), bytes_(std::move(bytes)) {}
  HostBlock(HostBlock&& other) noexcept { *this = std::move(other); }
  HostBlock& operator=(HostBlock&& other) noexcept;
  ~HostBlock() { reset(); }

  void reset() noexcept;
  /// One-dimensional uint8; undefined if there is none.
  [[nodiscard]] const at::Tensor& bytes() const { return bytes_; }

 private:
  HostStore* store_ = nullptr;
  at::Tensor bytes_;
};

class HostStore {
 public:
  explicit HostStore(bool pinned) : pinned_(pinned) {}
  HostStore(const HostStore&) = delete;
  HostStore& operator=(const HostStore&) = delete;

  /// Throws HostOutOfMemory if the host has no more.
  [[nodiscard]] HostBlock take(std::int64_t bytes);

  [[nodiscard]] std::int64_t liveBytes() const { return live_bytes_; }
  [[nodiscard]] std::int64_t peakBytes() const { return peak_bytes_; }
  /// Live and kept for reuse.
  [[nodiscard]] std::int64_t reservedBytes() const { return reserved_bytes_; }
  void resetPeak() { peak_bytes_ = live_bytes_; }

 private:
  friend class HostBlock;
  void give(at::Tensor bytes) noexcept;
  [[nodiscard]] at::Tensor allocate(std::int64_t bytes) const;

  bool pinned_;
  std::int64_t live_bytes_ = 0, peak_bytes_ = 0, reserved_bytes_ = 0;
  std::map<std::int64_t, std::vector<at::Tensor>> free_;  ///< by size
};

/// The store for what is offloaded from `device`, shared by everyone who asks while anyone holds it: the policies of a
/// sweep take turns, and each would pin as much for itself.
[[nodiscard]] std::shared_ptr<HostStore> hostStoreFor(c10::Device device);

}  // namespace remat
