// Where in the step the training thread is: read by whoever attributes allocations, kernels or time. The engine trains
// on one thread and runs backward on it too, so a thread-local is enough and nothing has to be guessed.
#pragma once

#include "engine/spec/schedule.h"

namespace remat {

struct StepScope {
  Phase phase = Phase::setup;
  int block = -1;  ///< of the graph, or -1
  int op = -1;     ///< of the block's body, or -1 between ops; in backward only while a StepObserver is set
};

inline thread_local StepScope step_scope;

/// Told of every change, on the training thread: who has to follow the step without being asked (kernel tracing).
class ScopeListener {
 public:
  virtual ~ScopeListener() = default;
  virtual void scopeChanged(const StepScope& scope) = 0;
};

inline thread_local ScopeListener* scope_listener = nullptr;

inline void enterScope(const StepScope& scope) {
  step_scope = scope;
  if (scope_listener) scope_listener->scopeChanged(scope);
}

/// Sets the scope for a while.
class ScopeGuard {
 public:
  explicit ScopeGuard(StepScope scope) : outer_(step_scope) { enterScope(scope); }
  ~ScopeGuard() { enterScope(outer_); }
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;

 private:
  StepScope outer_;
};

}  // namespace remat
