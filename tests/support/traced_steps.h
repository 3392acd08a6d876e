// Fabricated activity logs: what CUPTI would have told about a small step, written down call by call.
#pragma once

#include <string>
#include <vector>

#include "profiler/core/attribution.h"
#include "profiler/core/records.h"
#include "profiler/core/scope_id.h"

namespace remat {

/// Adds launches in scopes to a log, as a training thread would.
class FabricatedStep {
 public:
  static constexpr std::int64_t kBegin_ns = 1'000'000;
  static constexpr std::int64_t kEnd_ns = 2'000'000;

  FabricatedStep();

  FabricatedStep& enter(Phase phase, int block = -1, int op = -1);
  /// Outside every scope from here on.
  FabricatedStep& leave();
  /// Times are relative to the beginning of the step.
  FabricatedStep& kernel(const std::string& name, std::int64_t start_ns, std::int64_t end_ns, std::uint32_t stream = 7);
  FabricatedStep& copy(ActivityKind kind, std::int64_t bytes, std::int64_t start_ns, std::int64_t end_ns,
                       std::uint32_t stream = 8, HostMemory host_memory = HostMemory::pinned);

  [[nodiscard]] TracedStep& step() { return step_; }
  [[nodiscard]] AttributedStep attributed() const { return attribute(step_); }

 private:
  void add(DeviceActivity activity);

  TracedStep step_;
  std::uint64_t scope_ = 0;
  std::uint32_t correlation_ = 0;
};

/// Embedding, two layers with two ops each ("q_proj" of group attention, "down" of mlp), head.
[[nodiscard]] ScopeNames twoLayerNames();

/// A whole step under `full`: forward, backward with replays, optimizer, an offloaded activation; 98% attributed.
[[nodiscard]] TracedStep sampleTracedStep(const std::string& point);

/// What sampleTracedStep() becomes in a run file.
[[nodiscard]] std::vector<Record> gpuRecords(const TracedStep& traced);

/// A run of one model on a GPU: store_all without attribution (CUPTI was taken), and full with everything.
[[nodiscard]] std::vector<Record> sampleGpuRecords();

}  // namespace remat
