// What a device tells while its steps are timed must reach samples and points; here a CPU tells what a GPU would.
#include "profiler/measure/timed_conditions.h"

#include <gmock/gmock.h>

#include "profiler/measure/cpu_allocator.h"
#include "profiler/measure/cpu_device.h"
#include "tests/profiler/measure/small_points.h"

namespace remat {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::measure;
using ::testing::Not;
using testing::requestFor;
using testing::smallSpec;

constexpr std::int64_t kMhz = 1'000'000;

DeviceState stateOf(std::int64_t mhz, std::vector<std::string> reasons = {}) {
  return {.sm_clock_hz = mhz * kMhz, .throttle_reasons = std::move(reasons)};
}

TEST(StepConditions, are_throttled_if_anything_slowed_the_device_down_while_it_ran_or_afterwards) {
  EXPECT_FALSE((StepConditions{}.throttled()));
  EXPECT_FALSE((StepConditions{stateOf(1980), stateOf(345)}.throttled()));
  EXPECT_TRUE((StepConditions{stateOf(1200, {"power cap"}), stateOf(345)}.throttled()));
  EXPECT_TRUE((StepConditions{stateOf(1980), stateOf(345, {"heat"})}.throttled()));
  EXPECT_TRUE((StepConditions{std::nullopt, stateOf(345, {"heat"})}.throttled()));
}

TEST(TimedConditions, tell_the_clocks_under_load_and_all_that_slowed_any_step_down) {
  TimedConditions conditions;
  EXPECT_EQ(conditions.state("k"), std::nullopt);
  conditions.add({});
  EXPECT_EQ(conditions.state("k"), std::nullopt);
  conditions.add({stateOf(1980), stateOf(345)});
  conditions.add({stateOf(1200, {"power cap"}), stateOf(345, {"heat"})});
  conditions.add({DeviceState{}, DeviceState{}});
  conditions.add({stateOf(1755, {"power cap"}), stateOf(2000)});
  EXPECT_EQ(conditions.state("k"), (DeviceState{.point = "k",
                                                .sm_clock_hz = 1755 * kMhz,
                                                .sm_clock_low_hz = 1200 * kMhz,
                                                .sm_clock_high_hz = 1980 * kMhz,
                                                .throttle_reasons = {"power cap", "heat"}}));
}

/// Is slow while a step runs and idle when it is asked again.
class DeviceSlowUnderLoad final : public CpuDevice {
 public:
  [[nodiscard]] std::optional<DeviceState> state() override {
    running_ = !running_;
    return running_ ? stateOf(1200 + 10 * asked_++, {"power cap"}) : stateOf(345);
  }

 private:
  bool running_ = false;
  int asked_ = 0;
};

TEST(MeasureGroup, asks_a_device_how_it_is_while_it_works_and_not_only_when_it_is_idle_again) {
  MeasureRequest request = requestFor("gpt2", {"full"}, smallSpec());
  request.limits = {};
  request.limits.min_samples = request.limits.max_samples = 3;
  DeviceSlowUnderLoad device;
  const testing::Told told = measure(request, &device);
  ASSERT_EQ(told.finished.size(), 1U);
  EXPECT_EQ(told.finished[0].outcome, Outcome::completed) << told.finished[0].reason;
  std::int64_t measured = 0;
  for (const Sample& sample : told.samples) {
    EXPECT_TRUE(sample.throttled);
    measured += sample.warm_up ? 0 : 1;
  }
  EXPECT_EQ(measured, 3);
  ASSERT_EQ(told.device_states.size(), 1U);
  const DeviceState& state = told.device_states[0];
  EXPECT_EQ(state.point, told.finished[0].point);
  EXPECT_THAT(state.throttle_reasons, ElementsAre("power cap"));
  EXPECT_EQ(*state.sm_clock_high_hz - *state.sm_clock_low_hz, 20 * kMhz) << "of timed steps, under load";
  EXPECT_EQ(state.sm_clock_hz, state.sm_clock_high_hz);
}

/// Has to empty its cache in every other step.
class DeviceNearlyFull final : public CpuDevice {
 public:
  [[nodiscard]] std::optional<std::int64_t> allocationRetries() const override {
    return ++asked_ % 4 == 0 ? ++retries_ : retries_;
  }

 private:
  mutable int asked_ = 0;  // before and after each step
  mutable std::int64_t retries_ = 0;
};

TEST(MeasureGroup, marks_steps_in_which_the_allocator_had_to_empty_its_cache) {
  MeasureRequest request = requestFor("gpt2", {"full"}, smallSpec());
  request.limits = {};
  request.limits.min_samples = request.limits.max_samples = 4;
  DeviceNearlyFull device;
  const testing::Told told = measure(request, &device);
  ASSERT_EQ(told.finished.size(), 1U);
  std::int64_t measured = 0, retried = 0;
  for (std::size_t i = 0; i < told.samples.size(); ++i) {
    EXPECT_EQ(told.samples[i].allocation_retries, i % 2);
    if (told.samples[i].warm_up) continue;
    ++measured;
    retried += *told.samples[i].allocation_retries;
  }
  EXPECT_EQ(retried, 2);
  EXPECT_THAT(told.finished[0].notes, Contains(HasSubstr("emptied its cache to go on in " + std::to_string(retried) +
                                                         " of " + std::to_string(measured) + " timed steps")));
  EXPECT_EQ(told.device_states.size(), 0U) << "a device that tells no clocks";
}

/// Is shared with somebody who came.
class SharedDevice final : public CpuDevice {
 public:
  [[nodiscard]] std::string othersNote() const override { return "another process has come to the device"; }
};

TEST(MeasureGroup, says_of_points_that_somebody_came_to_the_device_also_of_those_that_do_not_fit_then) {
  MeasureRequest request = requestFor("gpt2", {"full"}, smallSpec());
  SharedDevice device;
  const std::int64_t live_before = cpuMemory().live_bytes;
  const testing::Told fits = measure(request, &device);
  request.points[0].memory_cap_bytes = live_before + (fits.memories.at(0).peak_allocated_bytes - live_before) * 3 / 4;
  const testing::Told does_not = measure(request, &device);
  setCpuMemoryCap(std::nullopt);
  EXPECT_EQ(fits.finished.at(0).outcome, Outcome::completed);
  EXPECT_EQ(does_not.finished.at(0).outcome, Outcome::out_of_memory) << does_not.finished.at(0).reason;
  for (const PointFinished& finished : {fits.finished.at(0), does_not.finished.at(0)})
    EXPECT_THAT(finished.notes, Contains("another process has come to the device"));
}

TEST(MeasureGroup, says_nothing_of_an_allocator_that_has_room) {
  const testing::Told told = measure(requestFor("gpt2", {"full"}, smallSpec()));
  ASSERT_EQ(told.finished.size(), 1U);
  EXPECT_THAT(told.finished[0].notes, Each(Not(HasSubstr("emptied its cache"))));
  EXPECT_EQ(told.samples.at(0).allocation_retries, std::nullopt) << "nobody tells on a CPU";
}

}  // namespace
}  // namespace remat
