// The JSON form of a policy. Entries are applied to a base (a named policy); in an entry, the lists recompute, save and
// offload are applied in this order, and then once more with the activations' own names only. So "save": ["gate"] beats
// "recompute": ["mlp"], and every policy has a JSON form, whatever its groups and ops are called.
#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/error.h"
#include "engine/spec/head_policy.h"
#include "engine/spec/json_scan.h"
#include "engine/spec/nearest_name.h"
#include "engine/spec/policy_lists.h"
#include "engine/spec/policy_names.h"

namespace remat {
namespace {

using nlohmann::json;

constexpr std::size_t kShownBytes = 60;
constexpr std::string_view kFallback = "store_all";  // of layers that no entry names

class PolicyReader {
 public:
  PolicyReader(const std::string& where, const ModelGraph& graph, Placement placement)
      : where_(where), graph_(graph), placement_(placement) {
    for (int block = 0; block < graph.blockCount(); ++block)
      if (graph.blocks[block].kind == BlockKind::layer) block_of_layer_.push_back(block);
  }

  CheckpointPolicy read(const json& root) {
    checkKeys(root, "", {"name", "default", "head", "blocks"});
    std::string name = std::filesystem::path(where_).stem().string();
    if (root.contains("name")) name = text(root["name"], "/name");
    result_ = named(root.contains("default") ? text(root["default"], "/default") : std::string(kFallback), "/default");
    result_.name = name;
    const HeadPart head = readHead(root);
    if (root.contains("head")) result_.blocks.back() = decideHead(graph_, head);
    entry_of_.assign(graph_.blocks.size(), -1);
    if (!root.contains("blocks")) return std::move(result_);
    const json& entries = root["blocks"];
    if (!entries.is_array()) fail("/blocks", "a list of entries", entries);
    for (std::size_t i = 0; i < entries.size(); ++i) readEntry(entries[i], static_cast<int>(i));
    return std::move(result_);
  }

  /// What it says about the head as a whole.
  [[nodiscard]] HeadPart readHead(const json& root) const {
    if (!root.is_object() || !root.contains("head")) return {};
    return parseHeadPart(text(root["head"], "/head"), where_ + " /head");
  }

 private:
  [[noreturn]] void fail(const std::string& pointer, const std::string& expected, const json& found,
                         const std::string& remedy = {}) const {
    failWith(pointer, expected, shortened(found.dump(-1, ' ', false, json::error_handler_t::replace), kShownBytes),
             remedy);
  }
  [[noreturn]] void failWith(const std::string& pointer, const std::string& expected, const std::string& found,
                             const std::string& remedy) const {
    throw Error(ErrorKind::usage, where_ + (pointer.empty() ? "" : " " + pointer),
                "expected " + expected + ", got " + found, remedy);
  }

  [[nodiscard]] std::string text(const json& value, const std::string& pointer) const {
    if (!value.is_string()) fail(pointer, "a text", value);
    return value.get<std::string>();
  }

  void checkKeys(const json& object, const std::string& pointer, const std::vector<std::string>& known) const {
    if (!object.is_object()) fail(pointer, "an object", object);
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      std::string list;
      for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
      const std::string shown = shortened(key, kShownBytes);
      failWith(pointer, "the keys " + list, "'" + shown + "'", didYouMean(shown, known));
    }
  }

  /// A named policy for the whole model, made once.
  const CheckpointPolicy& named(const std::string& name, const std::string& pointer) {
    if (name.ends_with(".json"))
      failWith(pointer, "the name of a policy", "a file", "write that file's decisions into this one");
    const auto known = named_.find(name);
    if (known != named_.end()) return known->second;
    try {
      if (splitPolicy(name).head.kind == HeadPart::Kind::chunked)
        failWith(pointer, "chunks of the head at the top level", "'" + shortened(name, kShownBytes) + "'",
                 "write \"head\": \"" + headPartText(splitPolicy(name).head) + "\" beside \"default\"");
      return named_.emplace(name, makePolicy(name, graph_, placement_)).first->second;
    } catch (const Error& error) {
      throw Error(ErrorKind::usage, where_ + " " + pointer, error.what());
    }
  }

  void readEntry(const json& entry, int number) {
    const std::string pointer = "/blocks/" + std::to_string(number);
    checkKeys(entry, pointer, {"layers", "block", "policy", "recompute", "save", "offload"});
    if (entry.contains("layers") == entry.contains("block"))
      fail(pointer, "either layers or block", entry, R"(write for example "layers": "0-3,7")");
    const std::vector<int> blocks =
        entry.contains("layers") ? layers(text(entry["layers"], pointer + "/layers"), pointer + "/layers")
                                 : std::vector{block(text(entry["block"], pointer + "/block"), pointer + "/block")};
    for (int index : blocks) {
      if (entry_of_[index] >= 0)
        failWith(pointer, "each block in one entry only",
                 graph_.blocks[index].name + ", which is in entry " + std::to_string(entry_of_[index]) + " too",
                 "remove it from one of them");
      entry_of_[index] = number;
    }
    DecisionLists lists;
    std::vector<const BlockBody*> bodies;
    for (int index : blocks) {
      const BlockBody* body = &graph_.body(index);
      if (std::find(bodies.begin(), bodies.end(), body) == bodies.end()) bodies.push_back(body);
    }
    readLists(entry, pointer, namesIn(bodies), lists);
    if (!entry.contains("policy") && lists.empty())
      fail(pointer, "a policy, or a list recompute, save or offload", entry, "remove the entry if it decides nothing");
    if (entry.contains("policy")) {
      const CheckpointPolicy& base = named(text(entry["policy"], pointer + "/policy"), pointer + "/policy");
      for (int index : blocks) result_.blocks[index] = base.blocks[index];
    }
    for (int index : blocks) lists.apply(graph_.body(index), result_.blocks[index]);
  }

