#include "engine/spec/schedule.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "engine/spec/error.h"

namespace remat {
namespace {

std::vector<bool> gradientsOf(const Op& op) {
  std::vector<bool> grads;
  for (Operand operand : op.inputs) grads.push_back(operand.kind != Operand::Kind::table);
  return grads;
}

/// Appends the ops of one block to a tape. `input_site`: where the block's input is already, or -1.
void appendBlock(Tape& tape, const ModelGraph& graph, int block, int relative_block, int input_site, Backend backend) {
  const BlockBody& body = graph.body(block);
  std::vector<int> site_of(body.activations.size(), kConstant);
  for (int a = 0; a < static_cast<int>(body.activations.size()); ++a) {
    if (a == body.input && input_site >= 0) {
      site_of[a] = input_site;
      continue;
    }
    site_of[a] = static_cast<int>(tape.sites.size());
    tape.sites.push_back({relative_block, a});
  }
  for (int index = 0; index < static_cast<int>(body.ops.size()); ++index) {
    const Op& op = body.ops[index];
    TapeOp added{relative_block, index, {}, {}, {}, isRandom(op.kind)};
    std::vector<TensorType> types;
    for (Operand operand : op.inputs) {
      added.inputs.push_back(operand.kind == Operand::Kind::activation ? site_of[operand.index] : kConstant);
      types.push_back(operandType(graph, block, operand));
    }
    for (int output : op.outputs) added.outputs.push_back(site_of[output]);
    for (Saved saved : savedTensors(op.kind, gradientsOf(op), types, backend))
      added.saves.push_back(saved.side == Saved::Side::output ? added.outputs[saved.index] : added.inputs[saved.index]);
    tape.ops.push_back(std::move(added));
  }
  if (relative_block == 0 && body.input >= 0) tape.input = site_of[body.input];
  tape.output = site_of[body.output];
}

Tape makeTape(const ModelGraph& graph, const Region& region, Backend backend) {
  Tape tape;
  for (int i = 0; i < region.block_count; ++i) {
    tape.bodies.push_back(graph.blocks[region.first_block + i].body);
    appendBlock(tape, graph, region.first_block + i, i, i == 0 ? -1 : tape.output, backend);
  }
  tape.producer.assign(tape.sites.size(), -1);
  tape.reads.assign(tape.sites.size(), 0);
  tape.storage.resize(tape.sites.size());
  std::iota(tape.storage.begin(), tape.storage.end(), 0);
  for (int j = 0; j < static_cast<int>(tape.ops.size()); ++j) {
    for (int site : tape.ops[j].inputs)
      if (site != kConstant) ++tape.reads[site];
    for (int site : tape.ops[j].outputs) {
      tape.producer[site] = j;
      const BlockBody& body = graph.body(region.first_block + tape.ops[j].block);
      const int alias = body.activations[tape.sites[site].activation].alias_of;
      if (alias < 0) continue;
      for (std::size_t i = 0; i < tape.ops[j].inputs.size(); ++i)
        if (body.ops[tape.ops[j].op].inputs[i] == Operand{Operand::Kind::activation, alias})
          tape.storage[site] = tape.storage[tape.ops[j].inputs[i]];
    }
  }
  ++tape.reads[tape.output];
  for (TapeOp& op : tape.ops)
    for (int& site : op.saves)
      if (site != kConstant) site = tape.storage[site];
  return tape;
}

/// Marks op j as replayed: it will read each of its inputs once more.
void addReplay(RegionPlan& plan, const Tape& tape, int j) {
  plan.replayed[j] = 1;
  for (int site : tape.ops[j].inputs)
    if (site != kConstant) ++plan.references[site];
}

RegionPlan makePlan(const Tape& tape, std::vector<char> recompute, bool early_stop) {
  const int ops = static_cast<int>(tape.ops.size());
  const int sites = static_cast<int>(tape.sites.size());
  RegionPlan plan;
  plan.recompute = std::move(recompute);
  plan.references.assign(sites, 0);
  plan.replayed.assign(ops, 0);
  plan.has_hook.assign(ops, 0);
  for (int site = 0; site < sites; ++site)
    if (tape.storage[site] != site) plan.recompute[site] = 1;  // a view is never kept on its own
  if (tape.input >= 0) plan.recompute[tape.input] = 0;

  for (int j = 0; j < ops; ++j) {
    std::vector<char>& hooks = plan.hooked.emplace_back();
    for (int site : tape.ops[j].saves) {
      const bool hooked = site != kConstant && plan.recompute[site];
      hooks.push_back(hooked);
      if (!hooked) continue;
      plan.has_hook[j] = 1;
      ++plan.references[site];
    }
  }
  const auto isNeeded = [&](int site) { return plan.recompute[site] && plan.references[site] > 0; };
  for (int j = ops - 1; j >= 0; --j)
    if (std::any_of(tape.ops[j].outputs.begin(), tape.ops[j].outputs.end(), isNeeded)) addReplay(plan, tape, j);
  if (!early_stop && plan.anyReplay())
    for (int j = 0; j < ops; ++j)
      if (!plan.replayed[j]) addReplay(plan, tape, j);
  return plan;
}

void checkPolicy(const ModelGraph& graph, const CheckpointPolicy& policy) {
  const auto fits = [&](int block) { return policy.blocks[block].size() == graph.body(block).activations.size(); };
  bool matches = static_cast<int>(policy.blocks.size()) == graph.blockCount();
  for (int block = 0; matches && block < graph.blockCount(); ++block) matches = fits(block);
  if (!matches)
    throw Error(ErrorKind::usage, "policy " + policy.name, "was made for another model",
                "make it from this model's graph");
  for (const BlockDecisions& decisions : policy.blocks)
    if (std::find(decisions.begin(), decisions.end(), Decision::offload) != decisions.end())
      throw Error(ErrorKind::usage, "policy " + policy.name, "offload is not available yet", "use save or recompute");
}

std::vector<Region> makeRegions(const ModelGraph& graph, const CheckpointPolicy& policy) {
  std::vector<Region> regions;
  for (int block = 0; block < graph.blockCount(); ++block) {
    const int input = graph.body(block).input;
    const bool continues = block > 0 && input >= 0 && policy.blocks[block][input] == Decision::recompute;
    if (continues)
      ++regions.back().block_count;
    else
      regions.push_back({block, 1});
  }
  return regions;
}

std::vector<char> recomputedSites(const CheckpointPolicy& policy, const Region& region, const Tape& tape) {
  std::vector<char> recompute;
  for (Site site : tape.sites)
    recompute.push_back(policy.blocks[region.first_block + site.block][site.activation] == Decision::recompute);
  // The output of a block inside the region is the input of the next, whose decision about it counts.
  for (const TapeOp& op : tape.ops)
    for (std::size_t i = 0; i < op.inputs.size(); ++i)
      if (op.inputs[i] != kConstant && tape.sites[op.inputs[i]].block != op.block) recompute[op.inputs[i]] = 1;
  return recompute;
}

/// Index of an equal entry, appended if there is none.
template <typename T, typename Equal>
int indexOf(std::vector<T>& all, T&& wanted, const Equal& equal) {
  const auto found = std::find_if(all.begin(), all.end(), equal);
  const auto index = static_cast<int>(found - all.begin());
  if (found == all.end()) all.push_back(std::forward<T>(wanted));
  return index;
}

/// Calls visit(region, site) for every site that is kept between forward and backward, storages once.
template <typename Visit>
void visitRetained(const Schedule& schedule, const Visit& visit) {
  for (std::size_t r = 0; r < schedule.regions.size(); ++r) {
    const Region& region = schedule.regions[r];
    const Tape& tape = schedule.tapes[region.tape];
    const RegionPlan& plan = schedule.plans[region.plan];
    std::vector<char> kept(tape.sites.size(), 0);
    if (region.reentrant) {
      kept[tape.input] = 1;
    } else {
      for (const TapeOp& op : tape.ops)
        for (int site : op.saves)
          if (site != kConstant && !plan.recompute[site]) kept[site] = 1;
      for (std::size_t site = 0; site < kept.size(); ++site)
        if (!plan.recompute[site] && plan.references[site] > 0) kept[site] = 1;
    }
    // The output is the next region's input: one storage, visited there if it is kept there.
    const bool last = r + 1 == schedule.regions.size();
    if (last) kept[tape.output] = 1;
    if (!last && kept[tape.output]) {
      const Region& next = schedule.regions[r + 1];
      const Tape& next_tape = schedule.tapes[next.tape];
      const RegionPlan& next_plan = schedule.plans[next.plan];
      bool kept_there = next.reentrant || next_plan.references[next_tape.input] > 0;
      for (const TapeOp& op : next_tape.ops)
        kept_there = kept_there || std::find(op.saves.begin(), op.saves.end(), next_tape.input) != op.saves.end();
      if (kept_there) kept[tape.output] = 0;
    }
    for (std::size_t site = 0; site < kept.size(); ++site)
      if (kept[site]) visit(region, tape.sites[site]);
  }
}

void appendBackward(std::vector<Action>& actions, const Schedule& schedule, const Region& region) {
  const Tape& tape = schedule.tapes[region.tape];
  const RegionPlan& plan = schedule.plans[region.plan];
  const auto action = [&](Phase phase, int j) {
    return Action{phase, region.first_block + tape.ops[j].block, tape.ops[j].op};
  };
  const int ops = static_cast<int>(tape.ops.size());
  if (region.reentrant)
    for (int j = 0; j < ops; ++j) actions.push_back(action(Phase::recompute, j));

  std::vector<char> done(ops, 0);
  const auto replayClosure = [&](int site) {
    std::vector<char> wanted(ops, 0);
    std::vector<int> stack{tape.producer[site]};
    if (!schedule.early_stop)
      for (int j = 0; j < ops; ++j)
        if (plan.replayed[j] && !done[j]) stack.push_back(j);
    while (!stack.empty()) {
      const int j = stack.back();
      stack.pop_back();
      if (wanted[j]) continue;
      wanted[j] = 1;
      for (int input : tape.ops[j].inputs)
        if (input != kConstant && plan.recompute[input] && !done[tape.producer[input]])
          stack.push_back(tape.producer[input]);
    }
    for (int j = 0; j < ops; ++j) {
      if (!wanted[j]) continue;
      actions.push_back(action(Phase::recompute, j));
      done[j] = 1;
    }
  };
  for (int j = ops - 1; j >= 0; --j) {
    actions.push_back(action(Phase::backward, j));
    for (std::size_t k = 0; k < tape.ops[j].saves.size() && !region.reentrant; ++k)
      if (plan.hooked[j][k] && !done[tape.producer[tape.ops[j].saves[k]]]) replayClosure(tape.ops[j].saves[k]);
  }
}

}  // namespace

bool RegionPlan::anyReplay() const { return std::find(replayed.begin(), replayed.end(), char{1}) != replayed.end(); }

Schedule makeSchedule(const ModelGraph& graph, const CheckpointPolicy& policy, const TrainingSpec& spec,
                      Backend backend) {
  checkPolicy(graph, policy);
  Schedule schedule;
  schedule.early_stop = spec.early_stop;
  schedule.preserve_rng_state = spec.preserve_rng_state;
  std::map<std::pair<int, std::vector<char>>, int> plan_of;  // most layers are planned as one before them was
  for (Region region : makeRegions(graph, policy)) {
    std::vector<int> bodies;
    for (int i = 0; i < region.block_count; ++i) bodies.push_back(graph.blocks[region.first_block + i].body);
    const auto sameBodies = [&](const Tape& tape) { return tape.bodies == bodies; };
    const bool known = std::any_of(schedule.tapes.begin(), schedule.tapes.end(), sameBodies);
    region.tape = indexOf(schedule.tapes, known ? Tape{} : makeTape(graph, region, backend), sameBodies);
    const Tape& tape = schedule.tapes[region.tape];
    std::vector<char> recompute = recomputedSites(policy, region, tape);
    const auto planned = plan_of.find({region.tape, recompute});
    if (planned != plan_of.end()) {
      region.plan = planned->second;
    } else {
      RegionPlan plan = makePlan(tape, recompute, spec.early_stop);
      const auto isEqual = [&](const RegionPlan& known_plan) { return known_plan == plan; };
      region.plan = indexOf(schedule.plans, std::move(plan), isEqual);
      plan_of.emplace(std::pair{region.tape, std::move(recompute)}, region.plan);
    }
    region.reentrant = spec.use_reentrant && schedule.plans[region.plan].anyReplay() && tape.input >= 0;
    schedule.regions.push_back(region);
  }
  return schedule;
}

std::vector<Action> actionsOf(const Schedule& schedule) {
  std::vector<Action> actions;
  for (const Region& region : schedule.regions)
    for (const TapeOp& op : schedule.tapes[region.tape].ops)
      actions.push_back({Phase::forward, region.first_block + op.block, op.op});
  for (auto region = schedule.regions.rbegin(); region != schedule.regions.rend(); ++region)
    appendBackward(actions, schedule, *region);
  actions.push_back({Phase::optimizer, -1, -1});
  return actions;
}

std::vector<std::int64_t> retainedBytes(const ModelGraph& graph, const Schedule& schedule, Sizes sizes,
                                        Backend backend) {
  std::vector<std::int64_t> bytes(graph.blocks.size(), 0);
  visitRetained(schedule, [&](const Region& region, Site site) {
    const int block = region.first_block + site.block;
    bytes[block] += storageBytes(graph.body(block), site.activation, sizes);
  });
  if (!schedule.preserve_rng_state) return bytes;
  for (const Region& region : schedule.regions) {
    const Tape& tape = schedule.tapes[region.tape];
    const RegionPlan& plan = schedule.plans[region.plan];
    bool state_of_region = false;
    for (std::size_t j = 0; j < tape.ops.size(); ++j) {
      if (!tape.ops[j].random || !(plan.replayed[j] || region.reentrant)) continue;
      if (region.reentrant && state_of_region) continue;  // one state for the whole re-run
      state_of_region = true;
      bytes[region.first_block + (region.reentrant ? 0 : tape.ops[j].block)] += randomStateBytes(backend);
    }
  }
  return bytes;
}

std::vector<std::vector<int>> retainedActivations(const ModelGraph& graph, const Schedule& schedule) {
  std::vector<std::vector<int>> activations(graph.blocks.size());
  visitRetained(schedule, [&](const Region& region, Site site) {
    activations[region.first_block + site.block].push_back(site.activation);
  });
  for (std::vector<int>& of_block : activations) std::sort(of_block.begin(), of_block.end());
  return activations;
}

}  // namespace remat
