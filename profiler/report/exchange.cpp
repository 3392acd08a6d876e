#include "profiler/report/exchange.h"

#include <algorithm>
#include <cmath>

#include "profiler/report/verdict.h"

namespace remat {
namespace {

constexpr double kGiB = 0x1p30;

/// Rates beyond what an int64 holds are cut: they are no prices that anybody pays.
std::int64_t rate(std::int64_t time_ns, std::int64_t bytes) {
  const double per_gib = std::abs(static_cast<double>(time_ns) / static_cast<double>(bytes) * kGiB);
  return static_cast<std::int64_t>(std::min(per_gib, 0x1p62));
}

/// Positions of the frontier's points in Run::points, fastest and largest first.
std::vector<std::size_t> frontierPoints(const std::vector<Standing>& standings) {
  std::vector<std::size_t> points;
  for (const Standing& standing : standings) {
    if (!standing.dominated_by) points.push_back(standing.point);
  }
  return points;
}

}  // namespace

std::optional<Exchange> exchangeBetween(const Run& run, std::size_t from, std::size_t to) {
  if (!run.points[from].completed() || !run.points[to].completed()) return std::nullopt;
  const PointFinished& before = *run.points[from].finished;
  const PointFinished& after = *run.points[to].finished;
  if (!before.step_time_ns || !after.step_time_ns || !before.peak_allocated_bytes || !after.peak_allocated_bytes)
    return std::nullopt;
  const auto low = [](const PointFinished& f) { return f.step_time_low_ns.value_or(*f.step_time_ns); };
  const auto high = [](const PointFinished& f) { return f.step_time_high_ns.value_or(*f.step_time_ns); };
  Exchange exchange{.from = from,
                    .to = to,
                    .bytes = *after.peak_allocated_bytes - *before.peak_allocated_bytes,
                    .time_ns = *after.step_time_ns - *before.step_time_ns,
                    .low_time_ns = low(after) - high(before),
                    .high_time_ns = high(after) - low(before),
                    .enough_samples = hasInterval(run.points[from]) && hasInterval(run.points[to])};
  const Verdict memory = bytesVerdict(*after.peak_allocated_bytes, *before.peak_allocated_bytes);
  const bool paid = memory == Verdict::better && exchange.timesDiffer() && exchange.time_ns > 0;
  const bool won = memory == Verdict::worse && exchange.timesDiffer() && exchange.time_ns < 0;
  if (paid || won) exchange.ns_per_gib = rate(exchange.time_ns, exchange.bytes);
  return exchange;
}

std::vector<Exchange> exchangesOf(const Run& run, const PointGroup& group, std::size_t point) {
  const std::vector<Standing> standings = frontier(run, group);
  const auto own = std::find_if(standings.begin(), standings.end(), [&](const auto& s) { return s.point == point; });
  if (own == standings.end()) return {};
  std::vector<std::size_t> targets;
  if (own->dominated_by) {
    targets.push_back(*own->dominated_by);
  } else {
    const std::vector<std::size_t> points = frontierPoints(standings);
    const auto at = std::find(points.begin(), points.end(), point);
    if (at + 1 != points.end()) targets.push_back(*(at + 1));
    if (at != points.begin()) targets.push_back(*(at - 1));
  }
  if (group.baseline && *group.baseline != point &&
      std::find(targets.begin(), targets.end(), *group.baseline) == targets.end())
    targets.push_back(*group.baseline);

  std::vector<Exchange> exchanges;
  for (const std::size_t target : targets) {
    if (const auto exchange = exchangeBetween(run, point, target)) exchanges.push_back(*exchange);
  }
  return exchanges;
}

}  // namespace remat
