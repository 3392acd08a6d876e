#include "engine/spec/region_plan.h"

#include <algorithm>

namespace remat {
namespace {

/// Marks op j as replayed: it will read each of its inputs once more.
void addReplay(RegionPlan& plan, const Tape& tape, int j) {
  plan.replayed[j] = 1;
  for (int site : tape.ops[j].inputs)
    if (site != kConstant) ++plan.references[site];
}

void decideSites(RegionPlan& plan, const Tape& tape, const std::vector<Decision>& decisions) {
  for (std::size_t site = 0; site < decisions.size(); ++site) {
    const bool view = tape.storage[site] != static_cast<int>(site);  // never kept on its own
    const bool is_input = static_cast<int>(site) == tape.input;
    plan.recompute.push_back(!is_input && (view || decisions[site] == Decision::recompute));
    plan.offload.push_back(!view && decisions[site] == Decision::offload);
  }
}

void hookSaves(RegionPlan& plan, const Tape& tape) {
  for (const TapeOp& op : tape.ops) {
    std::vector<char>& hooks = plan.hooked.emplace_back();
    for (int site : op.saves) {
      hooks.push_back(site != kConstant && !plan.isKept(site));
      if (hooks.back()) ++plan.references[site];
    }
    plan.has_hook.push_back(std::find(hooks.begin(), hooks.end(), char{1}) != hooks.end());
  }
}

void planReplays(RegionPlan& plan, const Tape& tape, bool early_stop) {
  const int ops = static_cast<int>(tape.ops.size());
  const auto isNeeded = [&](int site) { return plan.recompute[site] && plan.references[site] > 0; };
  for (int j = ops - 1; j >= 0; --j)
    if (std::any_of(tape.ops[j].outputs.begin(), tape.ops[j].outputs.end(), isNeeded)) addReplay(plan, tape, j);
  if (early_stop || !plan.anyReplay()) return;
  for (int j = 0; j < ops; ++j)
    if (!plan.replayed[j]) addReplay(plan, tape, j);
}

/// What is copied for nothing is not copied. A region that is re-run as a whole reads its input alone, whatever its
/// plan says about references.
void dropUselessOffloads(RegionPlan& plan, const Tape& tape) {
  for (std::size_t site = 0; site < plan.offload.size(); ++site) {
    const bool read = plan.reentrant ? static_cast<int>(site) == tape.input : plan.references[site] > 0;
    if (!read) plan.offload[site] = 0;
  }
}

/// Walks through a region's backward and notes what happens.
class BackwardWalk {
 public:
  BackwardWalk(const Tape& tape, const RegionPlan& plan, bool early_stop)
      : tape_(tape),
        plan_(plan),
        early_stop_(early_stop),
        replayed_(tape.ops.size(), 0),
        read_(tape.sites.size(), 0),
        block_(tape.ops.back().block) {}

  std::vector<BackwardEvent> run() {
    const int ops = static_cast<int>(tape_.ops.size());
    if (plan_.reentrant) {
      readSite(tape_.input);
      for (int j = 0; j < ops; ++j) add(BackwardEvent::Kind::replay, j);
    }
    for (int j = ops - 1; j >= 0; --j) {
      block_ = tape_.ops[j].block;
      add(BackwardEvent::Kind::backward, j);
      if (!plan_.reentrant) bringBackSaves(j);
    }
    return std::move(events_);
  }

 private:
  void add(BackwardEvent::Kind kind, int index) { events_.push_back({kind, index, block_}); }

  void bringBackSaves(int j) {
    for (std::size_t k = 0; k < tape_.ops[j].saves.size(); ++k) {
      const int site = tape_.ops[j].saves[k];
      if (!plan_.hooked[j][k]) continue;
      if (plan_.offload[site])
        readSite(site);
      else if (!replayed_[tape_.producer[site]])
        replayClosure(site);
    }
  }

  void readSite(int site) {
    if (!plan_.offload[site] || read_[site]) return;
    read_[site] = 1;
    add(BackwardEvent::Kind::read, site);
  }

  void replayClosure(int site) {
    const std::vector<char> wanted = opsToReplay(site);
    for (int j = 0; j < static_cast<int>(wanted.size()); ++j) {
      if (!wanted[j]) continue;
      for (int input : tape_.ops[j].inputs)
        if (input != kConstant) readSite(input);
      add(BackwardEvent::Kind::replay, j);
      replayed_[j] = 1;
    }
  }

  [[nodiscard]] std::vector<char> opsToReplay(int site) const {
    std::vector<char> wanted(tape_.ops.size(), 0);
    std::vector<int> stack{tape_.producer[site]};
    if (!early_stop_)
      for (int j = 0; j < static_cast<int>(wanted.size()); ++j)
        if (plan_.replayed[j] && !replayed_[j]) stack.push_back(j);
    while (!stack.empty()) {
      const int j = stack.back();
      stack.pop_back();
      if (wanted[j]) continue;
      wanted[j] = 1;
      for (int input : tape_.ops[j].inputs)
        if (input != kConstant && plan_.recompute[input] && !replayed_[tape_.producer[input]])
          stack.push_back(tape_.producer[input]);
    }
    return wanted;
  }

  const Tape& tape_;
  const RegionPlan& plan_;
  const bool early_stop_;
  std::vector<char> replayed_, read_;
  int block_;
  std::vector<BackwardEvent> events_;
};

bool anyTrue(const std::vector<char>& flags) { return std::find(flags.begin(), flags.end(), char{1}) != flags.end(); }

}  // namespace

bool RegionPlan::anyReplay() const { return anyTrue(replayed); }

bool RegionPlan::anyReference() const {
  return std::any_of(references.begin(), references.end(), [](int count) { return count > 0; });
}

std::vector<BackwardEvent> backwardEvents(const Tape& tape, const RegionPlan& plan, bool early_stop) {
  return BackwardWalk(tape, plan, early_stop).run();
}

RegionPlan makePlan(const Tape& tape, const std::vector<Decision>& decisions, const TrainingSpec& spec) {
  RegionPlan plan;
  plan.references.assign(tape.sites.size(), 0);
  plan.replayed.assign(tape.ops.size(), 0);
  decideSites(plan, tape, decisions);
  hookSaves(plan, tape);
  planReplays(plan, tape, spec.early_stop);
  plan.reentrant = spec.use_reentrant && plan.anyReplay() && tape.input >= 0;
  dropUselessOffloads(plan, tape);
  if (anyTrue(plan.offload))
    for (const BackwardEvent& event : backwardEvents(tape, plan, spec.early_stop))
      if (event.kind == BackwardEvent::Kind::read) plan.fetches.push_back({event.block, event.index});
  return plan;
}

}  // namespace remat
