// What a policy does with the head block, where the logits are often the peak: the part of its text after '/'.
//
//   full/head_checkpoint   nothing of the head's inside is kept, all of it is replayed in backward
//   full/head_chunked:8    projection and loss run in 8 chunks of rows, one chunk's logits alive at a time
//   head_chunked:8         the same with store_all for the layers
//
// The first is a matter of decisions; the second needs a graph of its own, see engine/spec/chunked_head.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/spec/checkpoint_policy.h"

namespace remat {

struct HeadPart {
  enum class Kind : std::uint8_t { store_all, checkpoint, chunked } kind = Kind::store_all;
  std::int64_t chunks = 0;  ///< of a chunked one
  bool operator==(const HeadPart&) const = default;
};

/// A policy's text in two.
struct PolicyParts {
  std::string layers;
  HeadPart head;
};

/// The head parts that there are, for people to choose from.
[[nodiscard]] const std::vector<PolicyDescription>& headPolicies();

/// Throws Error(usage) for a head part that nobody knows; the layers' part is not looked at.
[[nodiscard]] PolicyParts splitPolicy(const std::string& text);
/// "head_chunked:8". `where` names it in messages.
[[nodiscard]] HeadPart parseHeadPart(const std::string& text, const std::string& where);
/// Of any text that makePolicy takes, the path of a JSON file included. Throws Error(usage).
[[nodiscard]] HeadPart headPartOf(const std::string& text);
/// Of a policy in its JSON form.
[[nodiscard]] HeadPart headPartOfJson(std::string_view json, const std::string& where);
/// The inverse; empty for store_all.
[[nodiscard]] std::string headPartText(const HeadPart& part);

/// Decisions about the head block of `graph`. Throws Error(failed) for a chunked part whose graph is not chunked so.
[[nodiscard]] BlockDecisions decideHead(const ModelGraph& graph, const HeadPart& part);

}  // namespace remat
