// Which activations of a block a name stands for: an activation's own name or role, or the name, group or kind of the
// op that makes it. Shared by the policies save: and recompute: and by the JSON form.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/spec/model_graph.h"

namespace remat {

using NameSet = std::set<std::string, std::less<>>;

[[nodiscard]] bool isNamed(const BlockBody& body, const Activation& activation, const NameSet& names);

/// What autocast's copy of an activation is a copy of (the activation itself if it is none): to replay the one is to
/// replay the other.
[[nodiscard]] int castSource(const BlockBody& body, int activation);

/// The different bodies of the graph's layers.
[[nodiscard]] std::vector<const BlockBody*> layerBodies(const ModelGraph& graph);

/// Every name that stands for something in one of `bodies`.
[[nodiscard]] NameSet namesIn(const std::vector<const BlockBody*>& bodies);

/// Throws Error(usage) unless each name is one of `known`. `where` names the policy in messages.
void checkNames(const std::string& where, const std::vector<std::string>& names, const NameSet& known);

}  // namespace remat
