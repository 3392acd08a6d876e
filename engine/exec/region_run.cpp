#include "engine/exec/region_run.h"

#include <algorithm>

#include "engine/exec/block_border.h"
#include "engine/exec/random_state.h"
#include "engine/exec/step_scope.h"
#include "engine/exec/torch_compat.h"
#include "engine/spec/error.h"

namespace remat {
namespace {

using at::Tensor;

const c10::StorageImpl* storageOf(const Tensor& tensor) { return tensor.storage().unsafeGetStorageImpl(); }

[[noreturn]] void failOp(const std::string& op, const std::string& what) {
  throw Error(ErrorKind::failed, "op " + op, what, "this is a bug in the description of the op: please report it");
}

/// Time of consecutive replays, given to the block that each op belongs to.
class RecomputeTime {
 public:
  explicit RecomputeTime(StepClock& clock) : clock_(clock) { clock.beginRecompute(); }

  void enter(int block) {
    if (block == block_) return;
    if (block_ >= 0) clock_.endRecompute(block_);
    block_ = block;
  }

 private:
  StepClock& clock_;
  int block_ = -1;
};

}  // namespace

RegionRun::RegionRun(const Tape& tape, const RegionPlan& plan, const Region& region, const StepContext& context)
    : tape_(tape),
      plan_(plan),
      region_(region),
      context_(context),
      ops_(tape, region, context),
      transfers_(tape, plan, region, context),
      supplies_(plan.anyReference()),
      values_(tape.sites.size()) {
  if (!supplies_) return;
  slots_.resize(tape.sites.size());
  versions_.resize(tape.sites.size());
  random_states_.resize(tape.ops.size());
}

void RegionRun::clear() {
  const auto drop = [](std::vector<Tensor>& tensors) {
    for (Tensor& tensor : tensors) tensor.reset();
  };
  drop(values_);
  drop(slots_);
  drop(random_states_);
  ops_.clear();
  transfers_.clear();
}

void RegionRun::prepare() {
  reads_ = tape_.reads;
  references_ = plan_.references;
  if (!supplies_) return;
  replayed_.assign(tape_.ops.size(), 0);
  served_.assign(tape_.ops.size(), 0);
  transfers_.restart();
}

void RegionRun::keepOrOffload(int site) {
  if (!supplies_ || plan_.recompute[site] || references_[site] == 0) return;
  if (plan_.offload[site]) return transfers_.offload(site, values_[site]);
  slots_[site] = values_[site].detach();
  versions_[site] = static_cast<std::uint32_t>(slots_[site]._version());
}

/// The next block of the region starts, with op j, from the output of the one before.
void RegionRun::enterBlock(int j) {
  const TapeOp& op = tape_.ops[j];
  context_.clock.endBlockForward(ops_.blockOf(j) - 1);
  ops_.enterForward(ops_.blockOf(j));
  const auto from_before = [&](int site) { return site != kConstant && tape_.sites[site].block != op.block; };
  const auto site = std::find_if(op.inputs.begin(), op.inputs.end(), from_before);
  if (site != op.inputs.end()) markBlockBorder(values_[*site], context_, ops_.blockOf(j));
}

Tensor RegionRun::forward(Tensor x) {
  prepare();
  ops_.enterForward(region_.first_block);
  if (tape_.input >= 0) {
    markBlockBorder(x, context_, region_.first_block);
    values_[tape_.input] = std::move(x);
    keepOrOffload(tape_.input);
  }
  for (int j = 0; j < static_cast<int>(tape_.ops.size()); ++j) {
    if (j > 0 && tape_.ops[j].block != tape_.ops[j - 1].block) enterBlock(j);
    runForwardOp(j);
    for (int site : tape_.ops[j].outputs) {
      keepOrOffload(site);
      if (reads_[site] == 0) values_[site].reset();
    }
    dropRead(tape_.ops[j], reads_, values_);
  }
  context_.clock.endBlockForward(region_.first_block + region_.block_count - 1);
  return std::move(values_[tape_.output]);
}

void RegionRun::runForwardOp(int j) {
  const TapeOp& op = tape_.ops[j];
  if (op.random && plan_.replayed[j] && context_.preserve_rng_state) random_states_[j] = randomState(context_.device);
  Recorder recorder;
  recorder.hook = &plan_.hooked[j];
  {
    const RecordingGuard recording(plan_.has_hook[j] ? &recorder : nullptr);
    std::vector<Tensor>& outputs = ops_.runTracked(Phase::forward, j, values_);
    for (std::size_t k = 0; k < outputs.size(); ++k) values_[op.outputs[k]] = std::move(outputs[k]);
  }
  if (plan_.has_hook[j]) checkSaves(j, recorder);
}

// A saved tensor's site is found by scanning the op's own inputs and outputs, never through a map of addresses: a freed
// address that is used again would give wrong gradients without a word.
int RegionRun::siteOfStorage(int j, const Tensor& tensor) const {
  for (const auto* sites : {&tape_.ops[j].inputs, &tape_.ops[j].outputs})
    for (int site : *sites)
      if (site != kConstant && values_[site].defined() && storageOf(values_[site]) == storageOf(tensor))
        return tape_.storage[site];
  return kConstant;
}

void RegionRun::checkSaves(int j, const Recorder& recorder) {
  const std::vector<int>& saves = tape_.ops[j].saves;
  const std::string& name = ops_.op(j).op->name;
  if (recorder.count != static_cast<int>(saves.size()))
    failOp(name,
           "saved " + std::to_string(recorder.count) + " tensors, the graph says " + std::to_string(saves.size()));
  for (std::size_t k = 0; k < recorder.references.size(); ++k) {
    SavedReference* reference = recorder.references[k].get();
    if (!reference) continue;
    if (siteOfStorage(j, reference->held) != saves[k])
      failOp(name, "saved another tensor than the graph says, number " + std::to_string(k));
    reference->site = saves[k];
    reference->reader = j;
    reference->source = this;
    reference->held.reset();
  }
}

Tensor RegionRun::read(int site, int reader) {
  if (!served_[reader]) bringBackSaves(reader);
  return slots_[site];
}

/// All that an op saved, in the order of the schedule: the order in which autograd asks is another, and its own affair.
void RegionRun::bringBackSaves(int j) {
  served_[j] = 1;
  for (std::size_t k = 0; k < tape_.ops[j].saves.size(); ++k) {
    const int site = tape_.ops[j].saves[k];
    if (!plan_.hooked[j][k] || slots_[site].defined()) continue;
    if (plan_.offload[site])
      takeBack(site);
    else
      replayMissing(site);
  }
}

void RegionRun::bringBackInputs(int j) {
  for (int site : tape_.ops[j].inputs)
    if (site != kConstant && plan_.offload[site] && !slots_[site].defined()) takeBack(site);
}

void RegionRun::takeBack(int site) {
  slots_[site] = transfers_.take(site);
  versions_[site] = static_cast<std::uint32_t>(slots_[site]._version());
}

void RegionRun::release(int site) {
  if (--references_[site] == 0) slots_[site].reset();
}

/// The ops that have to run again to bring a site back: its producer and, upwards, those of what is missing.
std::vector<char> RegionRun::opsToReplay(int site) const {
  const int ops = static_cast<int>(tape_.ops.size());
  std::vector<char> wanted(ops, 0);
  std::vector<int> stack{tape_.producer[site]};
  if (!context_.early_stop)
    for (int j = 0; j < ops; ++j)
      if (plan_.replayed[j] && !replayed_[j]) stack.push_back(j);
  while (!stack.empty()) {
    const int j = stack.back();
    stack.pop_back();
    if (wanted[j]) continue;
    if (replayed_[j]) failOp(ops_.op(j).op->name, "would be replayed twice");
    wanted[j] = 1;
    for (int input : tape_.ops[j].inputs)
      if (input != kConstant && plan_.recompute[input] && !slots_[input].defined())
        stack.push_back(tape_.producer[input]);
  }
  return wanted;
}

void RegionRun::replayMissing(int site) {
  const ScopeGuard scope(step_scope);
  const std::vector<char> wanted = opsToReplay(site);
  RecomputeTime time(context_.clock);
  for (int j = 0; j < static_cast<int>(wanted.size()); ++j) {
    if (!wanted[j]) continue;
    time.enter(ops_.blockOf(j));
    bringBackInputs(j);
    replay(j);
  }
  time.enter(-1);
}

void RegionRun::replay(int j) {
  const TapeOp& op = tape_.ops[j];
  if (!plan_.replayed[j]) failOp(ops_.op(j).op->name, "was not planned to be replayed");
  for (int site : op.inputs)
    if (site != kConstant && !plan_.recompute[site] &&
        static_cast<std::uint32_t>(slots_[site]._version()) != versions_[site])
      failOp(ops_.op(j).op->name, "an input was changed in place after it was kept");
  {
    const RecordingGuard off(nullptr);
    const at::NoGradGuard no_grad;
    std::optional<RandomStateGuard> random;
    if (random_states_[j].defined()) random.emplace(context_.device, random_states_[j]);
    std::vector<Tensor>& outputs = ops_.run(Phase::recompute, j, slots_);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const int site = op.outputs[k];
      if (references_[site] > 0 && !slots_[site].defined() && plan_.recompute[site])
        slots_[site] = std::move(outputs[k]);
    }
  }
  random_states_[j].reset();
  ops_.clear();
  replayed_[j] = 1;
  for (int site : op.inputs)
    if (site != kConstant) release(site);
}

int RegionRun::openReferences() const {
  int open = 0;
  for (int count : references_) open += std::max(count, 0);
  return open;
}

}  // namespace remat
