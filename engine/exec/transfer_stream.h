// Copies between the device and host memory, and what they cost: on a stream of their own beside the one that computes,
// on the computing stream itself (synchronous, as torch's save_on_cpu), or at once on a CPU. Device-generic: streams
// and events of c10, no CUDA.
//
// Nothing is freed here. Who begins a copy keeps both sides alive until await() or drain(); so no tensor has to be told
// of a second stream (record_stream), and when memory comes back does not depend on how fast a copy was.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <ATen/core/Tensor.h>

namespace remat {

/// One step's copies.
struct TransferTimes {
  std::int64_t host_bytes = 0;      ///< most that was in host memory at a time
  std::int64_t offload_bytes = 0;   ///< copied to host memory
  std::int64_t prefetch_bytes = 0;  ///< copied back
  std::int64_t offload_ns = 0;      ///< sum over copies, from the begin of each to its end
  std::int64_t prefetch_ns = 0;
  std::int64_t exposed_ns = 0;              ///< of that, while computing waited for it
  std::optional<std::int64_t> hidden_ns{};  ///< the rest; absent on a CPU, where nothing runs beside a copy
  bool operator==(const TransferTimes&) const = default;
};

enum class CopyDirection : std::uint8_t { to_host, to_device };

class TransferStream {
 public:
  virtual ~TransferStream() = default;
  /// Forgets the copies of the step before.
  virtual void restart() = 0;
  /// Begins to copy all of `from` once what the computing stream has been given so far is done. Both are
  /// one-dimensional uint8 of one size. Returns the copy's number in this step.
  virtual int copy(CopyDirection direction, const at::Tensor& from, const at::Tensor& to) = 0;
  /// What the computing stream is given from now on comes after the copy. The host does not wait.
  virtual void await(int copy) = 0;
  /// The host waits for every copy.
  virtual void drain() = 0;
  /// Of the copies since restart(), host_bytes left out. Waits for the device.
  [[nodiscard]] virtual TransferTimes times() = 0;
};

[[nodiscard]] std::unique_ptr<TransferStream> makeTransferStream(c10::Device device, bool synchronous);

}  // namespace remat
