// What a schedule holds between forward and backward, on the device and in host memory.
#include <algorithm>

#include "engine/spec/schedule.h"

namespace remat {
namespace {

std::vector<char> keptSites(const Tape& tape, const RegionPlan& plan) {
  std::vector<char> kept(tape.sites.size(), 0);
  if (plan.reentrant) {
    kept[tape.input] = plan.isKept(tape.input);
    return kept;
  }
  for (const TapeOp& op : tape.ops)
    for (int site : op.saves)
      if (site != kConstant && plan.isKept(site)) kept[site] = 1;
  for (std::size_t site = 0; site < kept.size(); ++site)
    if (plan.isKept(static_cast<int>(site)) && plan.references[site] > 0) kept[site] = 1;
  return kept;
}

/// Calls visit(region, site) for every site that is kept between forward and backward, storages once.
template <typename Visit>
void visitRetained(const Schedule& schedule, const Visit& visit) {
  std::vector<char> kept_by_next;
  for (std::size_t r = schedule.regions.size(); r-- > 0;) {
    const Region& region = schedule.regions[r];
    const Tape& tape = schedule.tapes[region.tape];
    std::vector<char> kept = keptSites(tape, schedule.plans[region.plan]);
    const bool last = r + 1 == schedule.regions.size();
    const std::vector<char> own = kept;
    // The output is the next region's input: one storage, visited there if it is kept there.
    if (last)
      kept[tape.output] = 1;
    else if (kept_by_next[schedule.tapes[schedule.regions[r + 1].tape].input])
      kept[tape.output] = 0;
    for (std::size_t site = 0; site < kept.size(); ++site)
      if (kept[site]) visit(region, tape.sites[site]);
    kept_by_next = own;
  }
}

/// Calls visit(region, site) for every site that is in host memory between forward and backward.
template <typename Visit>
void visitOffloaded(const Schedule& schedule, const Visit& visit) {
  for (const Region& region : schedule.regions)
    for (const Fetch& fetch : schedule.plans[region.plan].fetches)
      visit(region, schedule.tapes[region.tape].sites[fetch.site]);
}

std::vector<std::vector<int>> sorted(std::vector<std::vector<int>> activations) {
  for (std::vector<int>& of_block : activations) std::sort(of_block.begin(), of_block.end());
  return activations;
}

/// Calls visit(block) for every random state that is kept.
template <typename Visit>
void visitRandomStates(const Schedule& schedule, const Visit& visit) {
  for (const Region& region : schedule.regions) {
    const Tape& tape = schedule.tapes[region.tape];
    const RegionPlan& plan = schedule.plans[region.plan];
    const auto isRandomOp = [](const TapeOp& op) { return op.random; };
    if (plan.reentrant) {  // one state for the whole re-run
      if (std::any_of(tape.ops.begin(), tape.ops.end(), isRandomOp)) visit(region.first_block);
      continue;
    }
    for (std::size_t j = 0; j < tape.ops.size(); ++j)
      if (tape.ops[j].random && plan.replayed[j]) visit(region.first_block + tape.ops[j].block);
  }
}

}  // namespace

std::vector<std::int64_t> retainedBytes(const ModelGraph& graph, const Schedule& schedule, Sizes sizes,
                                        Backend backend) {
  std::vector<std::int64_t> bytes(graph.blocks.size(), 0);
  visitRetained(schedule, [&](const Region& region, Site site) {
    const int block = region.first_block + site.block;
    bytes[block] += storageBytes(graph.body(block), site.activation, sizes);
  });
  if (schedule.preserve_rng_state)
    visitRandomStates(schedule, [&](int block) { bytes[block] += randomStateBytes(backend); });
  return bytes;
}

std::vector<std::int64_t> hostBytes(const ModelGraph& graph, const Schedule& schedule, Sizes sizes) {
  std::vector<std::int64_t> bytes(graph.blocks.size(), 0);
  visitOffloaded(schedule, [&](const Region& region, Site site) {
    const int block = region.first_block + site.block;
    bytes[block] += storageBytes(graph.body(block), site.activation, sizes);
  });
  return bytes;
}

std::vector<std::vector<int>> retainedActivations(const ModelGraph& graph, const Schedule& schedule) {
  std::vector<std::vector<int>> activations(graph.blocks.size());
  visitRetained(schedule, [&](const Region& region, Site site) {
    activations[region.first_block + site.block].push_back(site.activation);
  });
  return sorted(std::move(activations));
}

std::vector<std::vector<int>> offloadedActivations(const ModelGraph& graph, const Schedule& schedule) {
  std::vector<std::vector<int>> activations(graph.blocks.size());
  visitOffloaded(schedule, [&](const Region& region, Site site) {
    activations[region.first_block + site.block].push_back(site.activation);
  });
  return sorted(std::move(activations));
}

}  // namespace remat
