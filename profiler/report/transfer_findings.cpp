#include "profiler/report/transfer_findings.h"

#include <algorithm>
#include <string>

#include "profiler/core/units.h"
#include "profiler/report/phrases.h"

namespace remat {
namespace {

/// "moved 96.0 MiB to host memory and back at 8.00 GiB/s".
std::string movedText(const Transfers& transfers) {
  std::string text = "moved " + bytesText(transfers.offload_bytes) + " to host memory and ";
  text += transfers.prefetch_bytes == transfers.offload_bytes ? "back" : bytesText(transfers.prefetch_bytes) + " back";
  if (transfers.link_bytes_per_second) text += " at " + bytesText(*transfers.link_bytes_per_second) + "/s";
  return text;
}

/// "; of 24.0 ms of copies, 18.0 ms were hidden behind computing and 6.00 ms were not".
std::string waitedText(const Transfers& transfers) {
  if (!transfers.exposed_ns) return "";
  const std::string exposed = durationText(*transfers.exposed_ns);
  if (!transfers.hidden_ns) return "; computing waited " + exposed + " for copies, with nothing to run beside them";
  return "; of " + durationText(*transfers.exposed_ns + *transfers.hidden_ns) + " of copies, " +
         durationText(*transfers.hidden_ns) + " were hidden behind computing and " + exposed + " were not";
}

/// "steps of +2.0% (+1.0% to +3.0%)".
std::string stepsText(const TimeDifference& difference) {
  const std::string text = "steps of " + differenceText(difference.ratio);
  if (!difference.is_known) return text + " by too few samples for a 95% interval";
  return text + " (" + differenceText(difference.low_ratio) + " to " + differenceText(difference.high_ratio) + ")";
}

/// Empty if both were measured in vain.
std::string againstText(const PointResult& point, const PointResult& full) {
  const auto& now = point.finished->peak_allocated_bytes;
  const auto& before = full.finished->peak_allocated_bytes;
  std::vector<std::string> parts;
  if (now && before)
    parts.push_back("a peak of " + bytesText(*now) + " instead of " + bytesText(*before) + " (" +
                    differenceText(differenceRatio(*now, *before)) + ")");
  if (const auto difference = timeDifference(point, full)) parts.push_back(stepsText(*difference));
  return parts.empty() ? "" : " Against `full` that is " + listed(parts) + ".";
}

}  // namespace

void addTransferFindings(const Run& run, const PointGroup& group, std::vector<Finding>& findings) {
  const auto isFull = [&](std::size_t index) {
    return run.points[index].completed() && run.points[index].spec().policy == "full";
  };
  const auto full = std::find_if(group.points.begin(), group.points.end(), isFull);
  for (const std::size_t index : group.points) {
    const PointResult& point = run.points[index];
    if (!point.completed() || !point.transfers) continue;
    std::string text =
        quoted(point.spec().policy) + " " + movedText(*point.transfers) + waitedText(*point.transfers) + ".";
    if (full != group.points.end()) text += againstText(point, run.points[*full]);
    findings.push_back({Finding::Kind::result, text});
  }
}

}  // namespace remat
