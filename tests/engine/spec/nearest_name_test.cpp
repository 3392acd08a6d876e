#include "engine/spec/nearest_name.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

const std::vector<std::string> kKnown = {"llama", "gpt2", "bert", "roberta"};

TEST(NearestName, is_the_one_with_the_fewest_edits) {
  EXPECT_EQ(nearestName("lama", kKnown), "llama");  // one inserted
  EXPECT_EQ(nearestName("gpt-2", kKnown), "gpt2");  // one deleted
  EXPECT_EQ(nearestName("berd", kKnown), "bert");   // one replaced
  EXPECT_EQ(nearestName("robberta", kKnown), "roberta");
  EXPECT_EQ(nearestName("gtp2", kKnown), "gpt2");  // swapped: two edits, still the nearest
}

TEST(NearestName, is_the_name_itself_if_that_is_known) {
  for (const std::string& name : kKnown) EXPECT_EQ(nearestName(name, kKnown), name);
}

TEST(NearestName, is_the_first_of_equally_near_ones) { EXPECT_EQ(nearestName("x", {"ab", "cd"}), "ab"); }

TEST(NearestName, of_nothing_is_the_shortest) { EXPECT_EQ(nearestName("", kKnown), "gpt2"); }

TEST(NearestName, is_empty_if_nothing_is_known) { EXPECT_EQ(nearestName("llama", {}), ""); }

}  // namespace
}  // namespace remat
