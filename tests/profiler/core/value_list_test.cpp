#include "profiler/core/value_list.h"

#include <functional>

#include <gmock/gmock.h>

namespace remat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string messageOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "no error";
}

TEST(ValueList, reads_single_numbers_lists_and_ranges) {
  EXPECT_THAT(parseNumbers("--batch", "2"), ElementsAre(2));
  EXPECT_THAT(parseNumbers("--batch", "4,12"), ElementsAre(4, 12));
  EXPECT_THAT(parseNumbers("--batch", "1-4,8"), ElementsAre(1, 2, 3, 4, 8));
}

TEST(ValueList, keeps_a_value_that_is_named_twice_once) {
  EXPECT_THAT(parseNumbers("--batch", "2,1-3"), ElementsAre(2, 1, 3));
}

TEST(ValueList, names_flag_expected_and_found_for_numbers_that_are_none) {
  for (const char* text : {"0", "-1", "x", "1.5", "1-", "-", "1-x", "99999999999999999999", "1e3", " 1", "1 "}) {
    const std::string message = messageOf([&] { (void)parseNumbers("--batch", text); });
    EXPECT_THAT(message, HasSubstr("--batch: expected whole numbers of at least 1, got '")) << text;
  }
}

TEST(ValueList, refuses_empty_parts) {
  for (const char* text : {"", ",", "1,,2", "1,"})
    EXPECT_THAT(messageOf([&] { (void)parseNumbers("--batch", text); }), HasSubstr("got an empty one")) << text;
}

TEST(ValueList, turns_a_reversed_range_around_in_its_remedy) {
  EXPECT_THAT(messageOf([] { (void)parseNumbers("--layers", "8-4"); }), HasSubstr("write 4-8"));
}

TEST(ValueList, refuses_ranges_without_end) {
  EXPECT_THAT(messageOf([] { (void)parseNumbers("--layers", "1-1000000000"); }), HasSubstr("at most 1000 values"));
}

TEST(ValueList, tells_the_nearest_word) {
  const Words<int> words = {{"adamw", 1}, {"sgd", 2}, {"none", 3}};
  EXPECT_EQ(parseWord("--optimizer", "sgd", words), 2);
  EXPECT_EQ(messageOf([&] { (void)parseWord("--optimizer", "adam", words); }),
            "--optimizer: expected adamw, sgd, none, got 'adam'; did you mean 'adamw'?");
}

TEST(ValueList, shortens_what_it_shows) {
  const Words<int> words = {{"adamw", 1}};
  EXPECT_LT(messageOf([&] { (void)parseWord("--optimizer", std::string(100000, 'x'), words); }).size(), 200U);
}

}  // namespace
}  // namespace remat
