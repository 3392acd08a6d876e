#include "profiler/measure/live_tensors.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

LiveTensor tensor(const std::string& name, Category category, std::int64_t bytes) {
  return {name, category, "", bytes};
}

TEST(LiveTensors, are_listed_largest_first_when_they_are_few) {
  const auto listed = withOthersSummedUp(
      {tensor("a", Category::inputs, 1), tensor("b", Category::gradients, 3), tensor("c", Category::inputs, 2)}, 3);
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[0].name, "b");
  EXPECT_EQ(listed[2].name, "a");
}

TEST(LiveTensors, beyond_those_listed_are_summed_up_by_category) {
  const auto listed =
      withOthersSummedUp({tensor("large", Category::parameters, 100), tensor("a", Category::activations, 5),
                          tensor("b", Category::activations, 6), tensor("m", Category::optimizer_state, 4),
                          tensor("n", Category::optimizer_state, 3), tensor("t", Category::temporaries, 2)},
                         1);
  ASSERT_EQ(listed.size(), 4U);
  EXPECT_EQ(listed[0].name, "large");
  EXPECT_EQ(listed[1], (LiveTensor{"2 other tensors of optimizer state", Category::optimizer_state, "", 7, 2}));
  EXPECT_EQ(listed[2], (LiveTensor{"2 other activations", Category::activations, "", 11, 2}));
  EXPECT_EQ(listed[3], tensor("t", Category::temporaries, 2)) << "one alone needs no sum";
}

TEST(LiveTensors, of_one_name_are_listed_together_or_not_at_all) {
  std::vector<LiveTensor> alive = {tensor("large", Category::activations, 150)};
  for (const std::string block : {"layer 0", "layer 1", "layer 2"}) {
    alive.push_back({block + " gate", Category::activations, block, 100});
    alive.push_back({block + " norm", Category::activations, block, 40});
  }
  const auto listed = withOthersSummedUp(alive, 2);
  ASSERT_EQ(listed.size(), 5U);
  EXPECT_EQ(listed[0].name, "large");
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(listed[i].name, "layer " + std::to_string(i - 1) + " gate");
  EXPECT_EQ(listed[4], (LiveTensor{"3 other activations", Category::activations, "", 120, 3}));
}

}  // namespace
}  // namespace remat
