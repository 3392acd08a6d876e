#include "profiler/core/scope_id.h"

#include <limits>

#include <gtest/gtest.h>

namespace remat {
namespace {

TEST(ScopeId, comes_back_as_it_was_packed) {
  for (const Phase phase : {Phase::setup, Phase::forward, Phase::recompute, Phase::backward, Phase::optimizer}) {
    for (const int block : {-1, 0, 1, 79, 1'000'000}) {
      for (const int op : {-1, 0, 1, 65'000}) {
        for (const std::int64_t step : {0, 1, 16'777'215}) {
          const ScopeId scope{.step = step, .phase = phase, .block = block, .op = op};
          EXPECT_EQ(unpacked(packed(scope)), scope);
          EXPECT_NE(packed(scope), 0U);
        }
      }
    }
  }
}

TEST(ScopeId, of_a_place_too_large_for_its_bits_keeps_the_phase_only) {
  constexpr int largest = std::numeric_limits<int>::max();
  EXPECT_EQ(unpacked(packed({.phase = Phase::backward, .block = largest, .op = largest})),
            (ScopeId{.phase = Phase::backward, .block = -1, .op = -1}));
}

TEST(ScopeId, counts_steps_modulo_their_bits) { EXPECT_EQ(packed({.step = (1 << 24) + 5}), packed({.step = 5})); }

TEST(ScopeId, is_none_without_a_phase) {
  EXPECT_EQ(unpacked(0), std::nullopt);
  EXPECT_EQ(unpacked(17), std::nullopt);
}

}  // namespace
}  // namespace remat
