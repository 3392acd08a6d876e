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

/// Sets the scope for a while.
class ScopeGuard {
 public:
  explicit ScopeGuard(StepScope scope) : outer_(step_scope) { step_scope = scope; }
  ~ScopeGuard() { step_scope = outer_; }
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;

 private:
  StepScope outer_;
};

}  // namespace remat
