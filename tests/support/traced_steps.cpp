#include "tests/support/traced_steps.h"

#include <algorithm>
#include <utility>

#include "tests/support/sample_run.h"

namespace remat {
namespace {

constexpr std::int64_t kStepNumber = 3;

std::int32_t nameNumber(ActivityLog& log, const std::string& name) {
  const auto at = std::find(log.names.begin(), log.names.end(), name);
  if (at != log.names.end()) return static_cast<std::int32_t>(at - log.names.begin());
  log.names.push_back(name);
  return static_cast<std::int32_t>(log.names.size()) - 1;
}

}  // namespace

FabricatedStep::FabricatedStep() {
  step_.point = "k";
  step_.step = kStepNumber;
  step_.names = twoLayerNames();
  step_.log.begin_ns = kBegin_ns;
  step_.log.end_ns = kEnd_ns;
}

FabricatedStep& FabricatedStep::enter(Phase phase, int block, int op) {
  scope_ = packed({.step = kStepNumber, .phase = phase, .block = block, .op = op});
  step_.log.scopes.push_back({kBegin_ns + 10 * static_cast<std::int64_t>(step_.log.scopes.size()), scope_});
  return *this;
}

FabricatedStep& FabricatedStep::leave() {
  scope_ = 0;
  return *this;
}

FabricatedStep& FabricatedStep::kernel(const std::string& name, std::int64_t start_ns, std::int64_t end_ns,
                                       std::uint32_t stream) {
  add({.name = nameNumber(step_.log, name),
       .stream = stream,
       .start_ns = kBegin_ns + start_ns,
       .end_ns = kBegin_ns + end_ns});
  return *this;
}

FabricatedStep& FabricatedStep::copy(ActivityKind kind, std::int64_t bytes, std::int64_t start_ns, std::int64_t end_ns,
                                     std::uint32_t stream, HostMemory host_memory) {
  add({.kind = kind,
       .host_memory = host_memory,
       .stream = stream,
       .start_ns = kBegin_ns + start_ns,
       .end_ns = kBegin_ns + end_ns,
       .bytes = bytes});
  return *this;
}

void FabricatedStep::add(DeviceActivity activity) {
  activity.correlation = ++correlation_;
  if (scope_ != 0) step_.log.correlations.push_back({correlation_, scope_});
  step_.log.activities.push_back(activity);
}

ScopeNames twoLayerNames() {
  const ScopeNames::BlockName layer{"", {{"q_proj", "attention"}, {"down", "mlp"}}};
  ScopeNames names{{{"embedding", {{"wte", "embedding"}}}, layer, layer, {"head", {{"loss", "head"}}}}};
  names.blocks[1].name = "layer 0";
  names.blocks[2].name = "layer 1";
  return names;
}

TracedStep sampleTracedStep(const std::string& point) {
  FabricatedStep step;
  step.enter(Phase::forward, 0, 0).kernel("gather", 0, 10'000);
  for (const int layer : {1, 2}) {
    const std::int64_t at = 100'000 * layer;
    step.enter(Phase::forward, layer, 0).kernel("gemm<\"q\">", at, at + 60'000);
    step.enter(Phase::forward, layer, 1).kernel("gemm_d\xc3\xa9j\xc3\xa0", at + 60'000, at + 100'000);
    step.copy(ActivityKind::copy_to_host, 1 << 20, at + 80'000, at + 120'000);
  }
  step.enter(Phase::forward, 3, 0).kernel("softmax", 310'000, 320'000);
  for (const int layer : {2, 1}) {
    const std::int64_t at = 400'000 + 200'000 * (2 - layer);
    step.enter(Phase::backward, layer, 1);
    step.enter(Phase::recompute, layer, 0).kernel("gemm<\"q\">", at, at + 50'000);
    step.enter(Phase::backward, layer, 1).kernel("gemm_backward", at + 50'000, at + 190'000);
  }
  step.enter(Phase::optimizer).kernel("adamw", 900'000, 980'000);
  step.leave().kernel("unknown", 985'000, 995'000);
  step.step().point = point;
  step.step().timed_step_ns = 970'000;
  step.step().log.device_buffer_bytes = 51'200'000;
  return step.step();
}

std::vector<Record> gpuRecords(const TracedStep& traced) {
  AttributedStep attributed = attribute(traced);
  std::vector<Record> records{std::move(attributed.attribution)};
  for (OpTime& row : attributed.ops) records.emplace_back(std::move(row));
  if (attributed.timeline) records.emplace_back(std::move(*attributed.timeline));
  return records;
}

std::vector<Record> sampleGpuRecords() {
  std::vector<Record> records;
  PointSpec spec = sampleSpec("gpt2", "store_all");
  spec.device = "cuda:0";
  auto append = [&](const std::vector<Record>& measured) {
    auto point = samplePoint(spec, 970'000, 900 << 20, 300 << 20);
    point.insert(point.end() - 1, measured.begin(), measured.end());
    records.insert(records.end(), point.begin(), point.end());
  };
  append({DeviceState{.point = pointKey(spec),
                      .sm_clock_hz = 1'980'000'000,
                      .memory_clock_hz = 3'201'000'000,
                      .sm_clock_low_hz = 1'755'000'000,
                      .sm_clock_high_hz = 1'980'000'000,
                      .temperature_celsius = 61,
                      .power_milliwatts = 512'000,
                      .throttle_reasons = {"power cap"}},
          unavailableAttribution(pointKey(spec), "Another tool (Nsight, another profiler) holds CUPTI; close it.")});
  spec.policy = "full";
  append(gpuRecords(sampleTracedStep(pointKey(spec))));
  return records;
}

}  // namespace remat
