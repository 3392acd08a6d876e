// The traffic of offloaded activations in a step: what is on its way to host memory, what is fetched ahead, and when
// the device's copy may go.
//
// While block i runs forward, copies of the blocks i - window to i - 1 may be under way; older ones are waited for, and
// their device memory is free. In backward it is the mirror: what those blocks need is fetched while block i runs. So
// device memory depends on the window alone, not on how fast a copy was: it is the same in every run, and the CPU
// backend, where a copy is over at once, frees at the same moments.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/util/SmallVector.h>

#include "engine/exec/host_store.h"
#include "engine/exec/transfer_stream.h"
#include "engine/spec/schedule.h"

namespace remat {

class RegionExecution;

/// An activation in host memory: what it takes to make the device's tensor again, and to notice that somebody changed
/// it after it was copied.
struct OffloadedActivation {
  HostBlock host;
  at::Tensor device;  ///< on its way back, or back
  int copy_back = -1;
  c10::SmallVector<std::int64_t, 5> sizes, strides;
  at::TensorOptions options;
  c10::VariableVersion version;
  std::uint32_t version_when_copied = 0;
};

class ActivationTransfers {
 public:
  ActivationTransfers(const Schedule& schedule, c10::Device device);

  /// Blocks are given in order; the regions must outlive the object's use.
  void addRegion(RegionExecution& region, int block_count);

  // The course of a step.
  void start();
  void enterForward(int block);
  void endForward();
  void enterBackward(int block);
  /// After an exception: waits for what is under way and lets go of it.
  void abandon() noexcept;
  [[nodiscard]] TransferTimes times();

  /// Begins to copy an activation of `block` to the host and keeps the device's memory until that is done. The
  /// activation must be all of its storage.
  [[nodiscard]] OffloadedActivation offload(int block, const at::Tensor& activation);
  /// Begins to copy it back.
  void fetch(OffloadedActivation& activation);
  /// The tensor as it was, for the computing stream to read. Fetches it if nobody did.
  [[nodiscard]] at::Tensor take(OffloadedActivation& activation);

  [[nodiscard]] const HostStore& host() const { return *host_; }

 private:
  struct UnderWay {
    int block;
    int copy;
    at::Tensor source;
  };

  void awaitBefore(int block);

  std::shared_ptr<HostStore> host_;
  std::unique_ptr<TransferStream> stream_;
  bool synchronous_;
  int window_;
  std::deque<UnderWay> under_way_;           ///< to the host, oldest first
  std::vector<RegionExecution*> region_of_;  ///< block -> region
};

}  // namespace remat
