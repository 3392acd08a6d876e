#include "engine/exec/activation_transfers.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <ATen/ops/empty_strided.h>

#include "engine/exec/region_run.h"
#include "engine/spec/error.h"

namespace remat {
namespace {

/// The whole storage of a tensor as bytes. Shares it, so the memory lives as long as the result does.
at::Tensor bytesOf(const at::Tensor& tensor) {
  const at::TensorOptions options = tensor.options().dtype(at::kByte);
  at::Tensor bytes = at::detail::make_tensor<c10::TensorImpl>(
      c10::Storage(tensor.storage()), c10::DispatchKeySet(options.computeDispatchKey()), options.dtype());
  bytes.unsafeGetTensorImpl()->set_sizes_contiguous({static_cast<std::int64_t>(tensor.storage().nbytes())});
  return bytes;
}

void checkOwnsItsStorage(const at::Tensor& tensor) {
  const auto bytes = static_cast<std::int64_t>(tensor.storage().nbytes());
  if (tensor.storage_offset() == 0 && tensor.numel() * static_cast<std::int64_t>(tensor.itemsize()) == bytes) return;
  throw Error(ErrorKind::failed, "engine", "an activation that is part of a larger storage cannot be offloaded",
              "this is a bug in the description of its op: please report it");
}

}  // namespace

ActivationTransfers::ActivationTransfers(const Schedule& schedule, c10::Device device)
    : host_(hostStoreFor(device)),
      stream_(makeTransferStream(device, schedule.offload_synchronous)),
      synchronous_(schedule.offload_synchronous),
      window_(schedule.offload_window) {}

void ActivationTransfers::addRegion(RegionExecution& region, int block_count) {
  region_of_.insert(region_of_.end(), static_cast<std::size_t>(block_count), &region);
}

void ActivationTransfers::start() {
  host_->resetPeak();
  stream_->restart();
}

void ActivationTransfers::awaitBefore(int block) {
  while (!under_way_.empty() && under_way_.front().block < block) {
    stream_->await(under_way_.front().copy);
    under_way_.pop_front();
  }
}

void ActivationTransfers::enterForward(int block) { awaitBefore(block - window_); }

void ActivationTransfers::endForward() { awaitBefore(std::numeric_limits<int>::max()); }

void ActivationTransfers::enterBackward(int block) {
  if (synchronous_) return;
  for (int ahead = block - 1; ahead >= std::max(0, block - window_); --ahead) region_of_[ahead]->prefetch(ahead);
}

void ActivationTransfers::abandon() noexcept {
  try {
    stream_->drain();
  } catch (const std::exception&) {  // a device that is lost copies no more, and its error is under way already
  }
  under_way_.clear();
}

TransferTimes ActivationTransfers::times() {
  TransferTimes times = stream_->times();
  times.host_bytes = host_->peakBytes();
  return times;
}

OffloadedActivation ActivationTransfers::offload(int block, const at::Tensor& activation) {
  checkOwnsItsStorage(activation);
  OffloadedActivation offloaded;
  offloaded.sizes.assign(activation.sizes().begin(), activation.sizes().end());
  offloaded.strides.assign(activation.strides().begin(), activation.strides().end());
  offloaded.options = activation.options().requires_grad(false);
  offloaded.version = activation.unsafeGetTensorImpl()->version_counter();
  offloaded.version_when_copied = offloaded.version.current_version();
  at::Tensor source = bytesOf(activation);
  offloaded.host = host_->take(source.numel());
  const int copy = stream_->copy(CopyDirection::to_host, source, offloaded.host.bytes());
  if (!synchronous_) under_way_.push_back({block, copy, std::move(source)});
  return offloaded;
}

void ActivationTransfers::fetch(OffloadedActivation& activation) {
  if (activation.version.current_version() != activation.version_when_copied)
    throw Error(ErrorKind::failed, "engine", "an activation was changed in place after it was offloaded");
  activation.device = at::empty_strided(activation.sizes, activation.strides, activation.options);
  activation.copy_back = stream_->copy(CopyDirection::to_device, activation.host.bytes(), bytesOf(activation.device));
}

at::Tensor ActivationTransfers::take(OffloadedActivation& activation) {
  if (!activation.device.defined()) fetch(activation);
  stream_->await(activation.copy_back);
  activation.host.reset();
  return std::move(activation.device);
}

}  // namespace remat
