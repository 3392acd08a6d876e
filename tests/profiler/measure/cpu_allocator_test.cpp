#include "profiler/measure/cpu_allocator.h"

#include <vector>

#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>

namespace remat {
namespace {

constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;

c10::DataPtr take(std::int64_t bytes) { return c10::GetCPUAllocator()->allocate(static_cast<std::size_t>(bytes)); }

/// A cap of some MiB beyond what the process holds.
struct CpuAllocatorTest : testing::Test {
  static std::int64_t capAt(std::int64_t more_bytes) {
    releaseCpuCache();
    const std::int64_t cap = cpuMemory().reserved_bytes + more_bytes;
    setCpuMemoryCap(cap);
    resetCpuPeaks();
    return cap;
  }
  void TearDown() override { setCpuMemoryCap(std::nullopt); }
};

TEST_F(CpuAllocatorTest, gives_kept_blocks_back_before_it_would_exceed_the_cap) {
  const std::int64_t cap = capAt(10 * kMebibyte);
  for (const std::int64_t size : {6, 3, 8, 1, 9, 2}) EXPECT_NO_THROW(take(size * kMebibyte)) << size;
  EXPECT_LE(cpuMemory().peak_reserved_bytes, cap);
  EXPECT_GT(cpuMemory().peak_reserved_bytes, cap - 2 * kMebibyte);
}

TEST_F(CpuAllocatorTest, refuses_what_does_not_fit_beside_the_blocks_in_use_and_nothing_less) {
  const std::int64_t cap = capAt(10 * kMebibyte);
  const c10::DataPtr held = take(6 * kMebibyte);
  EXPECT_THROW(take(4 * kMebibyte), c10::OutOfMemoryError) << "headers and rounding count";
  EXPECT_NO_THROW(take(4 * kMebibyte - 16384));
  EXPECT_LE(cpuMemory().peak_reserved_bytes, cap);
}

TEST_F(CpuAllocatorTest, grants_under_a_cap_what_it_granted_before_whatever_happened_in_between) {
  capAt(10 * kMebibyte);
  EXPECT_NO_THROW(take(9 * kMebibyte));
  { const c10::DataPtr other = take(5 * kMebibyte); }
  const c10::DataPtr smaller = take(5 * kMebibyte - 65536);  // must not keep the larger block
  EXPECT_NO_THROW(take(5 * kMebibyte));
}

TEST_F(CpuAllocatorTest, gives_back_what_it_keeps_beyond_a_new_cap) {
  capAt(10 * kMebibyte);
  EXPECT_NO_THROW(take(9 * kMebibyte));
  const std::int64_t lower = cpuMemory().reserved_bytes - kMebibyte;
  setCpuMemoryCap(lower);
  EXPECT_LE(cpuMemory().reserved_bytes, lower);
}

TEST_F(CpuAllocatorTest, counts_requested_bytes_as_live_to_the_byte) {
  const std::int64_t before = cpuMemory().live_bytes;
  {
    const c10::DataPtr held = take(1000);
    EXPECT_EQ(cpuMemory().live_bytes, before + 1000);
  }
  EXPECT_EQ(cpuMemory().live_bytes, before);
}

}  // namespace
}  // namespace remat
