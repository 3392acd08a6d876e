#include "profiler/core/kernel_timeline.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <unordered_map>

namespace remat {
namespace {

/// Names of ops are unique in a block only; equal names of different blocks share an entry.
class OpNumbers {
 public:
  explicit OpNumbers(const ScopeNames& names) : names_(names) {}

  std::int32_t of(const std::optional<ScopeId>& scope) {
    if (!scope || scope->op < 0) return -1;
    const auto& block = names_.blocks[static_cast<std::size_t>(scope->block)];
    const std::string& op = block.ops[static_cast<std::size_t>(scope->op)].op;
    const auto [at, is_new] = numbers_.try_emplace(op, static_cast<std::int32_t>(list_.size()));
    if (is_new) list_.push_back(op);
    return at->second;
  }
  [[nodiscard]] const std::vector<std::string>& list() const { return list_; }

 private:
  const ScopeNames& names_;
  std::unordered_map<std::string, std::int32_t> numbers_;
  std::vector<std::string> list_;
};

std::vector<std::size_t> orderByStart(const std::vector<DeviceActivity>& activities) {
  std::vector<std::size_t> order(activities.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return activities[a].start_ns < activities[b].start_ns; });
  return order;
}

std::int8_t phaseNumber(const std::optional<ScopeId>& scope) {
  return scope ? static_cast<std::int8_t>(scope->phase) : std::int8_t{-1};
}

/// Only changes of phase or block: the host enters a scope for every op.
void addHostScopes(const TracedStep& traced, const ActivityScopes& scopes, KernelTimeline& timeline) {
  for (const ScopeEntry& entry : traced.log.scopes) {
    const std::optional<ScopeId> scope = scopes.place(entry.scope);
    const std::int8_t phase = phaseNumber(scope);
    const std::int32_t block = scope ? scope->block : -1;
    const bool same =
        !timeline.host_phase.empty() && timeline.host_phase.back() == phase && timeline.host_block.back() == block;
    if (same) continue;
    timeline.host_time_ns.push_back(std::max<std::int64_t>(0, entry.time_ns - traced.log.begin_ns));
    timeline.host_phase.push_back(phase);
    timeline.host_block.push_back(block);
  }
}

}  // namespace

KernelTimeline kernelTimeline(const TracedStep& traced, const ActivityScopes& scopes) {
  KernelTimeline timeline{.point = traced.point, .names = traced.log.names};
  for (const ScopeNames::BlockName& block : traced.names.blocks) timeline.block_names.push_back(block.name);
  OpNumbers ops(traced.names);
  for (const std::size_t i : orderByStart(traced.log.activities)) {
    const DeviceActivity& activity = traced.log.activities[i];
    const std::optional<ScopeId> scope = scopes.of(activity);
    timeline.time_ns.push_back(std::max<std::int64_t>(0, activity.start_ns - traced.log.begin_ns));
    timeline.duration_ns.push_back(std::max<std::int64_t>(0, activity.end_ns - activity.start_ns));
    timeline.name.push_back(activity.name);
    timeline.stream.push_back(activity.stream);
    timeline.kind.push_back(static_cast<std::int8_t>(activity.kind));
    timeline.phase.push_back(phaseNumber(scope));
    timeline.block.push_back(scope ? scope->block : -1);
    timeline.op.push_back(ops.of(scope));
    timeline.bytes.push_back(activity.bytes);
  }
  timeline.op_names = ops.list();
  addHostScopes(traced, scopes, timeline);
  return timeline;
}

}  // namespace remat
