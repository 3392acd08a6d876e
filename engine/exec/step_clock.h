// Wall time of one step by phase and block, read at block borders only, so that it can stay on while steps are timed.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace remat {

struct BlockTimes {
  std::int64_t forward_ns = 0;
  std::int64_t recompute_ns = 0;
  std::int64_t backward_ns = 0;  ///< without recompute
};

struct StepTimes {
  std::int64_t step_ns = 0;
  std::int64_t forward_ns = 0;
  std::int64_t backward_ns = 0;  ///< with recompute
  std::int64_t recompute_ns = 0;
  std::int64_t optimizer_ns = 0;
  std::vector<BlockTimes> blocks;
};

[[nodiscard]] inline std::int64_t steadyNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Attributes time to blocks. Backward time between two marks belongs to the block that the later mark ends, less what
/// was recomputed in between, which belongs to the block whose ops were replayed.
class StepClock {
 public:
  explicit StepClock(int blocks) { times_.blocks.resize(blocks); }

  void start() {
    std::vector<BlockTimes> blocks = std::move(times_.blocks);
    std::fill(blocks.begin(), blocks.end(), BlockTimes());
    times_ = StepTimes();
    times_.blocks = std::move(blocks);
    recompute_since_mark_ = 0;
    start_ = mark_ = steadyNow();
  }
  void endBlockForward(int block) { times_.blocks[block].forward_ns += lap(); }
  void endForward() { times_.forward_ns = (mark_ = steadyNow()) - start_; }
  void endBlockBackward(int block) {
    times_.blocks[block].backward_ns += lap() - recompute_since_mark_;
    recompute_since_mark_ = 0;
  }
  void addRecompute(int block, std::int64_t ns) {
    times_.blocks[block].recompute_ns += ns;
    times_.recompute_ns += ns;
    recompute_since_mark_ += ns;
  }
  void endBackward() { times_.backward_ns = steadyNow() - start_ - times_.forward_ns; }
  void endStep() {
    times_.step_ns = steadyNow() - start_;
    times_.optimizer_ns = times_.step_ns - times_.forward_ns - times_.backward_ns;
  }
  [[nodiscard]] const StepTimes& times() const { return times_; }

 private:
  std::int64_t lap() {
    const std::int64_t now = steadyNow();
    const std::int64_t passed = now - mark_;
    mark_ = now;
    return passed;
  }

  StepTimes times_;
  std::int64_t start_ = 0, mark_ = 0, recompute_since_mark_ = 0;
};

}  // namespace remat
