// What the command line asks of a worker over its standard input: one JSON line each. The worker answers with records
// on its standard output; the protocol is documented in FORMAT.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "profiler/core/records.h"

namespace remat {

/// When a point has been timed enough.
struct TimingLimits {
  int min_samples = 6;  ///< fewer cannot give a 95% interval by order statistics
  int max_samples = 200;
  double interval_ratio = 0.02;  ///< stop once the 95% interval's half width is at most this part of the median
  std::int64_t time_limit_ns = 15'000'000'000;  ///< per point
  bool operator==(const TimingLimits&) const = default;
};

/// Points that differ in policy only: one model is built, and their steps are timed in turn, so that drift hits all
/// alike.
struct MeasureRequest {
  std::string config_path{};
  std::vector<PointSpec> points{};
  TimingLimits limits{};
  bool timeline = true;  ///< send AllocationTimeline records
  bool operator==(const MeasureRequest&) const = default;
};

/// One step, with tensors from and to safetensors files. Answered by one StepResult line.
struct StepRequest {
  std::string config_path{};
  PointSpec point{};
  std::string weights_path{}, inputs_path{}, gradients_path{};  ///< empty: none
  bool operator==(const StepRequest&) const = default;
};

struct StepResult {
  double loss = 0.0;
  std::int64_t peak_requested_bytes = 0, peak_allocated_bytes = 0;
  std::optional<std::int64_t> peak_reserved_bytes{};
  std::int64_t before_step_bytes = 0, retained_bytes = 0;
  std::int64_t step_time_ns = 0, forward_ns = 0, backward_ns = 0, recompute_ns = 0, optimizer_ns = 0;
  std::optional<Transfers> transfers{};  ///< of a policy that offloads
  std::string error{};                   ///< not empty: the step failed, and why
  bool bad_input = false;                ///< a file is at fault, such as weights of another model
  Outcome outcome = Outcome::completed;
  std::vector<std::string> notes{};  ///< labels that leave nothing to predict, numbers that are none
  bool operator==(const StepResult&) const = default;
};

using Request = std::variant<MeasureRequest, StepRequest>;

[[nodiscard]] std::string toJsonLine(const Request& request);
[[nodiscard]] Request parseRequest(std::string_view line);
[[nodiscard]] std::string toJsonLine(const StepResult& result);
[[nodiscard]] StepResult parseStepResult(std::string_view line);

}  // namespace remat