  void readLists(const json& entry, const std::string& pointer, const NameSet& known, DecisionLists& lists) const {
    std::map<std::string, std::string> list_of;
    for (const auto& [key, names] : lists.byKey()) {
      const std::string at = pointer + "/" + std::string(key);
      if (!entry.contains(key)) continue;
      const json& list = entry[std::string(key)];
      if (!list.is_array() || list.empty()) fail(at, "a list of names", list);
      for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string at_name = at + "/" + std::to_string(i);
        const std::string name = text(list[i], at_name);
        checkNames(where_ + " " + at_name, {name}, known);
        const auto [other, added] = list_of.emplace(name, key);
        if (!added && other->second != key)
          failWith(at_name, "each name in one list only", "'" + name + "', which is in " + other->second + " too",
                   "remove it from one of them");
        names->insert(name);
      }
    }
  }

  /// "0-3,7" -> blocks of these layers.
  std::vector<int> layers(const std::string& ranges, const std::string& pointer) const {
    const auto count = static_cast<std::int64_t>(block_of_layer_.size());
    const auto refuse = [&] {
      failWith(pointer, "layers from 0 to " + std::to_string(count - 1) + ", as in \"0-3,7\"",
               "'" + shortened(ranges, kShownBytes) + "'", "the model has " + std::to_string(count) + " layers");
    };
    std::vector<int> blocks;
    const char* at = ranges.data();
    const char* const end = at + ranges.size();
    const auto number = [&] {
      std::int64_t value = -1;
      const auto [next, error] = std::from_chars(at, end, value);
      if (error != std::errc{} || value < 0 || value >= count) refuse();
      at = next;
      return value;
    };
    while (true) {
      const std::int64_t first = number();
      const bool range = at != end && *at == '-';
      if (range) ++at;
      const std::int64_t last = range ? number() : first;
      if (last < first || static_cast<std::int64_t>(blocks.size()) + last - first >= count) refuse();
      for (std::int64_t layer = first; layer <= last; ++layer) blocks.push_back(block_of_layer_[layer]);
      if (at == end) return blocks;
      if (*at != ',') refuse();
      ++at;
    }
  }

  int block(const std::string& name, const std::string& pointer) const {
    std::vector<std::string> others;
    for (int index = 0; index < graph_.blockCount(); ++index) {
      if (graph_.blocks[index].kind == BlockKind::layer) continue;
      if (graph_.blocks[index].name == name) return index;
      others.push_back(graph_.blocks[index].name);
    }
    const std::string shown = shortened(name, kShownBytes);
    failWith(pointer, "the name of a block that is no layer", "'" + shown + "'",
             didYouMean(shown, others, "layers go by number in \"layers\""));
  }

  const std::string& where_;
  const ModelGraph& graph_;
  Placement placement_;
  std::vector<int> block_of_layer_;
  std::vector<int> entry_of_;  // block -> entry that decided about it, or -1
  std::map<std::string, CheckpointPolicy> named_;
  CheckpointPolicy result_;
};

json parseBounded(std::string_view text, const std::string& where) {
  const auto refuse = [&](const std::string& at, const std::string& what) {
    throw Error(ErrorKind::usage, where + at, what, "correct the file; README.md shows the form of a policy");
  };
  if (text.size() > kMaxJsonBytes)
    refuse("", "expected a policy of at most " + std::to_string(kMaxJsonBytes >> 20) + " MiB, got more");
  const JsonScan scan = scanJson(text);  // before parsing, because its destructor recurses as deep as the text nests
  std::string expected = scan.fault.expected;
  if (expected.starts_with("a config")) expected.replace(0, 8, "a policy");
  if (!expected.empty())
    refuse(" " + linePosition(text, scan.fault.offset), "expected " + expected + ", got " + scan.fault.found);
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    refuse(" " + linePosition(text, error.byte == 0 ? 0 : error.byte - 1),
           "expected JSON, got a " + syntaxFault(error.what()));
  } catch (const json::out_of_range&) {  // a number beyond any double
    refuse("", "expected JSON, got a number that is too large");
  }
  return {};
}

}  // namespace

CheckpointPolicy policyFromJson(std::string_view text, const std::string& where, const ModelGraph& graph,
                                Placement placement) {
  const json root = parseBounded(text, where);
  return PolicyReader(where, graph, placement).read(root);
}

HeadPart headPartOfJson(std::string_view text, const std::string& where) {
  const ModelGraph none;  // what it says about the head is the same for every model
  return PolicyReader(where, none, Placement::first).readHead(parseBounded(text, where));
}

}  // namespace remat
