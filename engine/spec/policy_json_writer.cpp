// Writes the JSON form of a policy: what policy_json.cpp reads back as an equal value.
#include <map>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/chunked_head.h"
#include "engine/spec/head_policy.h"
#include "engine/spec/policy_lists.h"

namespace remat {
namespace {

using json = nlohmann::ordered_json;

/// A policy without argument, as decisions about one body; it treats every layer with that body alike.
struct NamedDecisions {
  std::string name;
  BlockDecisions decisions;
};

int differences(const BlockDecisions& a, const BlockDecisions& b) {
  int count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i];
  return count;
}

/// The lists that turn `base` into `wanted`: own names of activations, added where the others' names reach too far.
DecisionLists listsBetween(const BlockBody& body, const BlockDecisions& base, const BlockDecisions& wanted) {
  DecisionLists lists;
  while (true) {  // ends: an activation that is named by its own name stays as wanted
    BlockDecisions reached = base;
    lists.apply(body, reached);
    if (reached == wanted) return lists;
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (reached[i] != wanted[i]) lists.of(wanted[i]).insert(body.activations[i].name);
  }
}

json entryFor(const BlockBody& body, const std::vector<NamedDecisions>& bases, const BlockDecisions& wanted) {
  const NamedDecisions* base = &bases.front();
  for (const NamedDecisions& candidate : bases)
    if (differences(candidate.decisions, wanted) < differences(base->decisions, wanted)) base = &candidate;
  json entry = {{"policy", base->name}};
  DecisionLists lists = listsBetween(body, base->decisions, wanted);
  for (const auto& [key, names] : lists.byKey())
    if (!names->empty()) entry[std::string(key)] = *names;
  return entry;
}

std::string rangesText(const std::vector<int>& layers) {
  std::string text;
  for (std::size_t i = 0; i < layers.size();) {
    std::size_t last = i;
    while (last + 1 < layers.size() && layers[last + 1] == layers[last] + 1) ++last;
    text += (text.empty() ? "" : ",") + std::to_string(layers[i]);
    if (last > i) text += "-" + std::to_string(layers[last]);
    i = last + 1;
  }
  return text;
}

/// The policies without argument, as decisions about the body of `block`, store_all first.
std::vector<NamedDecisions> basesFor(const std::vector<CheckpointPolicy>& policies, int block) {
  std::vector<NamedDecisions> bases;
  for (const CheckpointPolicy& policy : policies) bases.push_back({policy.name, policy.blocks[block]});
  return bases;
}

/// The part that says all about the head, or all but what an entry changes.
HeadPart headPartIn(const CheckpointPolicy& policy, const ModelGraph& graph) {
  if (const std::int64_t chunks = headChunks(graph); chunks > 0) return {HeadPart::Kind::chunked, chunks};
  const HeadPart checkpoint = {HeadPart::Kind::checkpoint, 0};
  return policy.blocks.back() == decideHead(graph, checkpoint) ? checkpoint : HeadPart{};
}

}  // namespace

std::string policyToJson(const CheckpointPolicy& policy, const ModelGraph& graph) {
  std::vector<CheckpointPolicy> bases;
  for (const PolicyDescription& known : policyDescriptions())
    if (known.argument.empty()) bases.push_back(makePolicy(std::string(known.name), graph));

  std::vector<BlockDecisions> by_default = bases.front().blocks;
  const HeadPart head = headPartIn(policy, graph);
  by_default.back() = decideHead(graph, head);
  std::map<std::pair<int, BlockDecisions>, std::vector<int>> alike;  // body and decisions -> blocks
  for (int block = 0; block < graph.blockCount(); ++block)
    if (policy.blocks[block] != by_default[block])  // else the default holds
      alike[{graph.blocks[block].body, policy.blocks[block]}].push_back(block);
  std::map<int, json> entries;  // by first block
  for (const auto& [what, blocks] : alike) {
    json entry;
    const Block& first = graph.blocks[blocks.front()];
    std::vector<int> layers;
    for (int block : blocks) layers.push_back(graph.blocks[block].layer);
    if (first.kind == BlockKind::layer)
      entry["layers"] = rangesText(layers);
    else
      entry["block"] = first.name;
    entry.update(entryFor(graph.body(blocks.front()), basesFor(bases, blocks.front()), what.second));
    entries[blocks.front()] = std::move(entry);
  }
  json root = {{"name", policy.name}, {"default", bases.front().name}};
  if (head.kind != HeadPart::Kind::store_all) root["head"] = headPartText(head);
  root["blocks"] = json::array();
  for (auto& [block, entry] : entries) root["blocks"].push_back(std::move(entry));
  return root.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace remat
