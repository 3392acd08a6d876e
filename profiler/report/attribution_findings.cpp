#include "profiler/report/attribution_findings.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "profiler/core/attribution.h"
#include "profiler/core/units.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

using Kind = Finding::Kind;

double shareOf(std::int64_t part_ns, std::int64_t all_ns) {
  return all_ns == 0 ? 0.0 : static_cast<double>(part_ns) / static_cast<double>(all_ns);
}

std::int64_t kernelTimeOf(const PointResult& point) { return point.attribution->kernel_ns.value_or(0); }

double recomputeShareOf(const PointResult& point) {
  return shareOf(point.attribution->recompute_kernel_ns.value_or(0), kernelTimeOf(point));
}

/// The group of ops that most replayed kernel time went to, and in which block most of that; empty without any.
std::string mostlyReplayed(const PointResult& point) {
  std::map<std::string, std::int64_t> by_group;
  for (const OpTime& row : point.op_times)
    if (row.phase == Phase::recompute && !row.group.empty()) by_group[row.group] += row.kernel_ns;
  const auto byTime = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto most = std::max_element(by_group.begin(), by_group.end(), byTime);
  if (most == by_group.end() || most->second == 0) return "";
  std::map<std::string, std::int64_t> by_block;
  for (const OpTime& row : point.op_times)
    if (row.phase == Phase::recompute && row.group == most->first) by_block[row.name] += row.kernel_ns;
  const auto block = std::max_element(by_block.begin(), by_block.end(), byTime);
  const std::string text = "mostly " + quoted(most->first) + ", " + durationText(most->second) + " in ";
  if (by_block.size() == 1) return text + quoted(block->first);
  return text + countText(static_cast<std::int64_t>(by_block.size())) + " blocks, the largest part in " +
         quoted(block->first);
}

void addSummary(const PointResult& point, std::vector<Finding>& findings) {
  const Attribution& attribution = *point.attribution;
  const std::int64_t all_ns = kernelTimeOf(point);
  std::string text = quoted(point.spec().policy) + ": " +
                     percentText(shareOf(attribution.attributed_ns.value_or(0), all_ns)) + " of " +
                     durationText(all_ns) + " of kernel time was attributed to phases, blocks and ops";
  const double recompute = recomputeShareOf(point);
  if (recompute > 0) {
    const std::string mostly = mostlyReplayed(point);
    text += "; recompute took " + percentText(recompute) + " of it" + (mostly.empty() ? "" : ", " + mostly);
  }
  findings.push_back({Kind::result, text + "."});
}

/// Time in which the device did nothing or only copied is what kernels cannot be blamed for.
void addWaiting(const PointResult& point, std::vector<Finding>& findings) {
  const Attribution& attribution = *point.attribution;
  if (!attribution.traced_step_ns || !attribution.gap_ns || !attribution.exposed_copy_ns) return;
  std::string text = quoted(point.spec().policy) + ": the device was idle for " +
                     percentText(shareOf(*attribution.gap_ns, *attribution.traced_step_ns)) + " of the traced step";
  if (attribution.copy_ns.value_or(0) > 0) {
    text += "; of " + durationText(*attribution.copy_ns) + " of copies, " +
            durationText(attribution.hidden_copy_ns.value_or(0)) + " were hidden behind kernels and " +
            durationText(*attribution.exposed_copy_ns) + " were not";
  }
  findings.push_back({Kind::result, text + "."});
}

void addCautions(const std::vector<const PointResult*>& points, std::vector<Finding>& findings) {
  std::vector<std::string> unattributed;
  std::vector<std::string> slowed;
  for (const PointResult* point : points) {
    const std::string policy = quoted(point->spec().policy);
    const double rest = shareOf(point->attribution->unattributed_ns.value_or(0), kernelTimeOf(*point));
    if (rest > kUnattributedRatio) unattributed.push_back(policy + " (" + percentText(rest) + ")");
    const double cost = point->attribution->overhead_ratio.value_or(0);
    if (cost > kTracingCostRatio) slowed.push_back(policy + " (" + differenceText(cost) + ")");
  }
  if (!unattributed.empty()) {
    findings.push_back(
        {Kind::caution, "Part of the kernel time could not be attributed: " + listed(unattributed) + "."});
  }
  if (!slowed.empty()) {
    findings.push_back({Kind::caution,
                        "Tracing made steps clearly longer, so that idle time and shares are not quite those "
                        "of the timed steps: " +
                            listed(slowed) + "."});
  }
}

/// The same reason once, for all policies that it stopped.
void addUnavailable(const Run& run, const PointGroup& group, std::vector<Finding>& findings) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const std::size_t index : group.points) {
    const PointResult& point = run.points[index];
    if (!point.attribution || point.attribution->unavailable_reason.empty()) continue;
    by_reason[point.attribution->unavailable_reason].push_back(quoted(point.spec().policy));
  }
  for (const auto& [reason, policies] : by_reason)
    findings.push_back({Kind::caution, "Kernels of " + listed(policies) + " were not attributed: " + reason});
}

}  // namespace

void addAttributionFindings(const Run& run, const PointGroup& group, std::vector<Finding>& findings) {
  std::vector<const PointResult*> points;
  for (const std::size_t index : group.points) {
    const PointResult& point = run.points[index];
    if (point.completed() && point.attribution && point.attribution->kernel_ns) points.push_back(&point);
  }
  // With a dozen policies nobody would read a sentence for each: the one that replays most stands for them.
  const auto most = std::max_element(points.begin(), points.end(), [](const auto* a, const auto* b) {
    return recomputeShareOf(*a) < recomputeShareOf(*b);
  });
  if (most != points.end()) {
    addSummary(**most, findings);
    addWaiting(**most, findings);
  }
  addCautions(points, findings);
  addUnavailable(run, group, findings);
}

}  // namespace remat
