#include "profiler/core/sampling.h"

#include <cmath>

#include "profiler/core/units.h"

namespace remat {

void SamplingRule::add(std::int64_t step_time_ns) {
  if (finished_) return;
  spent_ns_ += step_time_ns;
  if (warming_up_) {
    addWarmUp(step_time_ns);
  } else {
    addSample(step_time_ns);
  }
}

void SamplingRule::addWarmUp(std::int64_t step_time_ns) {
  ++warm_up_steps_;
  warm_up_ns_ += step_time_ns;
  const auto difference_ns = static_cast<double>(step_time_ns) - static_cast<double>(previous_warm_up_ns_);
  const bool agrees = warm_up_steps_ > 1 && std::abs(difference_ns) <= kWarmUpRatio * static_cast<double>(step_time_ns);
  previous_warm_up_ns_ = step_time_ns;
  warming_up_ = !agrees && warm_up_steps_ < kMaxWarmUp && spent_ns_ < limits_.time_limit_ns;
}

void SamplingRule::addSample(std::int64_t step_time_ns) {
  samples_.push_back(step_time_ns);
  interval_ = medianInterval(samples_);
  const bool enough = interval_.count >= limits_.min_samples;
  if (enough && relativeHalfWidth(interval_) <= limits_.interval_ratio) {
    ended_ = Ended::interval_reached;
  } else if (interval_.count >= limits_.max_samples) {
    ended_ = Ended::max_samples;
  } else if (spent_ns_ >= limits_.time_limit_ns) {
    ended_ = Ended::time_limit;
  }
  finished_ = ended_ != Ended::not_yet;
}

std::string SamplingRule::limitText() const {
  const bool by_warm_up = interval_.count < limits_.min_samples && 2 * warm_up_ns_ > limits_.time_limit_ns;
  return "the time limit of " + durationText(limits_.time_limit_ns) +
         (by_warm_up ? ", most of it spent by the warm-up," : "") + " ended the timing after ";
}

std::string SamplingRule::note() const {
  if (ended_ == Ended::interval_reached && interval_.count < kLeastIntervalSamples)
    return std::to_string(interval_.count) + (interval_.count == 1 ? " sample was" : " samples were") +
           " asked for: a 95% interval needs " + std::to_string(kLeastIntervalSamples);
  if (ended_ != Ended::max_samples && ended_ != Ended::time_limit) return "";
  std::string note = ended_ == Ended::time_limit ? limitText() : "the timing ended after ";
  note += std::to_string(interval_.count) + (interval_.count == 1 ? " sample" : " samples");
  if (interval_.count < limits_.min_samples) note += " of at least " + std::to_string(limits_.min_samples);
  if (interval_.count > 1) {
    note += "; the interval that they allow, of " + percentText(interval_.confidence_ratio) + ", is " +
            percentText(relativeHalfWidth(interval_)) + " of the median to either side, wanted " +
            percentText(limits_.interval_ratio);
  }
  return note;
}

}  // namespace remat
