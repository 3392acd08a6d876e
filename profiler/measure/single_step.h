// One step on request, with weights and inputs from files and gradients to a file: so that anyone can check a step
// against transformers.
#pragma once

#include "profiler/core/requests.h"

namespace remat {

/// Never throws for what the user can cause: the result says what failed.
[[nodiscard]] StepResult runSingleStep(const StepRequest& request);

}  // namespace remat
