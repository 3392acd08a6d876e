// What is told to torch's allocator on a GPU, told to the very code of torch that reads it: it needs no GPU.
#include "profiler/core/allocator_settings.h"

#include <c10/core/AllocatorConfig.h>
#include <gmock/gmock.h>

#include "tests/profiler/measure/small_points.h"

namespace remat {
namespace {

using Config = c10::CachingAllocator::AcceleratorAllocatorConfig;

constexpr std::size_t kMiB = 1 << 20;

void tell(const std::string& settings, const std::string& environment = "") {
  const std::string parsed = parseAllocatorSettings(settings, "--allocator");
  c10::CachingAllocator::setAllocatorSettings(torchAllocatorText(parsed, environment));
}

struct TorchAllocator : ::testing::Test {
  void TearDown() override { tell("default"); }
};

TEST_F(TorchAllocator, takes_every_setting_that_the_command_line_takes) {
  tell(
      "expandable_segments:True+max_split_size_mb:128+max_non_split_rounding_mb:40+garbage_collection_threshold:0.5+"
      "roundup_power2_divisions:8");
  EXPECT_TRUE(Config::use_expandable_segments());
  EXPECT_EQ(Config::max_split_size(), 128 * kMiB);
  EXPECT_EQ(Config::max_non_split_rounding_size(), 40 * kMiB);
  EXPECT_EQ(Config::garbage_collection_threshold(), 0.5);
  EXPECT_EQ(Config::roundup_power2_divisions(5 * kMiB), 8U);
  for (const char* least : {"max_split_size_mb:20", "max_non_split_rounding_mb:20", "roundup_power2_divisions:1",
                            "roundup_power2_divisions:1024", "garbage_collection_threshold:0.999"})
    EXPECT_NO_THROW(tell(least)) << least;
}

TEST_F(TorchAllocator, is_as_it_was_at_first_with_the_default) {
  const auto state = [] {
    return std::tuple(Config::use_expandable_segments(), Config::max_split_size(),
                      Config::max_non_split_rounding_size(), Config::garbage_collection_threshold(),
                      Config::roundup_power2_divisions(5 * kMiB), Config::large_segment_size());
  };
  const auto first = state();
  tell(
      "expandable_segments:True+max_split_size_mb:128+max_non_split_rounding_mb:40+garbage_collection_threshold:0.5+"
      "roundup_power2_divisions:8");
  EXPECT_NE(state(), first);
  tell("default");
  EXPECT_EQ(state(), first);
}

TEST_F(TorchAllocator, keeps_what_the_environment_says_unless_a_setting_says_otherwise) {
  const std::string environment = "expandable_segments:True,large_segment_size_mb:32";
  tell("default", environment);
  EXPECT_TRUE(Config::use_expandable_segments());
  EXPECT_EQ(Config::large_segment_size(), 32 * kMiB);
  tell("expandable_segments:False", environment);
  EXPECT_FALSE(Config::use_expandable_segments());
}

TEST(AllocatorSettings, on_a_cpu_are_answered_with_a_failed_point) {
  MeasureRequest request = testing::requestFor("llama", {"full"}, testing::smallSpec());
  request.points.front().allocator = "expandable_segments:True";
  const testing::Told told = testing::measure(request);
  ASSERT_EQ(told.finished.size(), 1U);
  EXPECT_EQ(told.finished.front().outcome, Outcome::failed);
  EXPECT_THAT(told.finished.front().reason, ::testing::HasSubstr("only a GPU has an allocator with settings"));
}

}  // namespace
}  // namespace remat
