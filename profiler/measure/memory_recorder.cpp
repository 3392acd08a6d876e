#include "profiler/measure/memory_recorder.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/exec/step_clock.h"
#include "engine/exec/step_scope.h"
#include "profiler/measure/live_tensors.h"

namespace remat {
namespace {

/// Live tensors that are listed one by one; the rest is summed up.
constexpr std::size_t kListedNames = 20;

}  // namespace

MemoryRecorder::MemoryRecorder(MeasuredDevice& device, const ModelGraph& graph, const Schedule& schedule,
                               const ModelState& state, const OptimizerState& optimizer, Sizes sizes)
    : device_(device),
      graph_(graph),
      state_(state),
      sizes_(sizes),
      retained_(retainedActivations(graph, schedule)),
      block_peaks_(graph.blocks.size(), 0) {
  for (std::size_t i = 0; i < state.parameters.size(); ++i) {
    note(state.parameters[i], Category::parameters, graph.parameters[i].name);
    note(state.parameters[i].grad(), Category::gradients, "gradient of " + graph.parameters[i].name);
  }
  for (const at::Tensor& tensor : optimizer.tensors()) note(tensor, Category::optimizer_state, "optimizer state");
  for (const at::Tensor& tensor : state.tables) note(tensor, Category::inputs, "inputs");
}

void MemoryRecorder::note(const at::Tensor& tensor, Category category, const std::string& name) {
  const std::int64_t number = numberOf(tensor);
  if (number < 0) return;
  Allocation noted;
  noted.bytes = static_cast<std::int64_t>(tensor.storage().nbytes());
  noted.category = category;
  noted.name = name;
  allocations_.emplace(number, noted);
}

/// -1 for what is not on the device (on a GPU some constants of a step lie in host memory).
std::int64_t MemoryRecorder::numberOf(const at::Tensor& tensor) const {
  if (!tensor.defined() || tensor.device().type() != device_.device().type()) return -1;
  return device_.allocationOf(tensor.storage().data());
}

void MemoryRecorder::start() {
  device_.resetPeaks();
  const DeviceMemory before = device_.memory();
  before_bytes_ = live_bytes_ = peak_bytes_ = before.requested.live_bytes;
  before_allocated_bytes_ = before.allocated.live_bytes;
  std::int64_t known = 0;
  for (const auto& [number, allocation] : allocations_) known += allocation.bytes;
  if (known < before_bytes_) {  // constants of the engine, copies that somebody else holds
    Allocation rest;
    rest.bytes = before_bytes_ - known;
    rest.category = Category::inputs;
    rest.name = "other tensors that were there before";
    allocations_.emplace(-1, rest);
  }
  std::fill(block_peaks_.begin(), block_peaks_.end(), 0);
  start_ns_ = steadyNow();
  device_.setListener(this);
}

void MemoryRecorder::stop() {
  device_.setListener(nullptr);
  at_end_ = device_.memory();
  for (std::size_t i = 0; i < state_.parameters.size(); ++i) {
    const auto found = allocations_.find(numberOf(state_.parameters[i].grad()));
    if (found == allocations_.end()) continue;
    found->second.category = Category::gradients;
    found->second.name = "gradient of " + graph_.parameters[i].name;
  }

  for (auto& [number, allocation] : allocations_) {
    if (allocation.phase != Phase::backward || !allocation.name.empty() || allocation.activation >= 0) continue;
    const std::string parameter = parameterOf(allocation);
    if (parameter.empty()) continue;
    allocation.category = Category::gradients;
    allocation.name = "gradient of " + parameter + ", share of " + graph_.blocks[allocation.block].name;
  }
}

/// The parameter whose gradient an allocation of backward must be, before it is added to what is there: the op has a
/// parameter of exactly these bytes, and none of its activations has. (A tied weight gets a share from each use.)
std::string MemoryRecorder::parameterOf(const Allocation& allocation) const {
  if (allocation.block < 0 || allocation.op < 0) return {};
  const BlockBody& body = graph_.body(allocation.block);
  const Op& op = body.ops[allocation.op];
  std::string name;
  const auto isAsLarge = [&](int activation) {
    return elementCount(body.activations[activation].shape, sizes_) * itemBytes(body.activations[activation].dtype) ==
           allocation.bytes;
  };
  for (Operand operand : op.inputs) {
    if (operand.kind == Operand::Kind::activation && isAsLarge(operand.index)) return {};
    if (operand.kind != Operand::Kind::parameter) continue;
    const Parameter& parameter = graph_.parameters[graph_.blocks[allocation.block].parameters[operand.index]];
    if (elementCount(parameter.shape, {}) * itemBytes(parameter.dtype) == allocation.bytes) name = parameter.name;
  }
  return std::any_of(op.outputs.begin(), op.outputs.end(), isAsLarge) ? std::string() : name;
}

void MemoryRecorder::began(Action action) { last_scope_ = {action.phase, action.block, action.op}; }

void MemoryRecorder::produced(int block, int activation, const at::Tensor& tensor) {
  const auto found = allocations_.find(numberOf(tensor));
  if (found == allocations_.end() || found->second.activation >= 0 || !found->second.name.empty()) return;
  found->second.block = block;
  found->second.activation = storageOf(graph_.body(block), activation);
  found->second.home_block = homeBlock(block, activation);
}

// A block's output is the next block's input: it is retained for the block that keeps it.
int MemoryRecorder::homeBlock(int block, int activation) const {
  const bool hands_on = activation == graph_.body(block).output && block + 1 < graph_.blockCount();
  const bool own = std::binary_search(retained_[block].begin(), retained_[block].end(), activation);
  return hands_on && !own ? block + 1 : block;
}

void MemoryRecorder::forwardEnded() {
  retained_bytes_ = live_bytes_ - before_bytes_;
  std::set<std::int64_t> released;
  for (const Event& e : events_)
    if (e.bytes < 0) released.insert(e.allocation);
  for (const Event& e : events_) {
    if (e.bytes < 0 || released.contains(e.allocation)) continue;
    Allocation& allocation = allocations_.at(e.allocation);
    if (allocation.category == Category::temporaries) allocation.category = Category::activations;
  }
}

void MemoryRecorder::event(std::int64_t allocation, std::int64_t bytes) {
  const StepScope& scope = step_scope;
  events_.push_back({steadyNow() - start_ns_, bytes, allocation, scope.phase, scope.block, scope.op});
  live_bytes_ += bytes;
  if (scope.block >= 0 && scope.phase != Phase::optimizer)
    block_peaks_[scope.block] = std::max(block_peaks_[scope.block], live_bytes_);
  if (live_bytes_ <= peak_bytes_) return;
  peak_bytes_ = live_bytes_;
  peak_event_ = events_.size();
}

void MemoryRecorder::allocated(std::int64_t allocation, std::int64_t bytes) {
  const StepScope& scope = last_scope_ = step_scope;
  Allocation made;
  made.bytes = bytes;
  made.category = scope.phase == Phase::recompute  ? Category::recomputed
                  : scope.phase == Phase::prefetch ? Category::prefetched
                                                   : Category::temporaries;
  made.phase = scope.phase;
  made.block = made.home_block = scope.block;
  made.op = scope.op;
  allocations_.emplace(allocation, std::move(made));
  event(allocation, bytes);
}

void MemoryRecorder::released(std::int64_t allocation, std::int64_t bytes) { event(allocation, -bytes); }

void MemoryRecorder::refused(std::int64_t) { refused_at_ = placeText(step_scope); }

std::string MemoryRecorder::placeText(const StepScope& scope) const {
  const std::string phase(phaseName(scope.phase));
  if (scope.block < 0 || scope.phase == Phase::optimizer) return phase;
  const std::string op = opName(scope.block, scope.op);
  return phase + " of " + graph_.blocks[scope.block].name + (op.empty() ? "" : " " + op);
}

std::string MemoryRecorder::opName(int block, int op) const {
  if (block < 0) return {};
  const std::vector<Op>& ops = graph_.body(block).ops;
  return op >= 0 && op < static_cast<int>(ops.size()) ? ops[op].name : std::string();
}

std::string MemoryRecorder::nameOf(const Allocation& allocation) const {
  if (!allocation.name.empty()) return allocation.name;
  const std::string block = allocation.block < 0 ? "the step" : graph_.blocks[allocation.block].name;
  if (allocation.activation >= 0)
    return block + " " + graph_.body(allocation.block).activations[allocation.activation].name;
  const std::string op = opName(allocation.block, allocation.op);
  const std::string where = block + (op.empty() ? "" : " " + op);
  return allocation.phase == Phase::backward ? "made in backward of " + where : "temporary of " + where;
}

std::string MemoryRecorder::disagreement() const {
  const std::int64_t counted = at_end_.requested.peak_bytes;
  if (counted == peak_bytes_) return {};
  return "the allocator counts " + std::to_string(counted) + " requested bytes at the peak, the events that it told " +
         std::to_string(peak_bytes_) + ": the split of the peak and the timeline are off by the difference";
}

Memory MemoryRecorder::memory(const std::string& point) const {
  Memory memory;
  memory.point = point;
  memory.peak_requested_bytes = peak_bytes_;
  memory.peak_allocated_bytes = at_end_.allocated.peak_bytes;
  memory.peak_reserved_bytes = at_end_.reserved.peak_bytes;
  if (at_end_.active) memory.peak_active_bytes = at_end_.active->peak_bytes;
  if (at_end_.inactive_split) memory.peak_inactive_split_bytes = at_end_.inactive_split->peak_bytes;
  memory.allocation_retries = at_end_.allocation_retries;
  memory.device_used_bytes = at_end_.device_used_bytes;
  memory.outside_allocator_bytes = at_end_.outside_allocator_bytes;
  memory.before_step_bytes = before_bytes_;
  memory.before_step_allocated_bytes = before_allocated_bytes_;
  memory.retained_bytes = retained_bytes_;
  memory.peak_instant = peakInstant();
  for (std::size_t i = 0; i < kCategories; ++i) memory.peak_split.push_back({static_cast<Category>(i), 0});
  for (std::int64_t number : liveAtPeak()) {
    const Allocation& allocation = allocations_.at(number);
    const std::string home = allocation.home_block < 0 ? "" : graph_.blocks[allocation.home_block].name;
    memory.peak_split[static_cast<std::size_t>(allocation.category)].bytes += allocation.bytes;
    memory.live_at_peak.push_back({nameOf(allocation), allocation.category, home, allocation.bytes});
  }
  memory.live_at_peak = withOthersSummedUp(std::move(memory.live_at_peak), kListedNames);
  return memory;
}

Instant MemoryRecorder::peakInstant() const {
  if (peak_event_ == 0) return {};
  const Event& e = events_[peak_event_ - 1];
  return {e.phase, e.block < 0 ? "" : graph_.blocks[e.block].name, opName(e.block, e.op)};
}

/// Numbers of the allocations that were alive after the event of the peak.
std::set<std::int64_t> MemoryRecorder::liveAtPeak() const {
  std::set<std::int64_t> live;
  const std::int64_t first = firstNumber();
  for (const auto& [number, allocation] : allocations_)
    if (number < first) live.insert(number);
  for (std::size_t i = 0; i < peak_event_; ++i) {
    if (events_[i].bytes > 0)
      live.insert(events_[i].allocation);
    else
      live.erase(events_[i].allocation);
  }
  return live;
}

/// Of the step's first allocation; those that were there before have smaller ones.
std::int64_t MemoryRecorder::firstNumber() const {
  const auto made = std::find_if(events_.begin(), events_.end(), [](const Event& e) { return e.bytes > 0; });
  if (made != events_.end()) return made->allocation;
  return allocations_.empty() ? 0 : allocations_.rbegin()->first + 1;
}

std::vector<BlockResult> MemoryRecorder::blocks(const std::string& point) const {
  std::vector<BlockResult> results(graph_.blocks.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].point = point;
    results[i].block = static_cast<int>(i);
    results[i].name = graph_.blocks[i].name;
    results[i].peak_bytes = block_peaks_[i];
  }
  for (const auto& [number, allocation] : allocations_)
    if (allocation.category == Category::activations && allocation.home_block >= 0)
      results[allocation.home_block].retained_bytes += allocation.bytes;
  return results;
}

