#include "engine/spec/schedule.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/spec/error.h"

namespace remat {
namespace {

void checkPolicy(const ModelGraph& graph, const CheckpointPolicy& policy) {
  const auto fits = [&](int block) { return policy.blocks[block].size() == graph.body(block).activations.size(); };
  bool matches = static_cast<int>(policy.blocks.size()) == graph.blockCount();
  for (int block = 0; matches && block < graph.blockCount(); ++block) matches = fits(block);
  if (!matches)
    throw Error(ErrorKind::usage, "policy " + policy.name, "was made for another model",
                "make it from this model's graph");
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

std::vector<Decision> siteDecisions(const CheckpointPolicy& policy, const Region& region, const Tape& tape) {
  std::vector<Decision> decisions;
  for (Site site : tape.sites) decisions.push_back(policy.blocks[region.first_block + site.block][site.activation]);
  // The output of a block inside the region is the input of the next, whose decision about it counts.
  for (const TapeOp& op : tape.ops)
    for (int site : op.inputs)
      if (site != kConstant && tape.sites[site].block != op.block) decisions[site] = Decision::recompute;
  return decisions;
}

/// Index of an equal entry, appended if there is none.
template <typename T, typename Equal>
int indexOf(std::vector<T>& all, T&& wanted, const Equal& equal) {
  const auto found = std::find_if(all.begin(), all.end(), equal);
  const auto index = static_cast<int>(found - all.begin());
  if (found == all.end()) all.push_back(std::forward<T>(wanted));
  return index;
}

/// The backward of all regions, with what is fetched ahead.
class BackwardActions {
 public:
  explicit BackwardActions(const Schedule& schedule) : schedule_(schedule), fetched_(schedule.regions.size()) {
    for (std::size_t r = 0; r < schedule.regions.size(); ++r) {
      region_of_.resize(schedule.regions[r].first_block + schedule.regions[r].block_count, static_cast<int>(r));
      fetched_[r].assign(tapeOf(static_cast<int>(r)).sites.size(), 0);
    }
  }

  std::vector<Action> run() {
    for (int r = static_cast<int>(schedule_.regions.size()) - 1; r >= 0; --r) {
      int block = schedule_.regions[r].block_count;  // none yet
      for (const BackwardEvent& event : backwardEvents(tapeOf(r), planOf(r), schedule_.early_stop)) {
        if (event.block != block) enterBlock(schedule_.regions[r].first_block + event.block);
        block = event.block;
        add(r, event);
      }
    }
    return std::move(actions_);
  }

 private:
  [[nodiscard]] const Tape& tapeOf(int r) const { return schedule_.tapes[schedule_.regions[r].tape]; }
  [[nodiscard]] const RegionPlan& planOf(int r) const { return schedule_.plans[schedule_.regions[r].plan]; }

  void enterBlock(int block) {
    if (schedule_.offload_synchronous) return;
    for (int ahead = block - 1; ahead >= std::max(0, block - schedule_.offload_window); --ahead) {
      const int r = region_of_[ahead];
      for (const Fetch& fetch : planOf(r).fetches)
        if (schedule_.regions[r].first_block + fetch.block == ahead) addFetch(r, fetch.site);
    }
  }

  void addFetch(int r, int site) {
    if (std::exchange(fetched_[r][site], char{1})) return;
    const Site moved = tapeOf(r).sites[site];
    actions_.push_back({Phase::prefetch, schedule_.regions[r].first_block + moved.block, -1, moved.activation});
  }

  void add(int r, const BackwardEvent& event) {
    if (event.kind == BackwardEvent::Kind::read) return addFetch(r, event.index);
    const Phase phase = event.kind == BackwardEvent::Kind::replay ? Phase::recompute : Phase::backward;
    const TapeOp& op = tapeOf(r).ops[event.index];
    actions_.push_back({phase, schedule_.regions[r].first_block + op.block, op.op});
  }

  const Schedule& schedule_;
  std::vector<int> region_of_;              ///< block -> region
  std::vector<std::vector<char>> fetched_;  ///< region, site -> is on its way or back
  std::vector<Action> actions_;
};

void appendForward(std::vector<Action>& actions, const Schedule& schedule, const Region& region) {
  const Tape& tape = schedule.tapes[region.tape];
  const RegionPlan& plan = schedule.plans[region.plan];
  const auto offload = [&](int site) {
    if (site < 0 || !plan.offload[site]) return;
    const Site moved = tape.sites[site];
    actions.push_back({Phase::offload, region.first_block + moved.block, -1, moved.activation});
  };
  offload(tape.input);
  for (const TapeOp& op : tape.ops) {
    actions.push_back({Phase::forward, region.first_block + op.block, op.op});
    for (int site : op.outputs) offload(site);
  }
}

}  // namespace

bool Schedule::anyOffload() const {
  return std::any_of(plans.begin(), plans.end(), [](const RegionPlan& plan) { return !plan.fetches.empty(); });
}

Schedule makeSchedule(const ModelGraph& graph, const CheckpointPolicy& policy, const TrainingSpec& spec,
                      Backend backend) {
  checkPolicy(graph, policy);
  Schedule schedule;
  schedule.early_stop = spec.early_stop;
  schedule.preserve_rng_state = spec.preserve_rng_state;
  schedule.offload_synchronous = spec.offload_synchronous;
  schedule.offload_window = static_cast<int>(std::min<std::int64_t>(spec.offload_window, graph.blockCount()));
  std::map<std::pair<int, std::vector<Decision>>, int> plan_of;  // most layers are planned as one before them was
  for (Region region : makeRegions(graph, policy)) {
    std::vector<int> bodies;
    for (int i = 0; i < region.block_count; ++i) bodies.push_back(graph.blocks[region.first_block + i].body);
    const auto sameBodies = [&](const Tape& tape) { return tape.bodies == bodies; };
    const bool known = std::any_of(schedule.tapes.begin(), schedule.tapes.end(), sameBodies);
    region.tape = indexOf(
        schedule.tapes, known ? Tape{} : makeTape(graph, region.first_block, region.block_count, backend), sameBodies);
    const Tape& tape = schedule.tapes[region.tape];
    std::vector<Decision> decisions = siteDecisions(policy, region, tape);
    const auto planned = plan_of.find({region.tape, decisions});
    if (planned != plan_of.end()) {
      region.plan = planned->second;
    } else {
      RegionPlan plan = makePlan(tape, decisions, spec);
      const auto isEqual = [&](const RegionPlan& known_plan) { return known_plan == plan; };
      region.plan = indexOf(schedule.plans, std::move(plan), isEqual);
      plan_of.emplace(std::pair{region.tape, std::move(decisions)}, region.plan);
    }
    region.reentrant = schedule.plans[region.plan].reentrant;
    schedule.regions.push_back(region);
  }
  return schedule;
}

std::vector<Action> actionsOf(const Schedule& schedule) {
  std::vector<Action> actions;
  for (const Region& region : schedule.regions) appendForward(actions, schedule, region);
  const std::vector<Action> backward = BackwardActions(schedule).run();
  actions.insert(actions.end(), backward.begin(), backward.end());
  actions.push_back({Phase::optimizer, -1, -1});
  return actions;
}

}  // namespace remat
