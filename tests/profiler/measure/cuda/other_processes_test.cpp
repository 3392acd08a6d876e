// Which bytes of a device are those of others, from lists that a driver could give.
#include "profiler/measure/cuda/other_processes.h"

#include <set>
#include <string>

#include <gmock/gmock.h>

namespace remat {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kMib = std::int64_t{1} << 20;
constexpr std::int64_t kGib = std::int64_t{1} << 30;
constexpr std::int64_t kOwn = 100, kNeighbour = 200, kNewcomer = 300;

/// A device with a neighbour of 1 GiB on it when this process came.
OtherProcesses beside(std::int64_t own_number = kOwn) {
  return {DeviceProcesses({{kNeighbour, kGib}}),
          {DeviceProcesses({{kNeighbour, kGib}, {kOwn, 500 * kMib}}), kGib + 510 * kMib, 0},
          own_number,
          kGib + 10 * kMib};
}

DeviceUse use(std::vector<DeviceProcess> processes, std::int64_t used, std::int64_t reserved) {
  return {std::move(processes), used, reserved};
}

TEST(OtherProcesses, of_the_beginning_are_no_part_of_what_is_fixed_here) {
  const DeviceUse now = use({{kNeighbour, kGib}, {kOwn, 4 * kGib}}, 5 * kGib + 510 * kMib, 4 * kGib);
  EXPECT_EQ(beside().usedBytes(now.processes), kGib + 10 * kMib);
  EXPECT_EQ(beside().fixedBytes(now), 500 * kMib);
  EXPECT_EQ(beside().note(now), "");
}

TEST(OtherProcesses, that_come_later_are_not_taken_for_a_part_of_this_one) {
  const DeviceUse now =
      use({{kNeighbour, kGib}, {kOwn, 4 * kGib}, {kNewcomer, 3 * kGib}}, 8 * kGib + 510 * kMib, 4 * kGib);
  EXPECT_EQ(beside().fixedBytes(now), 500 * kMib);
  EXPECT_THAT(beside().note(now), AllOf(HasSubstr("another process has come"), HasSubstr("others hold at least 4 GiB"),
                                        HasSubstr("shared GPU")));
}

TEST(OtherProcesses, that_grow_or_go_are_followed) {
  const DeviceUse grown = use({{kNeighbour, 3 * kGib}, {kOwn, kGib}}, 3 * kGib + 510 * kMib, 0);
  EXPECT_EQ(beside().fixedBytes(grown), 500 * kMib);
  EXPECT_THAT(beside().note(grown), HasSubstr("other processes have taken at least 2 GiB more"));
  const DeviceUse gone = use({{kOwn, kGib}}, 510 * kMib, 0);
  EXPECT_EQ(beside().fixedBytes(gone), 500 * kMib);
  EXPECT_EQ(beside().note(gone), "");
}

TEST(OtherProcesses, are_told_from_this_one_where_it_has_another_number) {
  const DeviceUse now = use({{kNeighbour, kGib}, {kOwn, kGib}, {kNewcomer, kGib}}, 3 * kGib, kGib);
  EXPECT_THAT(beside(/*own_number=*/7).note(now), HasSubstr("another process has come"));
  EXPECT_EQ(beside(7).usedBytes(now.processes), 2 * kGib + 10 * kMib);
}

TEST(OtherProcesses, whose_bytes_the_driver_hides_are_told_all_the_same) {
  const DeviceUse now = use({{kNeighbour, kGib}, {kOwn, kGib}, {kNewcomer, std::nullopt}}, 8 * kGib, kGib);
  EXPECT_THAT(beside().note(now), AllOf(HasSubstr("another process has come"), HasSubstr("does not say")));
}

TEST(OtherProcesses, are_told_from_this_one_where_one_of_them_has_the_number_that_this_one_goes_by) {
  const DeviceUse now = use({{kNeighbour, kGib}, {kOwn, 4 * kGib}}, 5 * kGib + 510 * kMib, 4 * kGib);
  EXPECT_EQ(beside(/*own_number=*/kNeighbour).usedBytes(now.processes), kGib + 10 * kMib);
  EXPECT_EQ(beside(kNeighbour).fixedBytes(now), 500 * kMib);
  EXPECT_EQ(beside(kNeighbour).note(now), "");
}

TEST(OtherProcesses, are_told_of_in_the_same_words_while_their_memory_goes_up_and_down) {
  std::set<std::string> notes;
  for (const std::int64_t held : {300 * kMib, 310 * kMib, 417 * kMib})
    notes.insert(beside().note(use({{kNeighbour, kGib}, {kOwn, kGib}, {kNewcomer, held}}, 3 * kGib, kGib)));
  EXPECT_EQ(notes.size(), 1U);
}

TEST(OtherProcesses, that_nobody_lists_are_guessed_from_what_no_library_takes) {
  for (const DeviceProcesses& hidden : {DeviceProcesses(), DeviceProcesses({})}) {  // no NVML; none in a container
    const OtherProcesses others(hidden, {hidden, kGib + 500 * kMib, 0}, kOwn, kGib);
    EXPECT_EQ(others.fixedBytes({hidden, 2 * kGib, 0}), kGib);
    EXPECT_EQ(others.note({hidden, 2 * kGib, 0}), "") << "libraries are loaded when they are first used";
    EXPECT_THAT(others.note({hidden, 6 * kGib, kGib}),
                AllOf(HasSubstr("has grown by at least 2 GiB"), HasSubstr("seems"), Not(HasSubstr("has come")),
                      HasSubstr("step times are those of a shared GPU")));
  }
}

}  // namespace
}  // namespace remat
