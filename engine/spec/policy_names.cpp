#include "engine/spec/policy_names.h"

#include <algorithm>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/error.h"
#include "engine/spec/json_scan.h"
#include "engine/spec/nearest_name.h"

namespace remat {

constexpr std::size_t kShownBytes = 60;  // no longer word is close to a known one, and a message must stay readable

bool isNamed(const BlockBody& body, const Activation& activation, const NameSet& names) {
  if (names.contains(activation.name) || names.contains(roleName(activation.role))) return true;
  if (activation.producer < 0) return false;
  const Op& op = body.ops[activation.producer];
  return names.contains(op.name) || names.contains(op.group) || names.contains(opKindName(op.kind));
}

int castSource(const BlockBody& body, int activation) {
  while (body.activations[activation].role == Role::cast) {
    const Operand source = body.ops[body.activations[activation].producer].inputs[0];
    if (source.kind != Operand::Kind::activation) break;
    activation = source.index;
  }
  return activation;
}

std::vector<const BlockBody*> layerBodies(const ModelGraph& graph) {
  std::vector<const BlockBody*> bodies;
  for (const Block& block : graph.blocks) {
    const BlockBody* body = &graph.bodies[block.body];
    const bool known = std::find(bodies.begin(), bodies.end(), body) != bodies.end();
    if (block.kind == BlockKind::layer && !known) bodies.push_back(body);
  }
  return bodies;
}

NameSet namesIn(const std::vector<const BlockBody*>& bodies) {
  NameSet names;
  for (const BlockBody* body : bodies) {
    for (const Activation& activation : body->activations) {
      names.insert(activation.name);
      names.emplace(roleName(activation.role));
    }
    for (const Op& op : body->ops) {
      names.insert(op.name);
      names.insert(op.group);
      names.emplace(opKindName(op.kind));
    }
  }
  return names;
}

void checkNames(const std::string& where, const std::vector<std::string>& names, const NameSet& known) {
  for (const std::string& name : names) {
    if (known.contains(name)) continue;
    const std::string shown = shortened(name, kShownBytes);
    throw Error(ErrorKind::usage, where,
                "expected the name of an activation, op, group, op kind or role of these blocks, got '" + shown + "'",
                didYouMean(shown, {known.begin(), known.end()}, "'rematscope inspect' lists the names"));
  }
}

}  // namespace remat
