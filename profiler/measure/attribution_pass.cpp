#include "profiler/measure/attribution_pass.h"

#include <algorithm>
#include <exception>

#include "engine/exec/step_observer.h"
#include "engine/exec/step_scope.h"

#ifdef REMAT_HAVE_CUPTI
#include "profiler/measure/cuda/attributed_trace.h"
#endif

namespace remat {

#ifdef REMAT_HAVE_CUPTI
namespace {

/// Backward is followed op by op only while somebody watches.
class Watcher final : public StepObserver {
 public:
  void began(Action) override {}
  void produced(int, int, const at::Tensor&) override {}
  void forwardEnded() override {}
};

/// Hands the scopes of the training thread to the session while it lives.
class SessionScopes final : public ScopeListener {
 public:
  explicit SessionScopes(CuptiSession& session) : session_(session) {
    scope_listener = this;
    scopeChanged(step_scope);  // what is launched before the step enters a scope has a place too
  }
  ~SessionScopes() override { scope_listener = nullptr; }
  SessionScopes(const SessionScopes&) = delete;
  SessionScopes& operator=(const SessionScopes&) = delete;

  void scopeChanged(const StepScope& scope) override {
    session_.enter({.step = 0, .phase = scope.phase, .block = scope.block, .op = scope.op});
  }

 private:
  CuptiSession& session_;
};

ActivityLog traceOneStep(CuptiSession& session, MeasuredPolicy& policy) {
  MeasuredDevice& device = policy.model.device;
  resetGradients(policy.model.state, policy.model.spec.gradients);
  device.synchronize();
  const SessionScopes scopes(session);
  session.begin();
  Watcher watcher;
  const std::int64_t step_ns = policy.run(&watcher).times.step_ns;
  device.synchronize();
  ActivityLog log = session.end();
  log.marked_step_ns = step_ns;
  return log;
}

/// CUPTI must not be taken off a device that still works.
void quiet(MeasuredDevice& device) {
  try {
    device.synchronize();
  } catch (const std::exception&) {  // lost: nothing works on it any more
  }
}

/// In the first step under CUPTI buffers are made and kernels met for the first time: the second one counts.
ActivityLog traced(CuptiSession& session, MeasuredPolicy& policy) {
  try {
    (void)traceOneStep(session, policy);
    return traceOneStep(session, policy);
  } catch (...) {
    quiet(policy.model.device);
    throw;
  }
}

}  // namespace

AttributedStep traceStep(MeasuredPolicy& policy, std::optional<std::int64_t> timed_step_ns) {
  MeasuredDevice& device = policy.model.device;
  std::optional<std::int64_t> outside_before;
  const StepTracer tracer{[&](const CuptiOptions& options) {
                            outside_before = device.memory().outside_allocator_bytes;
                            return CuptiSession::open(options);
                          },
                          [&](CuptiSession& session) {
                            ActivityLog log = traced(session, policy);
                            const std::optional<std::int64_t> outside = device.memory().outside_allocator_bytes;
                            if (outside && outside_before)
                              log.device_buffer_bytes = std::max<std::int64_t>(*outside - *outside_before, 0);
                            return log;
                          }};
  return traceAttributed(
      tracer,
      {.point = policy.key, .step = 0, .names = scopeNames(policy.graph), .log = {}, .timed_step_ns = timed_step_ns});
}

#else

AttributedStep traceStep(MeasuredPolicy& policy, std::optional<std::int64_t>) {
  AttributedStep step;
  step.attribution = unavailableAttribution(policy.key, "this program was built without the headers of CUPTI.");
  return step;
}

#endif

}  // namespace remat
