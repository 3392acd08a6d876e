#include "profiler/core/allocator_settings.h"

#include <gmock/gmock.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string parsed(const std::string& text) { return parseAllocatorSettings(text, "--allocator"); }

std::string complaintAbout(const std::string& text) {
  try {
    return "accepted as " + parsed(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
}

TEST(AllocatorSettings, are_kept_in_one_order_so_that_a_point_has_one_key) {
  EXPECT_EQ(parsed("default"), "default");
  EXPECT_EQ(parsed("expandable_segments:True"), "expandable_segments:True");
  EXPECT_EQ(parsed("max_split_size_mb:128+expandable_segments:False"),
            "expandable_segments:False+max_split_size_mb:128");
  EXPECT_EQ(parsed("roundup_power2_divisions:8+garbage_collection_threshold:0.8+max_non_split_rounding_mb:40"),
            "garbage_collection_threshold:0.8+max_non_split_rounding_mb:40+roundup_power2_divisions:8");
}

TEST(AllocatorSettings, that_torch_would_refuse_are_refused_with_what_is_expected) {
  EXPECT_THAT(complaintAbout("expandable_segment:True"), HasSubstr("did you mean 'expandable_segments'?"));
  EXPECT_THAT(complaintAbout("defaults"), HasSubstr("did you mean 'default'?"));
  EXPECT_THAT(
      complaintAbout("expandable_segments:true"),
      StartsWith("--allocator: expected expandable_segments:VALUE with True or False, got 'expandable_segments:true'"));
  for (const char* text :
       {"", "+", "expandable_segments", "expandable_segments:", "expandable_segments:True+", "max_split_size_mb:19",
        "max_split_size_mb:64x", "max_split_size_mb:-1", "max_split_size_mb:99999999999999999999",
        "garbage_collection_threshold:1", "garbage_collection_threshold:nan", "roundup_power2_divisions:3",
        "roundup_power2_divisions:0", "default+expandable_segments:True"})
    EXPECT_THAT(complaintAbout(text), StartsWith("--allocator: expected")) << text;
  EXPECT_THAT(complaintAbout("max_split_size_mb:64+max_split_size_mb:128"), HasSubstr("once, got it twice"));
}

TEST(AllocatorSettings, are_told_to_torch_after_what_undoes_earlier_ones_and_after_the_environment) {
  const std::string undo = "expandable_segments:False,large_segment_size_mb:20";
  EXPECT_EQ(torchAllocatorText("default", ""), undo);
  EXPECT_EQ(torchAllocatorText("default", "backend:native"), undo + ",backend:native");
  EXPECT_EQ(torchAllocatorText("expandable_segments:True+max_split_size_mb:128", "backend:native"),
            undo + ",backend:native,expandable_segments:True,max_split_size_mb:128");
}

TEST(AllocatorSettings, are_for_gpus_only) {
  EXPECT_NO_THROW(checkAllocatorOf("cpu", "default", "--allocator"));
  EXPECT_NO_THROW(checkAllocatorOf("cuda:0", "expandable_segments:True", "--allocator"));
  try {
    checkAllocatorOf("cpu", "expandable_segments:True", "--allocator");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("--allocator"), HasSubstr("only a GPU has an allocator with settings")));
  }
}

}  // namespace
}  // namespace remat
