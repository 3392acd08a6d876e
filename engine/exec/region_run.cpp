#include "engine/exec/region_run.h"

#include <algorithm>

#include "engine/exec/random_state.h"
#include "engine/exec/step_scope.h"
#include "engine/exec/torch_compat.h"
#include "engine/spec/error.h"

namespace remat {
namespace {

using at::Tensor;
using torch::autograd::variable_list;

const c10::StorageImpl* storageOf(const Tensor& tensor) { return tensor.storage().unsafeGetStorageImpl(); }

/// The edge between two blocks: takes the gradient of the later block's input, marks the end of that block's backward,
/// and hands the gradient on. Unlike a leaf, whose AccumulateGrad would pin the activation, it holds no tensor.
struct BoundaryNode final : torch::autograd::Node {
  RegionRun* run = nullptr;
  int block = 0;

  variable_list apply(variable_list&& gradients) override {
    run->endBlockBackward(block);
    return {std::move(gradients[0])};
  }
};

/// Stands for a whole region in the graph: its backward re-runs the region.
struct ReentrantNode final : torch::autograd::Node {
  RegionRun* run = nullptr;

  variable_list apply(variable_list&& gradients) override { return {run->rerunWithGradients(std::move(gradients[0]))}; }
};

/// A tensor on `x`'s storage whose gradient goes to `node`, and from there to where x's gradient went.
template <typename NodeType>
Tensor chain(const Tensor& x, const std::shared_ptr<NodeType>& node, const Tensor& like) {
  node->add_input_metadata(like);
  if (x.requires_grad()) node->add_next_edge(torch::autograd::impl::gradient_edge(x));
  Tensor tail = like.detach();
  torch::autograd::impl::set_gradient_edge(tail, {node, 0});
  return tail;
}

[[noreturn]] void failOp(const std::string& op, const std::string& what) {
  throw Error(ErrorKind::failed, "op " + op, what, "this is a bug in the description of the op: please report it");
}

}  // namespace

RegionRun::RegionRun(const Tape& tape, const RegionPlan& plan, const Region& region, const Environment& environment)
    : tape_(tape),
      plan_(plan),
      region_(region),
      env_(environment),
      replays_(plan.anyReplay() || region.reentrant),
      slots_(replays_ ? tape.sites.size() : 0),
      versions_(replays_ ? tape.sites.size() : 0, 0),
      references_(plan.references),
      replayed_(replays_ ? tape.ops.size() : 0, 0),
      random_states_(replays_ ? tape.ops.size() : 0) {}

const ProgramOp& RegionRun::programOp(int j) const {
  const TapeOp& op = tape_.ops[j];
  return env_.program.blocks[region_.first_block + op.block].ops[op.op];
}

void RegionRun::announce(Phase phase, int j) {
  const TapeOp& op = tape_.ops[j];
  step_scope = {phase, region_.first_block + op.block, op.op};
  if (env_.observer) env_.observer->began({phase, region_.first_block + op.block, op.op});
}

void RegionRun::announceOutputs(int j, const std::vector<Tensor>& outputs) {
  if (!env_.observer) return;
  const TapeOp& op = tape_.ops[j];
  for (std::size_t k = 0; k < outputs.size(); ++k)
    env_.observer->produced(region_.first_block + op.block, tape_.sites[op.outputs[k]].activation, outputs[k]);
}

void RegionRun::keepForReplay(int site, const Tensor& tensor) {
  if (!replays_ || plan_.recompute[site] || references_[site] == 0) return;
  slots_[site] = tensor.detach();
  versions_[site] = static_cast<std::uint32_t>(slots_[site]._version());
}

Tensor RegionRun::enterBlock(Tensor x, int block) {
  auto boundary = makeNode<BoundaryNode>();
  boundary->run = this;
  boundary->block = block;
  return chain(x, boundary, x);
}

Tensor RegionRun::forward(Tensor x) {
  if (region_.reentrant) return forwardReentrant(std::move(x));
  // After an exception no tensor may stay here: it holds a graph that refers to runs which are destroyed before this
  // one.
  struct Cleared {
    RegionRun& run;
    ~Cleared() {
      run.inputs_.clear();
      run.outputs_.clear();
    }
  } const cleared{*this};
  std::vector<Tensor> environment(tape_.sites.size());
  std::vector<int> reads = tape_.reads;
  int block = 0;
  if (tape_.input >= 0) {
    environment[tape_.input] = enterBlock(std::move(x), region_.first_block);
    keepForReplay(tape_.input, environment[tape_.input]);
  }
  for (int j = 0; j < static_cast<int>(tape_.ops.size()); ++j) {
    const TapeOp& op = tape_.ops[j];
    if (op.block != block) {  // the next block of the region starts from the output of the one before
      env_.clock.endBlockForward(region_.first_block + block);
      block = op.block;
      for (int site : op.inputs)
        if (site != kConstant && tape_.sites[site].block != block)
          environment[site] = enterBlock(std::move(environment[site]), region_.first_block + block);
    }
    runForwardOp(j, environment);
    inputs_.clear();
    for (int site : op.outputs) {
      keepForReplay(site, environment[site]);
      if (reads[site] == 0) environment[site].reset();
    }
    for (int site : op.inputs)
      if (site != kConstant && --reads[site] == 0) environment[site].reset();
  }
  env_.clock.endBlockForward(region_.first_block + block);
  return std::move(environment[tape_.output]);
}

/// Runs an op with gradients, and notes which autograd nodes are its own.
void RegionRun::runTracked(int j, const std::vector<Tensor>& environment) {
  const TapeOp& op = tape_.ops[j];
  const std::uint64_t first = env_.tracker ? nextNodeNumber() : 0;
  runOp(
      programOp(j), [&](std::size_t i) -> const Tensor& { return environment[op.inputs[i]]; }, inputs_, outputs_);
  if (env_.tracker) env_.tracker->addInterval(first, nextNodeNumber(), region_.first_block + op.block, op.op);
}

void RegionRun::runForwardOp(int j, std::vector<Tensor>& environment) {
  const TapeOp& op = tape_.ops[j];
  announce(Phase::forward, j);
  if (op.random && plan_.replayed[j] && env_.preserve_rng_state) random_states_[j] = randomState();
  Recorder recorder;
  recorder.hook = &plan_.hooked[j];
  {
    const RecordingGuard recording(plan_.has_hook[j] ? &recorder : nullptr);
    runTracked(j, environment);
  }
  announceOutputs(j, outputs_);
  for (std::size_t k = 0; k < outputs_.size(); ++k) environment[op.outputs[k]] = std::move(outputs_[k]);
  if (plan_.has_hook[j]) checkSaves(j, recorder, environment);
}

// A saved tensor's site is found by scanning the op's own inputs and outputs, never through a map of addresses: a freed
// address that is used again would give wrong gradients without a word.
int RegionRun::siteOfStorage(int j, const Tensor& tensor, const std::vector<Tensor>& environment) const {
  for (const auto* sites : {&tape_.ops[j].inputs, &tape_.ops[j].outputs})
    for (int site : *sites)
      if (site != kConstant && environment[site].defined() && storageOf(environment[site]) == storageOf(tensor))
        return tape_.storage[site];
  return kConstant;
}

void RegionRun::checkSaves(int j, const Recorder& recorder, const std::vector<Tensor>& environment) {
  const std::vector<int>& saves = tape_.ops[j].saves;
  const std::string& name = programOp(j).op->name;
  if (recorder.count != static_cast<int>(saves.size()))
    failOp(name,
           "saved " + std::to_string(recorder.count) + " tensors, the graph says " + std::to_string(saves.size()));
  for (std::size_t k = 0; k < recorder.references.size(); ++k) {
    SavedReference* reference = recorder.references[k].get();
    if (!reference) continue;
    if (siteOfStorage(j, reference->held, environment) != saves[k])
      failOp(name, "saved another tensor than the graph says, number " + std::to_string(k));
    reference->site = saves[k];
    reference->source = this;
    reference->held.reset();
  }
}

Tensor RegionRun::read(int site) {
  if (!slots_[site].defined()) replayMissing(site);
  return slots_[site];
}

void RegionRun::release(int site) {
  if (--references_[site] == 0) slots_[site].reset();
}

void RegionRun::replayMissing(int site) {
  const ScopeGuard scope(step_scope);
  const int ops = static_cast<int>(tape_.ops.size());
  std::vector<char> wanted(ops, 0);
  std::vector<int> stack{tape_.producer[site]};
  if (!env_.early_stop)
    for (int j = 0; j < ops; ++j)
      if (plan_.replayed[j] && !replayed_[j]) stack.push_back(j);
  while (!stack.empty()) {
    const int j = stack.back();
    stack.pop_back();
    if (wanted[j]) continue;
    if (replayed_[j]) failOp(programOp(j).op->name, "would be replayed twice");
    wanted[j] = 1;
    for (int input : tape_.ops[j].inputs)
      if (input != kConstant && !slots_[input].defined()) stack.push_back(tape_.producer[input]);
  }
  std::int64_t since = steadyNow();
  int block = -1;
  const auto account = [&](int next_block) {
    const std::int64_t now = steadyNow();
    if (block >= 0) env_.clock.addRecompute(region_.first_block + block, now - since);
    since = now;
    block = next_block;
  };
  for (int j = 0; j < ops; ++j) {
    if (!wanted[j]) continue;
    if (tape_.ops[j].block != block) account(tape_.ops[j].block);
    replay(j);
  }
  account(-1);
}

void RegionRun::replay(int j) {
  const TapeOp& op = tape_.ops[j];
  if (!plan_.replayed[j]) failOp(programOp(j).op->name, "was not planned to be replayed");
  announce(Phase::recompute, j);
  for (int site : op.inputs)
    if (site != kConstant && !plan_.recompute[site] &&
        static_cast<std::uint32_t>(slots_[site]._version()) != versions_[site])
      failOp(programOp(j).op->name, "an input was changed in place after it was kept");
  {
    const RecordingGuard off(nullptr);
    const at::NoGradGuard no_grad;
    std::optional<RandomStateGuard> random;
    if (random_states_[j].defined()) random.emplace(random_states_[j]);
    runOp(
        programOp(j), [&](std::size_t i) -> const Tensor& { return slots_[op.inputs[i]]; }, inputs_, outputs_);
  }
  random_states_[j].reset();
  announceOutputs(j, outputs_);
  for (std::size_t k = 0; k < outputs_.size(); ++k) {
    const int site = op.outputs[k];
    if (references_[site] > 0 && !slots_[site].defined() && plan_.recompute[site])
      slots_[site] = std::move(outputs_[k]);
  }
  outputs_.clear();
  inputs_.clear();
  replayed_[j] = 1;
  for (int site : op.inputs)
    if (site != kConstant) release(site);
}

void RegionRun::endBlockBackward(int block) {
  env_.clock.endBlockBackward(block);
  step_scope = {Phase::backward, block - 1, -1};
}

int RegionRun::openReferences() const {
  int open = 0;
  for (int count : references_) open += std::max(count, 0);
  return open;
}

// ---- the reentrant variant: forward without grad, one node for the region ----

Tensor RegionRun::forwardReentrant(Tensor x) {
  const bool random = std::any_of(tape_.ops.begin(), tape_.ops.end(), [](const TapeOp& op) { return op.random; });
  step_scope = {Phase::forward, region_.first_block, -1};
  if (random && env_.preserve_rng_state) random_states_[0] = randomState();
  reentrant_input_ = x.detach();
  std::vector<Tensor> environment(tape_.sites.size());
  std::vector<int> reads = tape_.reads;
  environment[tape_.input] = reentrant_input_;
  const at::NoGradGuard no_grad;
  int block = 0;
  for (int j = 0; j < static_cast<int>(tape_.ops.size()); ++j) {
    const TapeOp& op = tape_.ops[j];
    if (op.block != block) env_.clock.endBlockForward(region_.first_block + std::exchange(block, op.block));
    announce(Phase::forward, j);
    runOp(
        programOp(j), [&](std::size_t i) -> const Tensor& { return environment[op.inputs[i]]; }, inputs_, outputs_);
    announceOutputs(j, outputs_);
    for (std::size_t k = 0; k < outputs_.size(); ++k)
      if (reads[op.outputs[k]] > 0) environment[op.outputs[k]] = outputs_[k];
    outputs_.clear();
    inputs_.clear();
    for (int site : op.inputs)
      if (site != kConstant && --reads[site] == 0) environment[site].reset();
  }
  env_.clock.endBlockForward(region_.first_block + block);
  auto node = makeNode<ReentrantNode>();
  node->run = this;
  return chain(x, node, environment[tape_.output]);
}

Tensor RegionRun::rerunWithGradients(Tensor gradient) {
  std::optional<RandomStateGuard> random;
  if (random_states_[0].defined()) random.emplace(random_states_[0]);
  random_states_[0].reset();
  std::fill(references_.begin(), references_.end(), 0);  // the plan's replays happen in one go here
  Tensor x = std::move(reentrant_input_);
  x.set_requires_grad(true);  // a leaf, as torch's reentrant checkpoint makes it
  std::vector<Tensor> environment(tape_.sites.size());
  std::vector<int> reads = tape_.reads;
  environment[tape_.input] = x;
  std::int64_t since = steadyNow();
  {
    const at::AutoGradMode with_grad(true);
    for (int j = 0; j < static_cast<int>(tape_.ops.size()); ++j) {
      const TapeOp& op = tape_.ops[j];
      announce(Phase::recompute, j);
      runTracked(j, environment);
      announceOutputs(j, outputs_);
      for (std::size_t k = 0; k < outputs_.size(); ++k)
        if (reads[op.outputs[k]] > 0) environment[op.outputs[k]] = outputs_[k];
      outputs_.clear();
      inputs_.clear();
      for (int site : op.inputs)
        if (site != kConstant && --reads[site] == 0) environment[site].reset();
      const bool block_ends = j + 1 == static_cast<int>(tape_.ops.size()) || tape_.ops[j + 1].block != op.block;
      if (!block_ends) continue;
      const std::int64_t now = steadyNow();
      env_.clock.addRecompute(region_.first_block + op.block, now - std::exchange(since, now));
    }
  }
  random.reset();
  Tensor y = std::move(environment[tape_.output]);
  torch::autograd::edge_list roots{torch::autograd::impl::gradient_edge(y)};
  y.reset();
  variable_list gradients{std::move(gradient)};
  step_scope = {Phase::backward, region_.first_block + region_.block_count - 1, -1};
  torch::autograd::Engine::get_default_engine().execute(roots, gradients, /*keep_graph=*/false, /*create_graph=*/false,
                                                        /*accumulate_grad=*/true, {});
  Tensor result = std::move(x.mutable_grad());
  endBlockBackward(region_.first_block);
  return result;
}

}  // namespace remat
