#include "profiler/core/units.h"

#include <clocale>

#include <gtest/gtest.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

TEST(Units, show_bytes_in_binary_units) {
  EXPECT_EQ(bytesText(0), "0 B");
  EXPECT_EQ(bytesText(1023), "1023 B");
  EXPECT_EQ(bytesText(1536), "1.50 KiB");
  EXPECT_EQ(bytesText(806'563'840), "769.2 MiB");
  EXPECT_EQ(bytesText(-2048), "-2.00 KiB");
  EXPECT_EQ(bytesText(INT64_MAX), "8192 PiB");
}

TEST(Units, show_times_in_the_unit_that_people_would_use) {
  EXPECT_EQ(durationText(0), "0 ns");
  EXPECT_EQ(durationText(12'345), "12.3 us");
  EXPECT_EQ(durationText(12'345'678), "12.3 ms");
  EXPECT_EQ(durationText(1'204'000'000), "1.20 s");
  EXPECT_EQ(durationText(200'000'000'000), "3 min 20 s");
  EXPECT_EQ(durationText(7'500'000'000'000), "2 h 5 min");
}

TEST(Units, show_ratios_and_differences) {
  EXPECT_EQ(percentText(0.123), "12.3%");
  EXPECT_EQ(differenceText(0.1234), "+12.3%");
  EXPECT_EQ(differenceText(-0.04), "-4.0%");
  EXPECT_EQ(differenceText(-0.0004), "±0.0%");
  EXPECT_DOUBLE_EQ(differenceRatio(125, 100), 0.25);
  EXPECT_DOUBLE_EQ(differenceRatio(125, 0), 0.0);
}

TEST(Units, show_counts_in_groups_of_three) {
  EXPECT_EQ(countText(0), "0");
  EXPECT_EQ(countText(999), "999");
  EXPECT_EQ(countText(124'439'808), "124,439,808");
  EXPECT_EQ(countText(-1234), "-1,234");
  EXPECT_EQ(flopsText(63'000'000'000), "63.0 GFLOP");
}

TEST(Units, read_sizes_as_people_write_them) {
  EXPECT_EQ(parseBytes("2GiB", "--cap"), std::int64_t{2} << 30);
  EXPECT_EQ(parseBytes("1.5 MiB", "--cap"), 3 << 19);
  EXPECT_EQ(parseBytes("24G", "--cap"), std::int64_t{24} << 30);
  EXPECT_EQ(parseBytes("2GB", "--cap"), 2'000'000'000);
  EXPECT_EQ(parseBytes("4096", "--cap"), 4096);
  for (const char* bad : {"", "GiB", "-1", "0", "1e30", "nan", "inf", "3 parsecs", "1 2"}) {
    EXPECT_THROW(static_cast<void>(parseBytes(bad, "--cap")), Error) << bad;
  }
}

TEST(Units, read_no_quantity_that_a_record_could_not_hold) {
  EXPECT_EQ(parseBytes("8192TiB", "--cap"), std::int64_t{1} << 53);
  EXPECT_THROW(static_cast<void>(parseBytes("8193TiB", "--cap")), Error);
  EXPECT_EQ(parseDuration("2501h", "--time-limit"), 2501 * std::int64_t{3'600'000'000'000});
  try {
    static_cast<void>(parseDuration("3000h", "--time-limit"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(
        error.what(),
        "--time-limit: must be a time like 30, 30s, 500ms or 5min, got \"3000h\", which is more than 2501 h 59 min");
  }
}

TEST(Units, read_times_with_seconds_as_default) {
  EXPECT_EQ(parseDuration("30", "--time-limit"), 30'000'000'000);
  EXPECT_EQ(parseDuration("0.5s", "--time-limit"), 500'000'000);
  EXPECT_EQ(parseDuration("5 min", "--time-limit"), 300'000'000'000);
  EXPECT_THROW(static_cast<void>(parseDuration("-3", "--time-limit")), Error);
}

TEST(Units, read_parts_with_and_without_percent) {
  EXPECT_DOUBLE_EQ(parseRatio("2%", "--interval"), 0.02);
  EXPECT_DOUBLE_EQ(parseRatio("0.5%", "--interval"), 0.005);
  EXPECT_DOUBLE_EQ(parseRatio("0.02", "--interval"), 0.02);
  for (const char* text : {"", "%", "0", "0%", "-1%", "101%", "2", "2 %", "2%%", "nan", "two"})
    EXPECT_THROW(static_cast<void>(parseRatio(text, "--interval")), Error) << text;
}

TEST(Units, do_not_follow_the_locale) {
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) GTEST_SKIP() << "needs the locale de_DE.UTF-8";
  EXPECT_EQ(bytesText(1536), "1.50 KiB");
  EXPECT_EQ(parseBytes("1.5KiB", "--cap"), 1536);
  std::setlocale(LC_ALL, "C");
}

}  // namespace
}  // namespace remat
