// What was measured, as records: the worker writes them as JSON lines, the command line appends them to the run file,
// and every reader (table, report, window) starts from them. FORMAT.md defines each field; field = JSON key = CSV
// column.
//
// Units: int64 bytes, int64 nanoseconds, ratios as double with 1.0 = 100%. A measurement that could not be taken is
// absent (nullopt), and `notes` or `reason` says why; it is never zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/spec/schedule.h"
#include "engine/spec/training_spec.h"
#include "profiler/core/gpu_records.h"
#include "profiler/core/transfer_record.h"

namespace remat {

inline constexpr int kFormatMajor = 1;
inline constexpr int kFormatMinor = 4;

/// PointSpec::allocator of points that leave torch's settings alone.
inline constexpr const char* kDefaultAllocator = "default";

/// What one point of a sweep is: everything that decides its result but the machine. Its key identifies it in a run.
struct PointSpec {
  std::string model{};        ///< ModelConfig::name
  std::string config_path{};  ///< where it was read from
  std::string config_hash{};  ///< of the file's content, so that an edited config is another point
  std::string policy{};       ///< command-line form
  std::string policy_json{};  ///< decisions, if the policy came from a file; else empty
  TrainingSpec training{};    ///< num_hidden_layers is always set here
  std::string device = "cpu";
  std::optional<std::int64_t> memory_cap_bytes{};
  std::string allocator = kDefaultAllocator;  ///< settings of a GPU's caching allocator, see allocator_settings.h
  bool operator==(const PointSpec&) const = default;
};

/// 16 hexadecimal digits: FNV-1a of the canonical JSON of everything but config_path.
[[nodiscard]] std::string pointKey(const PointSpec& point);

/// First record of a run file and of every resumption: what wrote what follows.
struct RunStarted {
  std::string program_version{};
  std::string created{};  ///< UTC, ISO 8601
  std::string command_line{};
  int format_major = kFormatMajor;
  int format_minor = kFormatMinor;
  bool operator==(const RunStarted&) const = default;
};

/// First record of every worker process: the machine and the libraries.
struct Hello {
  std::string worker_version{};
  std::int64_t process_id = 0;
  std::string device{};       ///< "cpu", "cuda:0"
  std::string device_name{};  ///< "AMD EPYC 7763", "NVIDIA H200"
  std::int64_t device_memory_bytes = 0;
  int threads = 0;
  std::string torch_version{};
  std::string cpu_capability{};  ///< "AVX2"
  std::string host_os{};
  std::vector<std::string> notes{};  ///< driver, settings, what is missing and how to mend it
  int format_major = kFormatMajor;
  int format_minor = kFormatMinor;
  bool operator==(const Hello&) const = default;
};

struct PointStarted {
  std::string point{};  ///< key
  PointSpec spec{};
  std::string architecture{};
  std::int64_t parameter_count = 0;
  std::int64_t planned_retained_bytes = 0;  ///< the ModelGraph's own count
  std::int64_t forward_flops = 0;
  std::string attention{};              ///< kernel that computes attention: what `automatic` became on this device
  std::int64_t planned_host_bytes = 0;  ///< as planned_retained_bytes, of what is in host memory meanwhile
  bool operator==(const PointStarted&) const = default;
};

/// One timed step: pass "timing".
struct Sample {
  std::string point{};
  std::int64_t step_time_ns = 0;
  std::int64_t forward_ns = 0;
  std::int64_t backward_ns = 0;  ///< with recompute_ns
  std::int64_t recompute_ns = 0;
  std::int64_t optimizer_ns = 0;
  bool warm_up = false;
  bool throttled = false;  ///< something slowed the device down while the step ran, or when it had ended
  std::optional<std::int64_t> allocation_retries{};  ///< times a GPU's allocator emptied its cache to go on
  bool operator==(const Sample&) const = default;
};

/// Where something happened in a step. op: name of the op, or empty; block: name, or empty outside blocks.
struct Instant {
  Phase phase = Phase::forward;
  std::string block{};
  std::string op{};
  bool operator==(const Instant&) const = default;
};

/// What a live byte is. Activations are those that stay between forward and backward.
/// The numbers are those of AllocationTimeline::category.
enum class Category : std::uint8_t {
  parameters,
  gradients,
  optimizer_state,
  inputs,
  activations,
  recomputed,
  temporaries,
  prefetched  ///< back from host memory
};
inline constexpr std::size_t kCategories = 8;

struct CategoryBytes {
  Category category = Category::parameters;
  std::int64_t bytes = 0;
  bool operator==(const CategoryBytes&) const = default;
};

struct LiveTensor {
  std::string name{};  ///< parameter, "gradient of ...", "layer 3 gate", "temporary of layer 3 down"
  Category category = Category::temporaries;
  std::string block{};
  std::int64_t bytes = 0;
  std::int64_t tensors = 1;  ///< more than 1: a row that sums up the others of a category
  bool operator==(const LiveTensor&) const = default;
};

/// One step's memory: pass "memory". All peaks count everything that is alive.
struct Memory {
  std::string point{};
  std::int64_t peak_requested_bytes = 0;
  std::int64_t peak_allocated_bytes = 0;
  std::optional<std::int64_t> peak_reserved_bytes{};
  // A GPU's caching allocator only:
  std::optional<std::int64_t> peak_active_bytes{};          ///< allocated, or freed while a stream may still use it
  std::optional<std::int64_t> peak_inactive_split_bytes{};  ///< kept pieces that are no whole segments
  std::optional<std::int64_t> allocation_retries{};         ///< times the cache was emptied to go on
  std::optional<std::int64_t> device_used_bytes{};          ///< by everybody, as the driver counts after the step
  std::optional<std::int64_t> outside_allocator_bytes{};    ///< of those, what this process's allocator does not hold
  std::int64_t before_step_bytes = 0;  ///< alive when the step began: parameters, optimizer state, inputs
  std::optional<std::int64_t> before_step_allocated_bytes{};  ///< the same with the allocator's rounding
  std::int64_t retained_bytes = 0;  ///< alive between forward and backward beyond before_step_bytes
  Instant peak_instant{};
  std::vector<CategoryBytes> peak_split{};  ///< adds up to peak_requested_bytes
  std::vector<LiveTensor> live_at_peak{};   ///< largest first, then sums of the rest
  bool operator==(const Memory&) const = default;
};

/// One block of a point: times from the timing pass (median over samples), bytes from the memory pass.
struct BlockResult {
  std::string point{};
  int block = 0;                                                            ///< index in the graph
  std::string name{};                                                       ///< "layer 3"
  std::optional<std::int64_t> forward_ns{}, recompute_ns{}, backward_ns{};  ///< backward without recompute
  std::int64_t retained_bytes = 0;
  std::int64_t peak_bytes = 0;  ///< highest live bytes while the block ran forward, replay or backward
  std::int64_t recomputed_ops = 0;
  std::int64_t host_bytes = 0;  ///< in host memory between forward and backward, by the model's own description
  bool operator==(const BlockResult&) const = default;
};

/// Every allocation and release of one step, in order: pass "memory". Parallel arrays, one entry per event.
struct AllocationTimeline {
  std::string point{};
  std::vector<std::string> block_names{};  ///< what `block` indexes
  std::vector<std::string> op_names{};     ///< what `op` indexes
  std::vector<std::int64_t> time_ns{};     ///< since the step began
  std::vector<std::int64_t> bytes{};       ///< > 0 allocated, < 0 released
  std::vector<std::int32_t> allocation{};  ///< number of the allocation, the same in its release; < first if before
  std::vector<std::int8_t> phase{};        ///< Phase as a number
  std::vector<std::int32_t> block{};       ///< -1: none
  std::vector<std::int32_t> op{};          ///< -1: none
  std::vector<std::int8_t> category{};     ///< Category as a number
  std::int64_t start_bytes = 0;            ///< alive before the first event
  bool operator==(const AllocationTimeline&) const = default;
};

enum class GradientVerdict : std::uint8_t { bit_equal, within_tolerance, different, not_checked };

enum class Outcome : std::uint8_t { completed, out_of_memory, skipped, failed };

/// Last record of a point. Bytes and the check come from the memory pass, times from the timing pass.
struct PointFinished {
  std::string point{};
  Outcome outcome = Outcome::completed;
  std::string reason{};                            ///< a sentence, unless completed
  std::optional<std::int64_t> step_time_ns{};      ///< median
  std::optional<std::int64_t> step_time_low_ns{};  ///< 95% interval of the median
  std::optional<std::int64_t> step_time_high_ns{};
  std::int64_t samples = 0;
  std::optional<std::int64_t> recompute_ns{};                               ///< median per step
  std::optional<std::int64_t> forward_ns{}, backward_ns{}, optimizer_ns{};  ///< medians
  std::optional<std::int64_t> peak_requested_bytes{}, peak_allocated_bytes{}, peak_reserved_bytes{}, retained_bytes{};
  std::optional<std::int64_t> before_step_bytes{};
  GradientVerdict gradient_check = GradientVerdict::not_checked;
  std::optional<double> gradient_max_relative_difference{};
  std::optional<double> loss{};
  std::vector<std::string> notes{};  ///< interval not reached in time, samples discarded, policy without effect
  bool operator==(const PointFinished&) const = default;
};

/// Something people should know that belongs to no point: a worker replaced, a line skipped.
struct Event {
  std::string severity{};  ///< "info", "warning", "error"
  std::string message{};
  bool operator==(const Event&) const = default;
};

using Record = std::variant<RunStarted, Hello, PointStarted, Sample, Memory, BlockResult, AllocationTimeline, Transfers,
                            DeviceState, Attribution, OpTime, KernelTimeline, PointFinished, Event>;

/// One line of JSON without the newline; numbers and texts in C locale.
[[nodiscard]] std::string toJsonLine(const Record& record);
/// Throws Error(bad_input) naming `where`, the record and the field. Unknown fields are ignored; an unknown kind of
/// record gives nullopt (a newer minor version).
[[nodiscard]] std::optional<Record> parseRecord(std::string_view line, const std::string& where);

[[nodiscard]] std::string_view phaseName(Phase phase);
[[nodiscard]] std::string_view categoryName(Category category);
[[nodiscard]] std::string_view outcomeName(Outcome outcome);
[[nodiscard]] std::string_view verdictName(GradientVerdict verdict);

}  // namespace remat
