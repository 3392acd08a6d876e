#include "profiler/core/attribution.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "profiler/core/activity_scopes.h"
#include "profiler/core/intervals.h"
#include "profiler/core/kernel_timeline.h"
#include "profiler/core/units.h"

namespace remat {
namespace {

std::int64_t durationOf(const DeviceActivity& activity) {
  return std::max<std::int64_t>(0, activity.end_ns - activity.start_ns);
}

/// Where a row stands: phases in their order, the unattributed rest behind them.
using RowPlace = std::tuple<bool, Phase, int, int>;

RowPlace placeOf(const std::optional<ScopeId>& scope) {
  if (!scope) return {true, Phase::setup, -1, -1};
  return {false, scope->phase, scope->block, scope->op};
}

OpTime emptyRow(const TracedStep& traced, const std::optional<ScopeId>& scope) {
  OpTime row{.point = traced.point};
  if (!scope) return row;
  row.phase = scope->phase;
  row.block = scope->block;
  if (scope->block < 0) return row;
  const ScopeNames::BlockName& block = traced.names.blocks[static_cast<std::size_t>(scope->block)];
  row.name = block.name;
  if (scope->op < 0) return row;
  row.op = block.ops[static_cast<std::size_t>(scope->op)].op;
  row.group = block.ops[static_cast<std::size_t>(scope->op)].group;
  return row;
}

std::vector<OpTime> rowsOf(const TracedStep& traced, const ActivityScopes& scopes) {
  std::map<RowPlace, OpTime> rows;
  for (const DeviceActivity& activity : traced.log.activities) {
    const std::optional<ScopeId> scope = scopes.of(activity);
    const auto [at, is_new] = rows.try_emplace(placeOf(scope));
    OpTime& row = at->second;
    if (is_new) row = emptyRow(traced, scope);
    row.kernel_count += isTransfer(activity.kind) ? 0 : 1;
    (isTransfer(activity.kind) ? row.copy_ns : row.kernel_ns) += durationOf(activity);
  }
  std::vector<OpTime> list;
  list.reserve(rows.size());
  for (auto& [place, row] : rows) list.push_back(std::move(row));
  return list;
}

void addKernels(const std::vector<OpTime>& rows, Attribution& result) {
  std::int64_t attributed_ns = 0;
  std::int64_t unattributed_ns = 0;
  std::int64_t unattributed_count = 0;
  std::int64_t count = 0;
  std::map<Phase, std::int64_t> by_phase;
  for (const OpTime& row : rows) {
    count += row.kernel_count;
    (row.phase ? attributed_ns : unattributed_ns) += row.kernel_ns;
    if (row.phase) by_phase[*row.phase] += row.kernel_ns;
    if (!row.phase) unattributed_count += row.kernel_count;
  }
  result.kernel_ns = attributed_ns + unattributed_ns;
  result.attributed_ns = attributed_ns;
  result.unattributed_ns = unattributed_ns;
  result.kernel_count = count;
  result.unattributed_kernel_count = unattributed_count;
  result.forward_kernel_ns = by_phase[Phase::forward];
  result.recompute_kernel_ns = by_phase[Phase::recompute];
  result.backward_kernel_ns = by_phase[Phase::backward];
  result.optimizer_kernel_ns = by_phase[Phase::optimizer];
}

/// Copies of several streams and kernels overlap, so what is busy and what is exposed is a matter of intervals, not of
/// sums. Clocks of device and host agree within microseconds: what sticks out of the step is cut off.
void addIntervals(const ActivityLog& log, Attribution& result) {
  std::vector<Interval> kernels;
  std::vector<Interval> copies;
  for (const DeviceActivity& activity : log.activities) {
    (isTransfer(activity.kind) ? copies : kernels)
        .push_back({std::max(activity.start_ns, log.begin_ns), std::min(activity.end_ns, log.end_ns)});
  }
  std::vector<Interval> all = kernels;
  all.insert(all.end(), copies.begin(), copies.end());
  copies = merged(std::move(copies));
  const std::int64_t step_ns = std::max<std::int64_t>(0, log.end_ns - log.begin_ns);
  result.traced_step_ns = step_ns;
  result.busy_ns = lengthOf(merged(std::move(all)));
  result.gap_ns = step_ns - *result.busy_ns;
  result.copy_ns = lengthOf(copies);
  result.hidden_copy_ns = overlapOf(copies, merged(std::move(kernels)));
  result.exposed_copy_ns = *result.copy_ns - *result.hidden_copy_ns;
}

void addCopies(const ActivityLog& log, Attribution& result) {
  std::int64_t count = 0;
  std::int64_t to_device_bytes = 0;
  std::int64_t to_host_bytes = 0;
  std::int64_t pageable_bytes = 0;
  for (const DeviceActivity& activity : log.activities) {
    count += isTransfer(activity.kind) ? 1 : 0;
    if (activity.kind == ActivityKind::copy_to_device) to_device_bytes += activity.bytes;
    if (activity.kind == ActivityKind::copy_to_host) to_host_bytes += activity.bytes;
    if (isTransfer(activity.kind) && activity.host_memory == HostMemory::pageable) pageable_bytes += activity.bytes;
  }
  result.copy_count = count;
  result.copied_to_device_bytes = to_device_bytes;
  result.copied_to_host_bytes = to_host_bytes;
  result.pageable_copy_bytes = pageable_bytes;
}

/// Empty if the log can be folded.
std::string whatIsMissing(const ActivityLog& log) {
  if (!log.problem.empty()) return log.problem;
  if (log.dropped_records > 0) {
    return "CUPTI lost " + countText(log.dropped_records) + " of about " +
           countText(log.dropped_records + static_cast<std::int64_t>(log.activities.size())) +
           " records of the traced step, so its sums would be too small; trace a smaller batch or fewer layers.";
  }
  if (log.activities.empty()) return "CUPTI recorded no kernel in the traced step; 'rematscope doctor' checks CUPTI.";
  return "";
}

}  // namespace

ScopeNames scopeNames(const ModelGraph& graph) {
  ScopeNames names;
  for (const Block& block : graph.blocks) {
    ScopeNames::BlockName& named = names.blocks.emplace_back();
    named.name = block.name;
    for (const Op& op : graph.bodies[static_cast<std::size_t>(block.body)].ops)
      named.ops.push_back({op.name, op.group});
  }
  return names;
}

AttributedStep attribute(const TracedStep& traced) {
  const ActivityLog& log = traced.log;
  AttributedStep result;
  if (const std::string missing = whatIsMissing(log); !missing.empty()) {
    result.attribution = unavailableAttribution(traced.point, missing);
    if (log.dropped_records > 0) result.attribution.dropped_records = log.dropped_records;
    return result;
  }
  const ActivityScopes scopes(traced);
  result.ops = rowsOf(traced, scopes);
  result.timeline = kernelTimeline(traced, scopes);
  Attribution& sums = result.attribution;
  sums.point = traced.point;
  addKernels(result.ops, sums);
  addIntervals(log, sums);
  addCopies(log, sums);
  sums.dropped_records = log.dropped_records;
  sums.unknown_records = log.unknown_records;
  sums.cupti_overhead_ns = log.overhead_ns;
  sums.cupti_device_buffer_bytes = log.device_buffer_bytes;
  if (traced.timed_step_ns && *traced.timed_step_ns > 0) {
    sums.overhead_ratio = differenceRatio(log.marked_step_ns.value_or(*sums.traced_step_ns), *traced.timed_step_ns);
  }
  return result;
}

Attribution unavailableAttribution(const std::string& point, const std::string& reason) {
  return {.point = point, .unavailable_reason = reason};
}

}  // namespace remat
