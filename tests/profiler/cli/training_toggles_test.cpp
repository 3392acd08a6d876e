#include "profiler/cli/training_toggles.h"

#include <algorithm>
#include <string_view>

#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "profiler/core/names.h"

namespace remat {
namespace {

using testing::ElementsAre;

/// "norm/activation" of each value.
std::vector<std::string> spellings(const std::string& text) {
  const auto flag = std::find_if(kToggleFlags.begin(), kToggleFlags.end(), [](const ToggleFlag& candidate) {
    return candidate.name == std::string_view("--spelling");
  });
  std::vector<std::string> values;
  for (const Toggle& toggle : flag->parse(flag->name, text)) {
    TrainingSpec spec;
    toggle(spec);
    values.push_back(std::string(nameOf(spec.norm_spelling)) + "/" + std::string(nameOf(spec.activation_spelling)));
  }
  return values;
}

TEST(TrainingToggles, have_what_a_training_spec_has_if_they_are_not_given) {
  TrainingSpec spec;
  for (const ToggleFlag& flag : kToggleFlags) {
    const std::vector<Toggle> values = flag.parse(flag.name, flag.fallback);
    ASSERT_EQ(values.size(), 1U) << flag.name;
    values.front()(spec);
  }
  EXPECT_EQ(spec, TrainingSpec());
}

TEST(TrainingToggles, tell_a_list_of_spellings_from_the_parts_of_one) {
  EXPECT_THAT(spellings("fused"), ElementsAre("fused/fused"));
  EXPECT_THAT(spellings("composite,fused"), ElementsAre("composite/composite", "fused/fused"));
  EXPECT_THAT(spellings("norm=fused"), ElementsAre("fused/composite"));
  EXPECT_THAT(spellings("norm=fused,activation=composite"), ElementsAre("fused/composite"));
  EXPECT_THAT(spellings("fused,norm=composite"), ElementsAre("composite/fused"));
  EXPECT_THAT(spellings("norm=fused,norm=composite,activation=fused"),
              ElementsAre("fused/composite", "composite/fused"));
  EXPECT_THROW((void)spellings("norm=fussed"), Error);
}

TEST(TrainingToggles, take_a_word_behind_a_switch_only_if_it_is_a_value) {
  EXPECT_THAT(joinSwitchValues({"sweep", "--dropout", "on,off", "--early-stop", "config.json"}),
              ElementsAre("sweep", "--dropout=on,off", "--early-stop", "config.json"));
  EXPECT_THAT(joinSwitchValues({"--attention", "on", "--dropout"}), ElementsAre("--attention", "on", "--dropout"));
}

}  // namespace
}  // namespace remat
