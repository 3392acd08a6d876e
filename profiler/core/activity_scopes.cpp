#include "profiler/core/activity_scopes.h"

#include <algorithm>
#include <cstddef>

#include "profiler/core/names.h"

namespace remat {

ActivityScopes::ActivityScopes(const TracedStep& traced) : traced_(traced), by_correlation_(traced.log.correlations) {
  // A runtime call and the driver call inside it share a number and a scope; the first record serves for both.
  std::stable_sort(by_correlation_.begin(), by_correlation_.end(),
                   [](const auto& a, const auto& b) { return a.correlation < b.correlation; });
}

std::optional<ScopeId> ActivityScopes::of(const DeviceActivity& activity) const {
  const auto at = std::lower_bound(by_correlation_.begin(), by_correlation_.end(), activity.correlation,
                                   [](const auto& each, std::uint32_t value) { return each.correlation < value; });
  if (at == by_correlation_.end() || at->correlation != activity.correlation) return std::nullopt;
  return place(at->scope);
}

std::optional<ScopeId> ActivityScopes::place(std::uint64_t id) const {
  const std::optional<ScopeId> scope = unpacked(id);
  const std::optional<ScopeId> step = unpacked(packed({.step = traced_.step}));  // modulo, as the ids have it
  if (!scope || scope->step != step->step || nameOf(scope->phase).empty()) return std::nullopt;
  if (scope->block < 0) return scope->op < 0 ? scope : std::nullopt;
  const auto& blocks = traced_.names.blocks;
  if (static_cast<std::size_t>(scope->block) >= blocks.size()) return std::nullopt;
  const auto op_count = static_cast<int>(blocks[static_cast<std::size_t>(scope->block)].ops.size());
  return scope->op < op_count ? scope : std::nullopt;
}

}  // namespace remat
