#include "profiler/measure/cuda/activity_buffers.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace remat {
namespace {

TEST(ActivityBuffers, are_bounded_and_count_what_they_declined) {
  ActivityBuffers buffers(1024, 2, 1);
  std::uint8_t* first = buffers.request();
  std::uint8_t* second = buffers.request();
  EXPECT_NE(first, nullptr);
  EXPECT_NE(second, nullptr);
  EXPECT_EQ(buffers.request(), nullptr);
  EXPECT_EQ(buffers.takeDeclined(), 1);
  EXPECT_EQ(buffers.takeDeclined(), 0);
  buffers.complete(first, 10);
  buffers.complete(second, 0);
}

TEST(ActivityBuffers, come_back_zeroed_and_aligned) {
  ActivityBuffers buffers(1024, 1, 0);
  std::uint8_t* bytes = buffers.request();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes) % 8, 0U);
  std::fill(bytes, bytes + 100, std::uint8_t{7});
  buffers.complete(bytes, 100);
  const auto filled = buffers.takeFilled();
  ASSERT_EQ(filled.size(), 1U);
  EXPECT_EQ(filled[0].valid_bytes, 100U);
  buffers.recycle(filled[0]);
  std::uint8_t* again = buffers.request();
  EXPECT_EQ(again, bytes);
  EXPECT_TRUE(std::all_of(again, again + 1024, [](std::uint8_t byte) { return byte == 0; }));
  buffers.complete(again, 0);
}

TEST(ActivityBuffers, believe_no_length_beyond_their_own) {
  ActivityBuffers buffers(1024, 1, 1);
  buffers.complete(buffers.request(), 99999);
  const auto filled = buffers.takeFilled();
  EXPECT_EQ(filled.at(0).valid_bytes, 1024U);
  buffers.recycle(filled.at(0));
}

}  // namespace
}  // namespace remat
