// Time of one step by phase and block, read at block borders only, so that it can stay on while steps are timed.
//
// While the step runs, marks are noted; what they mean is worked out afterwards. So a device whose clock cannot be read
// on the spot (events on a GPU's stream) is timed by the same rules as a CPU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <c10/core/Device.h>

namespace remat {

struct BlockTimes {
  std::int64_t forward_ns = 0;
  std::int64_t recompute_ns = 0;
  std::int64_t backward_ns = 0;  ///< without recompute
  bool operator==(const BlockTimes&) const = default;
};

struct StepTimes {
  std::int64_t step_ns = 0;
  std::int64_t forward_ns = 0;
  std::int64_t backward_ns = 0;  ///< with recompute
  std::int64_t recompute_ns = 0;
  std::int64_t optimizer_ns = 0;
  std::vector<BlockTimes> blocks;
  bool operator==(const StepTimes&) const = default;
};

/// Steady clock of the host.
[[nodiscard]] std::int64_t steadyNow();

/// Notes moments; tells them when asked, in the order in which they were noted.
class StepTimer {
 public:
  virtual ~StepTimer() = default;
  virtual void restart() = 0;
  virtual void mark() = 0;
  /// Nanoseconds from the first mark to each mark since restart(). Waits for the device.
  virtual void read(std::vector<std::int64_t>& ns) = 0;
};

/// Steady clock on a CPU, events on the current stream of another device.
[[nodiscard]] std::unique_ptr<StepTimer> makeStepTimer(c10::Device device);

/// A border in a step, and what ends there.
struct StepMark {
  enum class Kind : std::uint8_t {
    start,
    block_forward,  ///< of `block`
    forward,        ///< of the model
    recompute_begins,
    recompute,       ///< of ops of `block`, since the last recompute mark
    block_backward,  ///< of `block`: all since the last border but what was recomputed
    backward,        ///< of the model
    step
  } kind = Kind::start;
  int block = -1;
};

/// `ns`: the moment of each mark.
[[nodiscard]] StepTimes stepTimes(const std::vector<StepMark>& marks, const std::vector<std::int64_t>& ns, int blocks);

/// Whether a step notes its marks; `none` is the bare loop that the cost of the marks is measured against.
enum class StepMarks : std::uint8_t { taken, none };

class StepClock {
 public:
  explicit StepClock(int blocks, c10::Device device = c10::DeviceType::CPU, StepMarks marks = StepMarks::taken)
      : blocks_(blocks), timer_(marks == StepMarks::taken ? makeStepTimer(device) : nullptr) {}

  void start() {
    marks_.clear();
    if (timer_) timer_->restart();
    mark(StepMark::Kind::start);
  }
  void endBlockForward(int block) { mark(StepMark::Kind::block_forward, block); }
  void endForward() { mark(StepMark::Kind::forward); }
  void beginRecompute() { mark(StepMark::Kind::recompute_begins); }
  void endRecompute(int block) { mark(StepMark::Kind::recompute, block); }
  void endBlockBackward(int block) { mark(StepMark::Kind::block_backward, block); }
  void endBackward() { mark(StepMark::Kind::backward); }
  void endStep() { mark(StepMark::Kind::step); }

  /// Of the step that has ended; all zero without marks. Waits for the device, if it has marks to wait for.
  [[nodiscard]] StepTimes times() {
    if (timer_) timer_->read(ns_);
    return stepTimes(marks_, ns_, blocks_);
  }
  /// Of the step so far.
  [[nodiscard]] std::size_t markCount() const { return marks_.size(); }

 private:
  void mark(StepMark::Kind kind, int block = -1) {
    if (!timer_) return;
    timer_->mark();
    marks_.push_back({kind, block});
  }

  int blocks_;
  std::unique_ptr<StepTimer> timer_;
  std::vector<StepMark> marks_;
  std::vector<std::int64_t> ns_;
};

}  // namespace remat
