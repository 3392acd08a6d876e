#include "engine/exec/step_clock.h"

#include <chrono>

#include <c10/core/impl/VirtualGuardImpl.h>

#include "engine/exec/event_pool.h"

namespace remat {
namespace {

class SteadyTimer final : public StepTimer {
 public:
  void restart() override { moments_.clear(); }
  void mark() override { moments_.push_back(steadyNow()); }
  void read(std::vector<std::int64_t>& ns) override {
    ns.clear();
    for (std::int64_t moment : moments_) ns.push_back(moment - moments_.front());
  }

 private:
  std::vector<std::int64_t> moments_;
};

class EventTimer final : public StepTimer {
 public:
  explicit EventTimer(c10::Device device) : device_(device), guard_(device.type()), pool_(device.type()) {}

  void restart() override {
    pool_.restart();
    marks_.clear();
  }
  void mark() override { marks_.push_back(&pool_.record(guard_.getStream(device_))); }

  void read(std::vector<std::int64_t>& ns) override {
    ns.clear();
    if (marks_.empty()) return;
    marks_.back()->synchronize();
    for (const c10::Event* mark : marks_) ns.push_back(mark == marks_.front() ? 0 : nsBetween(*marks_.front(), *mark));
  }

 private:
  c10::Device device_;
  c10::impl::VirtualGuardImpl guard_;
  EventPool pool_;
  std::vector<const c10::Event*> marks_;
};

}  // namespace

std::int64_t steadyNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::unique_ptr<StepTimer> makeStepTimer(c10::Device device) {
  if (device.is_cpu()) return std::make_unique<SteadyTimer>();
  return std::make_unique<EventTimer>(device);
}

StepTimes stepTimes(const std::vector<StepMark>& marks, const std::vector<std::int64_t>& ns, int blocks) {
  StepTimes times;
  times.blocks.resize(blocks);
  std::int64_t border = 0;      // the last mark that was no recompute
  std::int64_t recompute = 0;   // the last recompute mark
  std::int64_t recomputed = 0;  // since the border
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const int block = marks[i].block;
    switch (marks[i].kind) {
      case StepMark::Kind::start: break;
      case StepMark::Kind::block_forward: times.blocks[block].forward_ns += ns[i] - border; break;
      case StepMark::Kind::forward: times.forward_ns = ns[i]; break;
      case StepMark::Kind::recompute_begins: recompute = ns[i]; continue;
      case StepMark::Kind::recompute:
        times.blocks[block].recompute_ns += ns[i] - recompute;
        times.recompute_ns += ns[i] - recompute;
        recomputed += ns[i] - recompute;
        recompute = ns[i];
        continue;
      case StepMark::Kind::block_backward:
        times.blocks[block].backward_ns += ns[i] - border - recomputed;
        recomputed = 0;
        break;
      case StepMark::Kind::backward: times.backward_ns = ns[i] - times.forward_ns; break;
      case StepMark::Kind::step:
        times.step_ns = ns[i];
        times.optimizer_ns = times.step_ns - times.forward_ns - times.backward_ns;
        break;
    }
    border = ns[i];
  }
  return times;
}

}  // namespace remat
