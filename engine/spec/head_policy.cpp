#include "engine/spec/head_policy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "engine/spec/chunked_head.h"
#include "engine/spec/error.h"
#include "engine/spec/json_scan.h"
#include "engine/spec/nearest_name.h"

namespace remat {
namespace {

constexpr std::size_t kShownBytes = 60;

struct HeadRule {
  HeadPart::Kind kind;
  PolicyDescription description;
};

constexpr std::array kHeadRules = {
    HeadRule{HeadPart::Kind::checkpoint,
             {"head_checkpoint", "", "keep the head's input only, replay norm, logits and log-probabilities"}},
    HeadRule{HeadPart::Kind::chunked,
             {"head_chunked", "N",
              "run projection and loss in N chunks of rows, one chunk's logits alive at a time; sums in another order, "
              "so gradients are within tolerance, not bit-equal (Liger, Unsloth, torchtune)"}},
};

[[noreturn]] void failUnknown(const std::string& name, const std::string& where) {
  std::vector<std::string> names;
  for (const HeadRule& rule : kHeadRules) names.emplace_back(rule.description.name);
  throw Error(ErrorKind::usage, where,
              "expected head_checkpoint or head_chunked:N for the head, got '" + shortened(name, kShownBytes) + "'",
              didYouMean(shortened(name, kShownBytes), names));
}

std::int64_t chunkCount(const std::optional<std::string_view>& argument, const std::string& where) {
  std::int64_t count = 0;
  const std::string_view text = argument.value_or("");
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count < 1)
    throw Error(
        ErrorKind::usage, where,
        "expected a number of chunks of at least 1 after ':', got '" + shortened(std::string(text), kShownBytes) + "'",
        "write for example head_chunked:8");
  return count;
}

/// First op of the head whose results are made again.
int firstRecomputedOp(const BlockBody& body, const HeadPart& part) {
  if (part.kind == HeadPart::Kind::checkpoint) return 0;
  const auto is_split = [](const Op& op) { return op.kind == OpKind::split_rows; };
  return static_cast<int>(std::find_if(body.ops.begin(), body.ops.end(), is_split) - body.ops.begin());
}

}  // namespace

const std::vector<PolicyDescription>& headPolicies() {
  static const std::vector<PolicyDescription> all = [] {
    std::vector<PolicyDescription> rows;
    for (const HeadRule& rule : kHeadRules) rows.push_back(rule.description);
    return rows;
  }();
  return all;
}

HeadPart parseHeadPart(const std::string& text, const std::string& where) {
  const std::size_t colon = text.find(':');
  const std::string_view name = std::string_view(text).substr(0, colon);
  const auto rule = std::find_if(kHeadRules.begin(), kHeadRules.end(),
                                 [&](const HeadRule& known) { return known.description.name == name; });
  if (rule == kHeadRules.end()) failUnknown(std::string(name), where);
  std::optional<std::string_view> argument;
  if (colon != std::string::npos) argument = std::string_view(text).substr(colon + 1);
  if (rule->kind == HeadPart::Kind::chunked) return {rule->kind, chunkCount(argument, where)};
  if (argument) throw Error(ErrorKind::usage, where, std::string(name) + " takes no argument");
  return {rule->kind, 0};
}

PolicyParts splitPolicy(const std::string& text) {
  const std::string where = "policy " + shortened(text, kShownBytes);
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) return {text.substr(0, slash), parseHeadPart(text.substr(slash + 1), where)};
  if (text.starts_with("head_")) return {"store_all", parseHeadPart(text, where)};
  return {text, {}};
}

std::string headPartText(const HeadPart& part) {
  for (const HeadRule& rule : kHeadRules)
    if (rule.kind == part.kind)
      return std::string(rule.description.name) + (part.chunks > 0 ? ":" + std::to_string(part.chunks) : "");
  return {};
}

BlockDecisions decideHead(const ModelGraph& graph, const HeadPart& part) {
  const BlockBody& body = graph.bodies[graph.blocks.back().body];
  BlockDecisions decisions(body.activations.size(), Decision::save);
  if (part.kind == HeadPart::Kind::store_all) return decisions;
  if (part.kind == HeadPart::Kind::chunked && headChunks(graph) != part.chunks)
    throw Error(ErrorKind::failed, "policy " + headPartText(part), "expected a graph whose head is chunked so",
                "make it with withChunkedHead");
  const int first = firstRecomputedOp(body, part);
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const Activation& own = body.activations[i];  // losses and counts are a number each: not worth a replay
    if (own.producer >= first && own.role != Role::loss) decisions[i] = Decision::recompute;
  }
  return decisions;
}

}  // namespace remat
