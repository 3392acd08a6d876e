#include "profiler/measure/attribution_pass.h"

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
  explicit SessionScopes(CuptiSession& session) : session_(session) { scope_listener = this; }
  ~SessionScopes() override { scope_listener = nullptr; }
  SessionScopes(const SessionScopes&) = delete;
  SessionScopes& operator=(const SessionScopes&) = delete;

  void scopeChanged(const StepScope& scope) override {
    session_.enter({.step = 0, .phase = scope.phase, .block = scope.block, .op = scope.op});
  }

 private:
  CuptiSession& session_;
};

ActivityLog traced(CuptiSession& session, MeasuredPolicy& policy) {
  MeasuredDevice& device = policy.model.device;
  resetGradients(policy.model.state, policy.model.spec.gradients);
  device.synchronize();
  session.begin();
  {
    const SessionScopes scopes(session);
    Watcher watcher;
    (void)policy.run(&watcher);
  }
  device.synchronize();
  return session.end();
}

}  // namespace

AttributedStep traceStep(MeasuredPolicy& policy, std::optional<std::int64_t> timed_step_ns) {
  const StepTracer tracer{[](const CuptiOptions& options) { return CuptiSession::open(options); },
                          [&](CuptiSession& session) { return traced(session, policy); }};
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
