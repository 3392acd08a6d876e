// Median and its confidence interval by order statistics: no assumption about the distribution of step times.
// Source: Conover, Practical Nonparametric Statistics, 3rd edition, section 3.2 (confidence interval of a quantile).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace remat {

/// Fewer values give no 95% interval of their median, whatever they are: 1 - 2 / 2^5 is 93.75%.
inline constexpr std::int64_t kLeastIntervalSamples = 6;

/// The interval [low, high] holds the true median with probability confidence_ratio, which is at least what was asked
/// for, unless there are too few values (95% needs 6): then low and high are the extremes and confidence_ratio is what
/// these achieve.
struct MedianInterval {
  std::int64_t median = 0;
  std::int64_t low = 0;
  std::int64_t high = 0;
  double confidence_ratio = 0.0;
  std::int64_t count = 0;
  bool operator==(const MedianInterval&) const = default;
};

/// Of an even number of values: the mean of the middle two, rounded down. 0 for none.
[[nodiscard]] std::int64_t median(std::vector<std::int64_t> values);

/// Of what `field` finds in each sample: a number of ns or bytes.
template <typename Sample, typename Field>
[[nodiscard]] std::int64_t medianOf(const std::vector<Sample>& samples, const Field& field) {
  std::vector<std::int64_t> values;
  values.reserve(samples.size());
  for (const Sample& sample : samples) values.push_back(field(sample));
  return median(std::move(values));
}

/// All zero for no values.
[[nodiscard]] MedianInterval medianInterval(std::vector<std::int64_t> values, double confidence_ratio = 0.95);

/// Half of the interval's width as a part of the median; 0 if the median is 0.
[[nodiscard]] double relativeHalfWidth(const MedianInterval& interval);

}  // namespace remat
