#include "profiler/measure/live_tensors.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

LiveTensor tensor(const std::string& name, Category category, std::int64_t bytes) {
  return {name, category, "", bytes};
}

TEST(LiveTensors, are_listed_largest_first_when_they_are_few) {
  const auto listed = withSmallerSummedUp(
      {tensor("a", Category::inputs, 1), tensor("b", Category::gradients, 3), tensor("c", Category::inputs, 2)}, 3);
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[0].name, "b");
  EXPECT_EQ(listed[2].name, "a");
}

TEST(LiveTensors, beyond_those_listed_are_summed_up_by_category) {
  const auto listed =
      withSmallerSummedUp({tensor("large", Category::parameters, 100), tensor("a", Category::activations, 5),
                           tensor("b", Category::activations, 6), tensor("m", Category::optimizer_state, 4),
                           tensor("n", Category::optimizer_state, 3), tensor("t", Category::temporaries, 2)},
                          1);
  ASSERT_EQ(listed.size(), 4U);
  EXPECT_EQ(listed[0].name, "large");
  EXPECT_EQ(listed[1], (LiveTensor{"2 smaller tensors of optimizer state", Category::optimizer_state, "", 7, 2}));
  EXPECT_EQ(listed[2], (LiveTensor{"2 smaller activations", Category::activations, "", 11, 2}));
  EXPECT_EQ(listed[3], tensor("t", Category::temporaries, 2)) << "one alone needs no sum";
}

}  // namespace
}  // namespace remat
