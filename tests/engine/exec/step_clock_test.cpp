#include "engine/exec/step_clock.h"

#include <gtest/gtest.h>

namespace remat {
namespace {

using Kind = StepMark::Kind;

TEST(StepTimes, give_the_time_between_two_borders_to_the_block_that_ends) {
  const StepTimes times = stepTimes({{Kind::start, -1},
                                     {Kind::block_forward, 0},
                                     {Kind::block_forward, 1},
                                     {Kind::forward, -1},
                                     {Kind::block_backward, 1},
                                     {Kind::block_backward, 0},
                                     {Kind::backward, -1},
                                     {Kind::step, -1}},
                                    {0, 10, 30, 31, 61, 101, 103, 110}, 2);
  EXPECT_EQ(times, (StepTimes{110, 31, 72, 0, 7, {{10, 0, 40}, {20, 0, 30}}}));
}

TEST(StepTimes, keep_recompute_apart_from_backward_whichever_block_it_belongs_to) {
  const StepTimes times = stepTimes({{Kind::start, -1},
                                     {Kind::forward, -1},
                                     {Kind::recompute_begins, -1},  // block 1 needs ops of both blocks back
                                     {Kind::recompute, 0},
                                     {Kind::recompute, 1},
                                     {Kind::recompute_begins, -1},
                                     {Kind::recompute, 1},
                                     {Kind::block_backward, 1},
                                     {Kind::block_backward, 0},
                                     {Kind::backward, -1},
                                     {Kind::step, -1}},
                                    {0, 5, 6, 9, 14, 20, 22, 30, 37, 37, 37}, 2);
  EXPECT_EQ(times.blocks, (std::vector<BlockTimes>{{0, 3, 7}, {0, 7, 15}}));
  EXPECT_EQ(times.recompute_ns, 10);
  EXPECT_EQ(times.backward_ns, 32);
}

TEST(StepClock, without_marks_notes_nothing_and_tells_no_times) {
  StepClock clock(2, c10::DeviceType::CPU, StepMarks::none);
  clock.start();
  clock.endBlockForward(0);
  clock.endForward();
  clock.endStep();
  EXPECT_EQ(clock.markCount(), 0U);
  StepTimes none;
  none.blocks.resize(2);
  EXPECT_EQ(clock.times(), none);
}

TEST(StepClock, starts_every_step_anew) {
  StepClock clock(1);
  for (int step = 0; step < 2; ++step) {
    clock.start();
    clock.endBlockForward(0);
    clock.endForward();
    clock.endBlockBackward(0);
    clock.endBackward();
    clock.endStep();
    const StepTimes times = clock.times();
    EXPECT_GE(times.step_ns, times.forward_ns + times.backward_ns);
    EXPECT_LT(times.step_ns, 1'000'000'000);
  }
}

}  // namespace
}  // namespace remat
