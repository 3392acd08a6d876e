#include "engine/spec/nearest_name.h"

#include <gmock/gmock.h>

namespace remat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kFamilies = {"llama", "gpt2", "bert", "roberta"};
const std::vector<std::string> kDtypes = {"float32", "tf32", "bfloat16", "bf16_mixed", "fp16_mixed"};

TEST(CloseNames, are_those_with_the_fewest_letters_wrong) {
  EXPECT_THAT(closeNames("lama", kFamilies), ElementsAre("llama"));
  EXPECT_THAT(closeNames("gpt-2", kFamilies), ElementsAre("gpt2"));
  EXPECT_THAT(closeNames("berd", kFamilies), ElementsAre("bert"));
  EXPECT_THAT(closeNames("robberta", kFamilies), ElementsAre("roberta"));
  EXPECT_THAT(closeNames("gtp2", kFamilies), ElementsAre("gpt2")) << "swapped letters are one mistake";
  EXPECT_THAT(closeNames("af", {"ab", "ac", "xyz"}), IsEmpty()) << "half of it is wrong";
  EXPECT_THAT(closeNames("abx", {"abc", "abd", "abc", "xyz"}), ElementsAre("abc", "abd"));
}

TEST(CloseNames, of_a_known_name_is_itself) {
  for (const std::string& name : kFamilies) EXPECT_THAT(closeNames(name, kFamilies), ElementsAre(name));
}

TEST(CloseNames, are_those_that_a_short_form_stands_for) {
  EXPECT_THAT(closeNames("bf16", kDtypes), ElementsAre("bfloat16", "bf16_mixed"));
  EXPECT_THAT(closeNames("fp16", kDtypes), ElementsAre("fp16_mixed"));
  EXPECT_THAT(closeNames("abc", {"abc1", "abc2", "abc3", "abc4"}), testing::SizeIs(3)) << "a guess, no list";
}

TEST(CloseNames, are_first_of_all_those_that_begin_like_it) {
  const std::vector<std::string> flags = {"--seed", "--sequence", "--policy"};
  EXPECT_THAT(closeNames("--seq", flags), ElementsAre("--sequence", "--seed"));
}

TEST(CloseNames, are_none_where_a_guess_would_mislead) {
  EXPECT_THAT(closeNames("nonsense", {"norm_discard", "store_all", "full"}), IsEmpty());
  EXPECT_THAT(closeNames("xml", {"table", "csv", "json"}), IsEmpty());
  EXPECT_THAT(closeNames("fp32", kDtypes), IsEmpty()) << "not tf32, which computes something else";
  EXPECT_THAT(closeNames("", kFamilies), IsEmpty());
  EXPECT_THAT(closeNames("llama", {}), IsEmpty());
}

TEST(DidYouMean, asks_only_if_something_is_close) {
  EXPECT_EQ(didYouMean("berd", kFamilies), "did you mean 'bert'?");
  EXPECT_EQ(didYouMean("bf16", kDtypes), "did you mean 'bfloat16' or 'bf16_mixed'?");
  EXPECT_EQ(didYouMean("xml", kFamilies), "");
  EXPECT_EQ(didYouMean("berd", kFamilies, "others are not known"), "did you mean 'bert'? others are not known");
  EXPECT_EQ(didYouMean("xml", kFamilies, "others are not known"), "others are not known");
}

}  // namespace
}  // namespace remat
