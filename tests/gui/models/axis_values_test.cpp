#include "gui/models/axis_values.h"

#include <gmock/gmock.h>

#include "gui/models/model_words.h"

namespace remat {
namespace {

using ::testing::ElementsAre;

std::optional<ModelConfig> gpt2() { return modelWords(REMAT_SOURCE_DIR "/resources/configs/gpt2.json").config; }

TEST(AxisValues, of_batches_are_powers_of_two) {
  const AxisValues values = axisValues(SetupField::batch, std::nullopt);
  EXPECT_EQ(values.stops.front(), 1);
  EXPECT_EQ(values.stops.back(), 256);
  EXPECT_EQ(values.stops.size(), 9U);
}

TEST(AxisValues, of_sequences_end_with_the_longest_of_the_model) {
  EXPECT_EQ(axisValues(SetupField::sequence, gpt2()).stops.back(), 1024);
  EXPECT_EQ(axisValues(SetupField::sequence, std::nullopt).stops.back(), 4096);
}

TEST(AxisValues, of_layers_are_those_of_the_config) {
  EXPECT_EQ(axisValues(SetupField::layers, gpt2()).stops.size(), 12U);
  EXPECT_THAT(axisValues(SetupField::layers, gpt2()).doubled, ElementsAre(1, 2, 4, 8, 12));
  EXPECT_EQ(axisValues(SetupField::layers, std::nullopt), AxisValues());
}

TEST(AxisValues, read_lists_and_ranges_and_nothing_else) {
  EXPECT_THAT(valuesOf("1, 2,4"), ElementsAre(1, 2, 4));
  EXPECT_THAT(valuesOf("2-4"), ElementsAre(2, 3, 4));
  EXPECT_TRUE(valuesOf("many").empty());
  EXPECT_TRUE(valuesOf("").empty());
}

TEST(AxisValues, find_the_nearest_stop) {
  EXPECT_EQ(nearestStop({1, 2, 4, 8}, 7), 3U);
  EXPECT_EQ(nearestStop({1, 2, 4, 8}, 1000), 3U);
}

TEST(AxisValues, suggest_lists_up_to_the_largest_that_was_typed) {
  const AxisValues batch = axisValues(SetupField::batch, std::nullopt);
  EXPECT_EQ(suggestedTexts(batch, "16"), QStringList({"1,2,4,8,16", "1-16"}));
  EXPECT_EQ(suggestedTexts(batch, "1"), QStringList({"8", "1,2,4,8", "1-8"})) << "of one value nothing can be listed";
  EXPECT_EQ(suggestedTexts(batch, "1-8"), QStringList({"8", "1,2,4,8"}));
  EXPECT_EQ(suggestedTexts(axisValues(SetupField::layers, gpt2()), ""), QStringList({"12", "1,2,4,8,12", "1-12"}));
  EXPECT_EQ(suggestedTexts(axisValues(SetupField::sequence, gpt2()), "128"), QStringList({"32,64,128"}));
  EXPECT_TRUE(suggestedTexts({}, "3").isEmpty());
}

}  // namespace
}  // namespace remat
