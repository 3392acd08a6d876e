// Tells which op's backward is running. Autograd numbers its nodes as forward makes them; an op owns an interval of
// numbers, and RecordFunction reports the number of every node that runs. Only while a StepObserver watches.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/exec/step_observer.h"

namespace remat {

class BackwardTracker {
 public:
  explicit BackwardTracker(StepObserver& observer);
  ~BackwardTracker();
  BackwardTracker(const BackwardTracker&) = delete;
  BackwardTracker& operator=(const BackwardTracker&) = delete;

  /// The nodes numbered [first, last) belong to an op. Call with ascending numbers.
  void addInterval(std::uint64_t first, std::uint64_t last, int block, int op);
  /// Starts to listen on this thread; stops when destroyed.
  void listen();
  /// For the callback: a node with this number starts.
  void nodeStarts(std::int64_t sequence_number);

 private:
  struct Interval {
    std::uint64_t first, last;
    int block, op;
  };

  StepObserver& observer_;
  std::vector<Interval> intervals_;
  std::uint64_t callback_ = 0;  ///< 0: not listening
  Action last_;
};

/// The number that the next node of this thread will get.
[[nodiscard]] std::uint64_t nextNodeNumber();

}  // namespace remat
