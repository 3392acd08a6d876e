// Where in which step the training thread was, in the 64 bits that CUPTI carries from a launch to its kernel.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/spec/schedule.h"

namespace remat {

struct ScopeId {
  std::int64_t step = 0;  ///< modulo 2^24
  Phase phase = Phase::setup;
  int block = -1;  ///< of the graph, or -1
  int op = -1;     ///< of the block's body, or -1
  bool operator==(const ScopeId&) const = default;
};

namespace scope_bits {
inline constexpr int kOp = 16;
inline constexpr int kBlock = 20;
inline constexpr int kPhase = 4;
inline constexpr int kStep = 24;
static_assert(kOp + kBlock + kPhase + kStep == 64);

constexpr std::uint64_t maskOf(int bits) { return (std::uint64_t{1} << bits) - 1; }
/// -1 is 0, so that it fits; so is an index too large for its bits: better no place than a wrong one.
constexpr std::uint64_t fromIndex(int index, int bits) {
  const bool fits = index >= 0 && static_cast<std::uint64_t>(index) < maskOf(bits);
  return fits ? static_cast<std::uint64_t>(index) + 1 : 0;
}
constexpr int toIndex(std::uint64_t bits) { return static_cast<int>(bits) - 1; }
}  // namespace scope_bits

/// From high to low bits: step, phase + 1, block + 1, op + 1. Never 0, which is what an absent id looks like.
[[nodiscard]] constexpr std::uint64_t packed(const ScopeId& scope) {
  using namespace scope_bits;
  std::uint64_t id = static_cast<std::uint64_t>(scope.step) & maskOf(kStep);
  id = id << kPhase | (static_cast<std::uint64_t>(scope.phase) + 1);
  id = id << kBlock | fromIndex(scope.block, kBlock);
  return id << kOp | fromIndex(scope.op, kOp);
}

/// None for what packed() cannot have made. The phase of another tool's id may have no name.
[[nodiscard]] constexpr std::optional<ScopeId> unpacked(std::uint64_t id) {
  using namespace scope_bits;
  const std::uint64_t phase = id >> (kOp + kBlock) & maskOf(kPhase);
  if (phase == 0) return std::nullopt;
  return ScopeId{.step = static_cast<std::int64_t>(id >> (kOp + kBlock + kPhase)),
                 .phase = static_cast<Phase>(phase - 1),
                 .block = toIndex(id >> kOp & maskOf(kBlock)),
                 .op = toIndex(id & maskOf(kOp))};
}

}  // namespace remat
