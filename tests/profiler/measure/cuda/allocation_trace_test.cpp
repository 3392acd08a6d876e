#include "profiler/measure/cuda/allocation_trace.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace remat {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Notes final : AllocationListener {
  void allocated(std::int64_t allocation, std::int64_t bytes) override {
    lines.push_back("+" + std::to_string(allocation) + ":" + std::to_string(bytes));
  }
  void released(std::int64_t allocation, std::int64_t bytes) override {
    lines.push_back("-" + std::to_string(allocation) + ":" + std::to_string(bytes));
  }
  void refused(std::int64_t bytes) override { lines.push_back("refused:" + std::to_string(bytes)); }
  std::vector<std::string> lines;
};

TEST(AllocationTrace, numbers_allocations_and_finds_the_number_again_at_release) {
  AllocationTrace trace;
  Notes notes;
  trace.setListener(&notes, 0);
  trace.allocated(0x1000, 10);
  trace.allocated(0x2000, 20);
  trace.released(0x1000, 10);
  trace.refused(99);
  EXPECT_THAT(notes.lines, ElementsAre("+1:10", "+2:20", "-1:10", "refused:99"));
  EXPECT_EQ(trace.numberOf(0x2000), 2);
}

TEST(AllocationTrace, takes_an_address_that_is_used_again_for_another_allocation) {
  AllocationTrace trace;
  Notes notes;
  trace.setListener(&notes, 0);
  trace.allocated(0x1000, 10);
  trace.released(0x1000, 10);
  trace.allocated(0x1000, 30);
  EXPECT_EQ(trace.numberOf(0x1000), 2);
}

TEST(AllocationTrace, gives_what_was_there_before_lower_numbers_than_what_comes) {
  AllocationTrace trace;
  const std::int64_t before = trace.numberOf(0x5000);
  Notes notes;
  trace.setListener(&notes, 0);
  trace.allocated(0x1000, 10);
  EXPECT_LT(before, trace.numberOf(0x1000));
  trace.released(0x5000, 7);
  EXPECT_THAT(notes.lines, ElementsAre("+2:10", "-1:7"));
}

TEST(AllocationTrace, follows_one_device_of_those_that_the_allocator_tells_of) {
  AllocationTrace trace;
  Notes notes;
  EXPECT_FALSE(trace.isFollowed(0));
  trace.setListener(&notes, 1);
  EXPECT_FALSE(trace.isFollowed(0));
  EXPECT_TRUE(trace.isFollowed(1));
  trace.setListener(nullptr, 1);
  EXPECT_FALSE(trace.isFollowed(1));
}

TEST(AllocationTrace, does_nothing_while_nobody_listens) {
  AllocationTrace trace;
  Notes notes;
  trace.allocated(0x1000, 10);
  trace.setListener(&notes, 0);
  trace.setListener(nullptr, 0);
  trace.released(0x1000, 10);
  EXPECT_THAT(notes.lines, IsEmpty());
  EXPECT_EQ(trace.numberOf(0), -1);
}

}  // namespace
}  // namespace remat
