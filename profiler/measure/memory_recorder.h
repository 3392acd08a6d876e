// The memory pass: watches one step's allocations and ops, and turns them into the Memory record, the bytes of each
// block, and the timeline. Everything is measured; names come from the graph.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/exec/model_state.h"
#include "engine/exec/optimizer.h"
#include "engine/exec/step_observer.h"
#include "engine/exec/step_scope.h"
#include "engine/spec/model_graph.h"
#include "engine/spec/schedule.h"
#include "profiler/core/records.h"
#include "profiler/measure/measured_device.h"

namespace remat {

class MemoryRecorder final : public StepObserver, public AllocationListener {
 public:
  /// Notes what is alive already: parameters, optimizer state, kept gradients, tables. All arguments must outlive it.
  MemoryRecorder(MeasuredDevice& device, const ModelGraph& graph, const Schedule& schedule, const ModelState& state,
                 const OptimizerState& optimizer, Sizes sizes);

  /// Starts to listen; the step follows.
  void start();
  /// The step is over, its gradients still there: stops listening and gives them their names.
  void stop();

  [[nodiscard]] Memory memory(const std::string& point) const;
  /// A note if the allocator's own peak of requested bytes is not the one that its events add up to, else empty.
  [[nodiscard]] std::string disagreement() const;
  /// retained_bytes and peak_bytes of every block; times are left out.
  [[nodiscard]] std::vector<BlockResult> blocks(const std::string& point) const;
  /// Where a request was refused, if one was: "backward of layer 3 down".
  [[nodiscard]] const std::string& refusedAt() const { return refused_at_; }
  /// Where the step was last seen: "backward of layer 3 down". Of a step that failed without a refused request.
  [[nodiscard]] std::string lastPlace() const { return placeText(last_scope_); }
  [[nodiscard]] AllocationTimeline timeline(const std::string& point) const;

  // StepObserver
  void began(Action action) override;
  void produced(int block, int activation, const at::Tensor& tensor) override;
  void forwardEnded() override;
  // AllocationListener
  void allocated(std::int64_t allocation, std::int64_t bytes) override;
  void released(std::int64_t allocation, std::int64_t bytes) override;
  void refused(std::int64_t bytes) override;

 private:
  struct Allocation {
    std::int64_t bytes = 0;
    Category category = Category::temporaries;
    Phase phase = Phase::setup;
    int block = -1, op = -1;  ///< where it was made
    int home_block = -1;      ///< block that it is retained for
    int activation = -1;      ///< of block `block`, if it is one
    std::string name;         ///< if it was there before the step or is a gradient
  };
  struct Event {
    std::int64_t time_ns = 0, bytes = 0, allocation = 0;
    Phase phase = Phase::setup;
    int block = -1, op = -1;
  };

  void note(const at::Tensor& tensor, Category category, const std::string& name);
  void event(std::int64_t allocation, std::int64_t bytes);
  [[nodiscard]] std::string placeText(const StepScope& scope) const;
  [[nodiscard]] std::string nameOf(const Allocation& allocation) const;
  [[nodiscard]] std::string opName(int block, int op) const;
  [[nodiscard]] int homeBlock(int block, int activation) const;
  [[nodiscard]] std::int64_t firstNumber() const;
  [[nodiscard]] std::set<std::int64_t> liveAtPeak() const;
  [[nodiscard]] Instant peakInstant() const;
  [[nodiscard]] std::string parameterOf(const Allocation& allocation) const;

  [[nodiscard]] std::int64_t numberOf(const at::Tensor& tensor) const;

  MeasuredDevice& device_;
  const ModelGraph& graph_;
  const ModelState& state_;
  Sizes sizes_;
  std::vector<std::vector<int>> retained_;          ///< block -> activations that the schedule keeps
  std::map<std::int64_t, Allocation> allocations_;  ///< by number
  std::vector<Event> events_;
  std::vector<std::int64_t> block_peaks_;
  std::int64_t before_allocated_bytes_ = 0;
  std::int64_t start_ns_ = 0, before_bytes_ = 0, live_bytes_ = 0, peak_bytes_ = 0, retained_bytes_ = 0;
  std::size_t peak_event_ = 0;  ///< the event after which live bytes are highest
  DeviceMemory at_end_;
  std::string refused_at_;
  StepScope last_scope_{};  ///< of what began or was allocated last; scopes themselves are left when a step fails
};

}  // namespace remat
