// The policies that treat every layer alike, as rows of a table over roles, groups and kinds of ops.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "engine/spec/model_graph.h"

namespace remat {

/// Whether an activation of a layer is chosen.
using Rule = std::function<bool(const BlockBody&, const Activation&)>;

/// What a policy does with the activations of a layer; everything outside layers is saved. A block's input is never
/// recomputed, and what is offloaded is not recomputed either.
struct LayerRules {
  Rule recompute;
  Rule offload{};  ///< empty: nothing
};

struct LayerRule {
  std::string_view name;     ///< "full"
  std::string_view summary;  ///< one line for people
  bool (*recompute)(const BlockBody&, const Activation&);
  bool (*offload)(const BlockBody&, const Activation&) = nullptr;

  [[nodiscard]] LayerRules rules() const { return {recompute, offload ? Rule(offload) : Rule()}; }
};

[[nodiscard]] std::span<const LayerRule> layerRules();
/// The row of this name, or nullptr.
[[nodiscard]] const LayerRule* findLayerRule(std::string_view name);

}  // namespace remat
