// When a point has been timed enough. Fed with step times, knows no clock and no worker, so the same rule serves every
// backend and can be tested with numbers.
//
//   SamplingRule rule(limits);
//   while (!rule.finished()) { const bool warm_up = rule.warmingUp(); rule.add(timeOneStep()); }
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profiler/core/requests.h"
#include "profiler/core/statistics.h"

namespace remat {

/// Warm-up: until two consecutive steps agree within warm_up_ratio, or after max_warm_up steps.
/// Samples: at least min_samples and until the 95% interval's half width is within interval_ratio of the median;
/// max_samples or the time limit (time spent in this point's steps, warm-up included) end it earlier.
class SamplingRule {
 public:
  static constexpr double kWarmUpRatio = 0.05;
  static constexpr int kMaxWarmUp = 10;

  explicit SamplingRule(const TimingLimits& limits) : limits_(limits) {}

  /// Whether the next step belongs to the warm-up.
  [[nodiscard]] bool warmingUp() const { return warming_up_; }
  /// Takes the next step's time.
  void add(std::int64_t step_time_ns);
  [[nodiscard]] bool finished() const { return finished_; }

  /// Of the samples so far, without the warm-up.
  [[nodiscard]] const MedianInterval& interval() const { return interval_; }
  [[nodiscard]] int warmUpSteps() const { return warm_up_steps_; }
  /// A sentence for PointFinished::notes if the wanted interval was not reached, else empty.
  [[nodiscard]] std::string note() const;

 private:
  enum class Ended : std::uint8_t { not_yet, interval_reached, max_samples, time_limit };

  void addWarmUp(std::int64_t step_time_ns);
  void addSample(std::int64_t step_time_ns);
  [[nodiscard]] std::string limitText() const;

  TimingLimits limits_;
  std::vector<std::int64_t> samples_;
  MedianInterval interval_;
  std::int64_t previous_warm_up_ns_ = 0;
  std::int64_t spent_ns_ = 0;
  std::int64_t warm_up_ns_ = 0;
  int warm_up_steps_ = 0;
  Ended ended_ = Ended::not_yet;
  bool warming_up_ = true;
  bool finished_ = false;
};

}  // namespace remat
