#include "profiler/report/verdict.h"

#include <cmath>

#include "profiler/core/units.h"
#include "profiler/report/peak_findings.h"

namespace remat {

Verdict verdictOf(const TimeDifference& difference, double equal_ratio, bool less_is_better) {
  if (difference.low_ratio >= -equal_ratio && difference.high_ratio <= equal_ratio) return Verdict::same;
  if (difference.low_ratio <= 0 && difference.high_ratio >= 0) return Verdict::cannot_tell;
  return (difference.high_ratio < 0) == less_is_better ? Verdict::better : Verdict::worse;
}

Verdict timeVerdict(const PointResult& point, const PointResult& baseline) {
  const auto difference = timeDifference(point, baseline);
  if (!difference || !difference->is_known) return Verdict::cannot_tell;
  return verdictOf(*difference, kEqualTimeRatio);
}

Verdict bytesVerdict(std::int64_t now, std::int64_t before) {
  const double ratio = differenceRatio(now, before);
  return verdictOf({ratio, ratio, ratio}, kEqualPeakRatio);
}

}  // namespace remat
