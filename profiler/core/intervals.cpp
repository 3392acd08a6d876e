#include "profiler/core/intervals.h"

#include <algorithm>
#include <cstddef>

namespace remat {

std::vector<Interval> merged(std::vector<Interval> intervals) {
  std::erase_if(intervals, [](const Interval& each) { return each.end_ns <= each.begin_ns; });
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return a.begin_ns < b.begin_ns; });
  std::vector<Interval> result;
  for (const Interval& each : intervals) {
    if (!result.empty() && each.begin_ns <= result.back().end_ns) {
      result.back().end_ns = std::max(result.back().end_ns, each.end_ns);
    } else {
      result.push_back(each);
    }
  }
  return result;
}

std::int64_t lengthOf(const std::vector<Interval>& intervals) {
  std::int64_t length_ns = 0;
  for (const Interval& each : intervals) length_ns += each.end_ns - each.begin_ns;
  return length_ns;
}

std::int64_t overlapOf(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  std::int64_t overlap_ns = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const std::int64_t begin_ns = std::max(a[i].begin_ns, b[j].begin_ns);
    const std::int64_t end_ns = std::min(a[i].end_ns, b[j].end_ns);
    overlap_ns += std::max<std::int64_t>(0, end_ns - begin_ns);
    ++(a[i].end_ns < b[j].end_ns ? i : j);
  }
  return overlap_ns;
}

}  // namespace remat
