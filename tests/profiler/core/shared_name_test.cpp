#include "profiler/core/shared_name.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

TEST(SharedName, is_what_equal_blocks_have_in_common) {
  EXPECT_EQ(sharedName({.name = "layer 3 gate", .block = "layer 3"}), "gate");
  EXPECT_EQ(sharedName({.name = "temporary of layer 3 down", .block = "layer 3"}), "temporary of down");
  EXPECT_EQ(sharedName({.name = "gradient of model.layers.13.mlp.weight"}), "gradient of model.layers.*.mlp.weight");
  EXPECT_EQ(sharedName({.name = "h.1.2.w.3"}), "h.*.*.w.3") << "numbers between dots only";
}

TEST(SharedName, of_a_sum_is_its_own) {
  EXPECT_EQ(sharedName({.name = "12 other layers.3.weights", .tensors = 12}), "12 other layers.3.weights");
}

}  // namespace
}  // namespace remat
