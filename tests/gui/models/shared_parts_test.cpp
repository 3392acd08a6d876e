#include "gui/models/shared_parts.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

TEST(SharedParts, are_those_that_every_setup_has) {
  const std::set<QString> shared = sharedParts({"gpt2, batch 4 x 128 tokens, cpu", "gpt2, batch 8 x 128 tokens, cpu"});
  EXPECT_EQ(shared, (std::set<QString>{"gpt2", "cpu"}));
  EXPECT_EQ(partsBesides("gpt2, batch 8 x 128 tokens, cpu", shared), QStringList("batch 8 x 128 tokens"));
  EXPECT_EQ(partsBesides("bert, cpu", shared), QStringList("bert")) << "of a setup that was not asked about";
}

TEST(SharedParts, of_one_setup_are_all_of_it) {
  EXPECT_TRUE(partsBesides("gpt2, cpu", sharedParts({"gpt2, cpu"})).isEmpty());
  EXPECT_TRUE(sharedParts({}).empty());
}

}  // namespace
}  // namespace remat
