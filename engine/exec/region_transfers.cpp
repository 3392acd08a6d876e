#include "engine/exec/region_transfers.h"

#include <algorithm>
#include <utility>

#include "engine/exec/step_scope.h"

namespace remat {

RegionTransfers::RegionTransfers(const Tape& tape, const RegionPlan& plan, const Region& region,
                                 const StepContext& context)
    : tape_(tape), plan_(plan), region_(region), context_(context) {
  if (plan.fetches.empty()) return;
  activations_.resize(tape.sites.size());
  fetched_.resize(tape.sites.size());
}

void RegionTransfers::restart() { std::fill(fetched_.begin(), fetched_.end(), 0); }

void RegionTransfers::clear() {
  for (OffloadedActivation& activation : activations_) activation = {};
}

Action RegionTransfers::announce(Phase phase, int site) const {
  const Site moved = tape_.sites[site];
  const Action action{phase, region_.first_block + moved.block, -1, moved.activation};
  if (context_.observer) context_.observer->began(action);
  return action;
}

void RegionTransfers::offload(int site, const at::Tensor& activation) {
  if (!plan_.offload[site]) return;
  const ScopeGuard scope({Phase::offload, region_.first_block + tape_.sites[site].block, -1});
  const Action action = announce(Phase::offload, site);
  activations_[site] = context_.transfers->offload(action.block, activation);
}

void RegionTransfers::fetch(int site) {
  if (std::exchange(fetched_[site], char{1})) return;
  const ScopeGuard scope({Phase::prefetch, region_.first_block + tape_.sites[site].block, -1});
  const Action action = announce(Phase::prefetch, site);
  context_.transfers->fetch(activations_[site]);
  if (context_.observer) context_.observer->produced(action.block, action.activation, activations_[site].device);
}

void RegionTransfers::prefetch(int block) {
  for (const Fetch& entry : plan_.fetches)
    if (region_.first_block + entry.block == block) fetch(entry.site);
}

at::Tensor RegionTransfers::take(int site) {
  fetch(site);
  return context_.transfers->take(activations_[site]);
}

}  // namespace remat
