#include "profiler/measure/host_memory.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

TEST(HostMemory, is_what_the_kernel_says_is_available) {
  EXPECT_EQ(availableOf("MemTotal:       32000000 kB\nMemFree:  1 kB\nMemAvailable:   20000000 kB\n"), 20'480'000'000);
  EXPECT_EQ(availableOf("MemTotal:       32000000 kB\n"), std::nullopt);
  EXPECT_EQ(availableOf(""), std::nullopt);
}

TEST(HostMemory, of_a_group_is_its_limit_less_what_the_kernel_cannot_take_back) {
  EXPECT_EQ(leftByGroup("1000000\n", "400000\n", "anon 1\ninactive_file 100000\nactive_file 7\n"), 700'000);
  EXPECT_EQ(leftByGroup("1000000\n", "1400000\n", ""), 0) << "never negative";
  EXPECT_EQ(leftByGroup("max\n", "400000\n", ""), std::nullopt);
  EXPECT_EQ(leftByGroup("", "", ""), std::nullopt);
}

TEST(HostMemory, is_known_here) {
  const auto bytes = availableHostBytes();
  ASSERT_TRUE(bytes);
  EXPECT_GT(*bytes, std::int64_t{64} << 20);
}

}  // namespace
}  // namespace remat
