#include "profiler/measure/reference_gradients.h"

#include "profiler/measure/failure_kind.h"
#include "profiler/measure/recorded_step.h"

namespace remat {
namespace {

ReferenceGradients referenceOf(MeasuredModel& model, PointSpec spec) {
  spec.policy = "store_all";
  spec.policy_json.clear();
  try {
    MeasuredPolicy store_all(model, spec);
    // Kept gradients are added to zeros, where -0 becomes 0: the reference must be too, so they have to exist.
    if (model.spec.gradients == Gradients::kept) (void)store_all.runGradients();
    const double loss = store_all.runGradients().loss;
    if (!isFinite(model.state, loss))
      return {{}, "gradients not checked: the loss or a gradient of store_all is nan or infinite"};
    return {GradientSnapshot(model.state, loss, model.spec.precision), {}};
  } catch (const std::exception& error) {
    const FailureKind kind = failureKind(error);
    if (kind == FailureKind::device_lost) throw;  // nothing can be measured on it
    return {{},
            std::string("gradients not checked: store_all, which they are compared with, ") +
                (outcomeOf(kind) == Outcome::out_of_memory ? "does not fit into this machine"
                                                           : "failed: " + shortMessage(error))};
  }
}

}  // namespace

ReferenceGradients takeReference(MeasuredModel& model, const PointSpec& point, std::optional<std::int64_t> cap_bytes) {
  model.device.setMemoryCap(std::nullopt);
  ReferenceGradients reference = referenceOf(model, point);
  resetGradients(model.state, model.spec.gradients);
  model.device.setMemoryCap(cap_bytes);
  return reference;
}

}  // namespace remat
