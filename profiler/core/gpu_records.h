// Records of the attribution pass: what a device did in one traced step, and for which phase, block and op of the
// model. Shares come from here; step times come from the timing pass, bytes from the memory pass. FORMAT.md defines
// each field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/spec/schedule.h"

namespace remat {

/// What a device can be busy with. The numbers are those of KernelTimeline::kind.
enum class ActivityKind : std::uint8_t {
  kernel,
  memset,
  copy_within_device,
  copy_to_device,
  copy_to_host,
  copy_other  ///< between devices, or of a kind that CUPTI does not tell
};

/// Kernels, memsets and copies inside the device compute; other copies may go on beside them.
[[nodiscard]] constexpr bool isTransfer(ActivityKind kind) { return kind >= ActivityKind::copy_to_device; }

/// The state of a device while a point was timed: pass "timing". Numbers are those of the last timed step while it ran.
/// What nobody tells is absent.
struct DeviceState {
  std::string point{};
  std::optional<std::int64_t> sm_clock_hz{}, memory_clock_hz{};
  std::optional<std::int64_t> sm_clock_low_hz{}, sm_clock_high_hz{};  ///< while timed steps ran
  std::optional<std::int64_t> temperature_celsius{};
  std::optional<std::int64_t> power_milliwatts{};
  std::vector<std::string>
      throttle_reasons{};  ///< what slowed the device down in timed steps, in words; empty: nothing
  bool operator==(const DeviceState&) const = default;
};

/// One traced step in sums: pass "attribution". All numbers are absent if the pass could not be taken.
struct Attribution {
  std::string point{};
  std::string unavailable_reason{};              ///< a sentence; empty if there are numbers
  std::optional<std::int64_t> traced_step_ns{};  ///< host, until the device was idle
  std::optional<double>
      overhead_ratio{};  ///< of the traced step, between the marks of timed ones, over their median; 0.02 = 2%
  std::optional<std::int64_t> kernel_ns{};  ///< sum of durations of everything that is no transfer
  std::optional<std::int64_t> attributed_ns{}, unattributed_ns{};  ///< add up to kernel_ns
  std::optional<std::int64_t> forward_kernel_ns{};                 ///< kernels that ran for the first time
  std::optional<std::int64_t> recompute_kernel_ns{};               ///< kernels that were replayed
  std::optional<std::int64_t> backward_kernel_ns{}, optimizer_kernel_ns{};
  std::optional<std::int64_t> busy_ns{};                            ///< at least one stream was busy
  std::optional<std::int64_t> gap_ns{};                             ///< all streams were idle: traced_step_ns - busy_ns
  std::optional<std::int64_t> copy_ns{};                            ///< at least one transfer was under way
  std::optional<std::int64_t> hidden_copy_ns{}, exposed_copy_ns{};  ///< beside a kernel, or not; add up to copy_ns
  std::optional<std::int64_t> kernel_count{}, unattributed_kernel_count{}, copy_count{};
  std::optional<std::int64_t> copied_to_device_bytes{}, copied_to_host_bytes{};
  std::optional<std::int64_t> pageable_copy_bytes{};  ///< of both, from or to memory that is not pinned
  std::optional<std::int64_t> dropped_records{};
  std::optional<std::int64_t> unknown_records{};
  std::optional<std::int64_t> cupti_overhead_ns{};          ///< as CUPTI reports it
  std::optional<std::int64_t> cupti_device_buffer_bytes{};  ///< that CUPTI took beside the allocator
  bool operator==(const Attribution&) const = default;
};

/// Device time of one op in one phase of a traced step. Forward and recompute are rows of their own.
struct OpTime {
  std::string point{};
  std::optional<Phase> phase{};  ///< absent: launched outside every scope, the unattributed rest
  int block = -1;                ///< index in the graph; -1: none
  std::string name{};            ///< of the block: "layer 3"
  std::string op{};              ///< "q_proj"; empty between ops
  std::string group{};           ///< "attention"
  std::int64_t kernel_count = 0;
  std::int64_t kernel_ns = 0;  ///< sum of durations
  std::int64_t copy_ns = 0;    ///< sum of durations of transfers
  bool operator==(const OpTime&) const = default;
};

/// Everything that ran on the device in a traced step, by start, and where the training thread was meanwhile. Parallel
/// arrays, as in AllocationTimeline; times since the step began.
struct KernelTimeline {
  std::string point{};
  std::vector<std::string> names{};        ///< what `name` indexes
  std::vector<std::string> block_names{};  ///< what `block` and `host_block` index
  std::vector<std::string> op_names{};     ///< what `op` indexes
  std::vector<std::int64_t> time_ns{};
  std::vector<std::int64_t> duration_ns{};
  std::vector<std::int32_t> name{};  ///< -1: none
  std::vector<std::int64_t> stream{};
  std::vector<std::int8_t> kind{};   ///< ActivityKind as a number
  std::vector<std::int8_t> phase{};  ///< Phase as a number; -1: unattributed
  std::vector<std::int32_t> block{};
  std::vector<std::int32_t> op{};
  std::vector<std::int64_t> bytes{};  ///< of copies and memsets, else 0
  std::vector<std::int64_t> host_time_ns{};
  std::vector<std::int8_t> host_phase{};
  std::vector<std::int32_t> host_block{};
  bool operator==(const KernelTimeline&) const = default;
};

}  // namespace remat
