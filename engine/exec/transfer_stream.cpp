#include "engine/exec/transfer_stream.h"

#include <algorithm>
#include <vector>

#include <ATen/core/LegacyTypeDispatch.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "engine/exec/event_pool.h"
#include "engine/exec/step_clock.h"

namespace remat {
namespace {

void addCopy(TransferTimes& times, CopyDirection direction, std::int64_t bytes, std::int64_t ns) {
  const bool out = direction == CopyDirection::to_host;
  (out ? times.offload_bytes : times.prefetch_bytes) += bytes;
  (out ? times.offload_ns : times.prefetch_ns) += ns;
}

/// On a CPU a copy is over when it returns.
class InlineTransfers final : public TransferStream {
 public:
  void restart() override {
    times_ = {};
    copies_ = 0;
  }

  int copy(CopyDirection direction, const at::Tensor& from, const at::Tensor& to) override {
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    const std::int64_t since = steadyNow();
    to.copy_(from);
    const std::int64_t ns = steadyNow() - since;
    addCopy(times_, direction, from.numel(), ns);
    times_.exposed_ns += ns;
    return copies_++;
  }

  void await(int) override {}
  void drain() override {}
  TransferTimes times() override { return times_; }

 private:
  TransferTimes times_;
  int copies_ = 0;
};

class StreamTransfers final : public TransferStream {
 public:
  StreamTransfers(c10::Device device, bool synchronous)
      : device_(device),
        synchronous_(synchronous),
        guard_(device.type()),
        side_(guard_.getStreamFromGlobalPool(device)),
        events_(device.type()) {}

  void restart() override {
    copies_.clear();
    waits_.clear();
    events_.restart();
  }

  int copy(CopyDirection direction, const at::Tensor& from, const at::Tensor& to) override {
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    const c10::Stream computing = guard_.getStream(device_);
    const c10::Stream stream = synchronous_ ? computing : side_;
    if (!synchronous_) events_.record(computing).block(side_);
    // save_on_cpu lets the host wait for the copy out, and only for that.
    const bool host_waits = synchronous_ && direction == CopyDirection::to_host;
    const c10::StreamGuard on(stream);
    const c10::Event& began = events_.record(stream);
    to.copy_(from, /*non_blocking=*/!host_waits);
    copies_.push_back({direction, from.numel(), &began, &events_.record(stream)});
    return static_cast<int>(copies_.size()) - 1;
  }

  void await(int copy) override {
    const c10::Event& done = *copies_[copy].done;
    if (synchronous_ || done.query()) return;
    const c10::Stream computing = guard_.getStream(device_);
    const c10::Event& before = events_.record(computing);
    done.block(computing);
    waits_.push_back({&before, &events_.record(computing)});
  }

  void drain() override { (synchronous_ ? guard_.getStream(device_) : side_).synchronize(); }

  TransferTimes times() override {
    TransferTimes times;
    for (const Copy& copy : copies_) addCopy(times, copy.direction, copy.bytes, endedBetween(*copy.began, *copy.done));
    const std::int64_t all_ns = times.offload_ns + times.prefetch_ns;
    for (const Wait& wait : waits_) times.exposed_ns += endedBetween(*wait.before, *wait.after);
    // Computing may wait for what is queued before a copy too, which is no time of copies.
    times.exposed_ns = synchronous_ ? all_ns : std::min(times.exposed_ns, all_ns);
    times.hidden_ns = all_ns - times.exposed_ns;
    return times;
  }

 private:
  struct Copy {
    CopyDirection direction;
    std::int64_t bytes;
    const c10::Event *began, *done;
  };
  struct Wait {
    const c10::Event *before, *after;
  };

  static std::int64_t endedBetween(const c10::Event& first, const c10::Event& last) {
    last.synchronize();
    return nsBetween(first, last);
  }

  c10::Device device_;
  bool synchronous_;
  c10::impl::VirtualGuardImpl guard_;
  c10::Stream side_;
  EventPool events_;
  std::vector<Copy> copies_;
  std::vector<Wait> waits_;
};

}  // namespace

std::unique_ptr<TransferStream> makeTransferStream(c10::Device device, bool synchronous) {
  if (device.is_cpu()) return std::make_unique<InlineTransfers>();
  return std::make_unique<StreamTransfers>(device, synchronous);
}

}  // namespace remat
