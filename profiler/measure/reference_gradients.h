// What the gradients of every policy are compared with: those of store_all on the same model, inputs and random state.
#pragma once

#include <optional>
#include <string>

#include "profiler/measure/gradient_check.h"
#include "profiler/measure/measured_model.h"

namespace remat {

struct ReferenceGradients {
  std::optional<GradientSnapshot> snapshot;
  std::string missing;  ///< a sentence for PointFinished::notes if there is no snapshot
};

/// Runs one step of store_all without a memory cap, since it is compared with and not measured; `cap_bytes` holds again
/// afterwards. `point`: any of the points that are to be compared. Throws what the device told if it is lost.
[[nodiscard]] ReferenceGradients takeReference(MeasuredModel& model, const PointSpec& point,
                                               std::optional<std::int64_t> cap_bytes);

}  // namespace remat
