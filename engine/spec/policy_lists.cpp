#include "engine/spec/policy_lists.h"

namespace remat {

void DecisionLists::apply(const BlockBody& body, BlockDecisions& decisions) const {
  for (int i = 0; i < static_cast<int>(decisions.size()); ++i) {
    const Activation& activation = body.activations[i];
    const Activation& source = body.activations[castSource(body, i)];
    if (isNamed(body, activation, recompute) || isNamed(body, source, recompute)) decisions[i] = Decision::recompute;
    if (isNamed(body, activation, save)) decisions[i] = Decision::save;
    if (isNamed(body, activation, offload)) decisions[i] = Decision::offload;
    if (recompute.contains(activation.name)) decisions[i] = Decision::recompute;
    if (save.contains(activation.name)) decisions[i] = Decision::save;
    if (offload.contains(activation.name)) decisions[i] = Decision::offload;
  }
}

}  // namespace remat
