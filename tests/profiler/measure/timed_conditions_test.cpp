// What a device tells while its steps are timed must reach samples and points; here a CPU tells what a GPU would.
#include "profiler/measure/timed_conditions.h"

#include <gmock/gmock.h>

#include "profiler/measure/cpu_device.h"
#include "tests/profiler/measure/small_points.h"

namespace remat {
namespace {

using ::testing::ElementsAre;
using testing::measure;
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

}  // namespace
}  // namespace remat
