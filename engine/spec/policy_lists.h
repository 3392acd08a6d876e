// The lists of one entry of a policy's JSON form, and what they decide. Used by its reader and its writer.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/policy_names.h"

namespace remat {

struct DecisionLists {
  NameSet recompute, save, offload;

  [[nodiscard]] bool empty() const { return recompute.empty() && save.empty() && offload.empty(); }
  /// In the order in which they are applied.
  [[nodiscard]] std::array<std::pair<std::string_view, NameSet*>, 3> byKey() {
    return {{{"recompute", &recompute}, {"save", &save}, {"offload", &offload}}};
  }
  [[nodiscard]] NameSet& of(Decision decision) {
    return decision == Decision::recompute ? recompute : decision == Decision::save ? save : offload;
  }
  /// Changes the decisions about everything that is named. An activation's own name beats its op, group, kind or role.
  void apply(const BlockBody& body, BlockDecisions& decisions) const;
};

}  // namespace remat
