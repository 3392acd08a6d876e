// The names that enumerations have in records, columns, messages and flags: one table each, read in both directions.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "engine/spec/attention_choice.h"
#include "profiler/core/records.h"

namespace remat {

/// Names of E's values, in the order of its declaration.
template <typename E>
inline constexpr std::array<std::string_view, 0> kNames{};

template <>
inline constexpr std::array kNames<Precision> = {std::string_view("float32"), std::string_view("bfloat16"),
                                                 std::string_view("bf16_mixed"), std::string_view("tf32"),
                                                 std::string_view("fp16_mixed")};
template <>
inline constexpr std::array kNames<Optimizer> = {std::string_view("adamw"), std::string_view("sgd"),
                                                 std::string_view("none")};
template <>
inline constexpr std::array kNames<Gradients> = {std::string_view("fresh"), std::string_view("kept")};
template <>
inline constexpr std::array kNames<Spelling> = {std::string_view("composite"), std::string_view("fused")};
template <>
inline constexpr auto kNames<AttentionKernel> = kAttentionKernelNames;
template <>
inline constexpr std::array kNames<Placement> = {std::string_view("first"), std::string_view("last")};
template <>
inline constexpr std::array kNames<Head> = {std::string_view("automatic"), std::string_view("causal_lm"),
                                            std::string_view("masked_lm"), std::string_view("sequence_classification")};
template <>
inline constexpr std::array kNames<Phase> = {std::string_view("setup"),     std::string_view("forward"),
                                             std::string_view("recompute"), std::string_view("backward"),
                                             std::string_view("optimizer"), std::string_view("offload"),
                                             std::string_view("prefetch")};
template <>
inline constexpr std::array kNames<Category> = {std::string_view("parameters"),      std::string_view("gradients"),
                                                std::string_view("optimizer_state"), std::string_view("inputs"),
                                                std::string_view("activations"),     std::string_view("recomputed"),
                                                std::string_view("temporaries"),     std::string_view("prefetched")};
template <>
inline constexpr std::array kNames<ActivityKind> = {
    std::string_view("kernel"),         std::string_view("memset"),       std::string_view("copy_within_device"),
    std::string_view("copy_to_device"), std::string_view("copy_to_host"), std::string_view("copy_other")};
template <>
inline constexpr std::array kNames<Outcome> = {std::string_view("completed"), std::string_view("out_of_memory"),
                                               std::string_view("skipped"), std::string_view("failed")};
template <>
inline constexpr std::array kNames<GradientVerdict> = {std::string_view("bit_equal"),
                                                       std::string_view("within_tolerance"),
                                                       std::string_view("different"), std::string_view("not_checked")};

/// "bf16_mixed", "out_of_memory", ...
template <typename E>
[[nodiscard]] constexpr std::string_view nameOf(E value) {
  const auto index = static_cast<std::size_t>(value);
  return index < kNames<E>.size() ? kNames<E>[index] : std::string_view{};
}

/// The value of this name, if there is one.
template <typename E>
[[nodiscard]] constexpr std::optional<E> fromName(std::string_view name) {
  const auto at = std::find(kNames<E>.begin(), kNames<E>.end(), name);
  if (at == kNames<E>.end()) return std::nullopt;
  return static_cast<E>(std::distance(kNames<E>.begin(), at));
}

/// "float32, bfloat16 or bf16_mixed", for messages.
template <typename E>
[[nodiscard]] std::string listOfNames() {
  std::string list;
  for (std::size_t i = 0; i < kNames<E>.size(); ++i) {
    if (i > 0) list += i + 1 == kNames<E>.size() ? " or " : ", ";
    list += kNames<E>[i];
  }
  return list;
}

}  // namespace remat
