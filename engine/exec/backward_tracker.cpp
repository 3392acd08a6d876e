#include "engine/exec/backward_tracker.h"

#include <algorithm>

#include <ATen/SequenceNumber.h>
#include <ATen/record_function.h>

#include "engine/exec/step_scope.h"

namespace remat {
namespace {

thread_local BackwardTracker* listening = nullptr;  // RecordFunction takes plain functions only

std::unique_ptr<at::ObserverContext> onNodeStart(const at::RecordFunction& function) {
  if (listening) listening->nodeStarts(function.seqNr());
  return nullptr;
}

}  // namespace

BackwardTracker::BackwardTracker(StepObserver& observer) : observer_(observer), last_{Phase::setup, -1, -1} {}

BackwardTracker::~BackwardTracker() {
  if (callback_ == 0) return;
  at::removeCallback(callback_);
  listening = nullptr;
}

void BackwardTracker::addInterval(std::uint64_t first, std::uint64_t last, int block, int op) {
  if (first < last) intervals_.push_back({first, last, block, op});
}

void BackwardTracker::listen() {
  listening = this;
  callback_ =
      at::addThreadLocalCallback(at::RecordFunctionCallback(&onNodeStart).scopes({at::RecordScope::BACKWARD_FUNCTION}));
}

void BackwardTracker::nodeStarts(std::int64_t sequence_number) {
  const auto number = static_cast<std::uint64_t>(sequence_number);
  const auto after =
      std::upper_bound(intervals_.begin(), intervals_.end(), number,
                       [](std::uint64_t value, const Interval& interval) { return value < interval.first; });
  if (after == intervals_.begin()) return;
  const Interval& interval = *std::prev(after);
  if (number >= interval.last) return;  // a boundary, or the accumulation of a parameter's gradient
  const Action action{Phase::backward, interval.block, interval.op};
  enterScope({Phase::backward, interval.block, interval.op});
  if (action == last_) return;
  last_ = action;
  observer_.began(action);
}

std::uint64_t nextNodeNumber() { return at::sequence_number::peek(); }

}  // namespace remat
