// The calls of the CUDA runtime and driver that launch work. CUPTI passes external ids on with the record of a call
// only, so these calls have to be traced; tracing all calls would multiply records without telling more.
#pragma once

#include <span>

#include <cupti.h>

namespace remat {

[[nodiscard]] std::span<const CUpti_CallbackId> tracedRuntimeCalls();
[[nodiscard]] std::span<const CUpti_CallbackId> tracedDriverCalls();

}  // namespace remat