AllocationTimeline MemoryRecorder::timeline(const std::string& point) const {
  AllocationTimeline timeline;
  timeline.point = point;
  timeline.start_bytes = before_bytes_;
  for (const Block& block : graph_.blocks) timeline.block_names.push_back(block.name);
  // Numbers of the process outgrow 32 bits in a long sweep, so they count from the step's first allocation.
  const std::int64_t first = firstNumber();
  std::map<std::string, std::int32_t> op_numbers;
  for (const Event& e : events_) {
    const std::string op = opName(e.block, e.op);
    std::int32_t number = -1;
    if (!op.empty()) {
      const auto [entry, added] = op_numbers.emplace(op, static_cast<std::int32_t>(op_numbers.size()));
      if (added) timeline.op_names.push_back(op);
      number = entry->second;
    }
    timeline.time_ns.push_back(e.time_ns);
    timeline.bytes.push_back(e.bytes);
    timeline.allocation.push_back(static_cast<std::int32_t>(e.allocation - first));
    timeline.phase.push_back(static_cast<std::int8_t>(e.phase));
    timeline.block.push_back(e.block);
    timeline.op.push_back(number);
    const auto known =
        allocations_.find(e.allocation);  // not there: made before by somebody else, released in the step
    const Category category = known == allocations_.end() ? Category::inputs : known->second.category;
    timeline.category.push_back(static_cast<std::int8_t>(category));
  }
  return timeline;
}

}  // namespace remat
