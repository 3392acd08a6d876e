#include "profiler/core/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/binomial.hpp>

namespace remat {
namespace {

std::int64_t medianOfSorted(const std::vector<std::int64_t>& sorted) {
  if (sorted.empty()) return 0;
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : std::midpoint(sorted[middle - 1], sorted[middle]);
}

}  // namespace

std::int64_t median(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  return medianOfSorted(values);
}

MedianInterval medianInterval(std::vector<std::int64_t> values, double confidence_ratio) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto count = static_cast<std::int64_t>(values.size());

  // How many of n values lie below the median is binomial(n, 1/2). The interval from the (skipped+1)-th smallest to the
  // (skipped+1)-th largest value misses it only if at most `skipped` values lie on one side. Boost rounds the quantile
  // outwards, that is down, so the achieved confidence is at least the wanted one; 0 if even the extremes cannot.
  const boost::math::binomial_distribution<double> below(static_cast<double>(count), 0.5);
  const double wanted_tail = (1.0 - confidence_ratio) / 2.0;
  auto skipped = static_cast<std::int64_t>(boost::math::quantile(below, wanted_tail));
  while (skipped > 0 && boost::math::cdf(below, static_cast<double>(skipped)) > wanted_tail) --skipped;

  MedianInterval interval;
  interval.median = medianOfSorted(values);
  interval.low = values[static_cast<std::size_t>(skipped)];
  interval.high = values[static_cast<std::size_t>(count - 1 - skipped)];
  interval.confidence_ratio = 1.0 - 2.0 * boost::math::cdf(below, static_cast<double>(skipped));
  interval.confidence_ratio = std::max(0.0, interval.confidence_ratio);
  interval.count = count;
  return interval;
}

double relativeHalfWidth(const MedianInterval& interval) {
  if (interval.median == 0) return 0.0;
  const double width = static_cast<double>(interval.high) - static_cast<double>(interval.low);
  return width / 2.0 / std::abs(static_cast<double>(interval.median));
}

}  // namespace remat
