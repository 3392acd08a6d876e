// What a device tells while its steps are timed must reach samples and points; here a CPU tells what a GPU would.
#include "profiler/measure/timed_conditions.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <ATen/record_function.h>
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

StepConditions underLoad(DeviceState state, std::vector<std::string> slowed_afterwards = {}) {
  return {.launched = std::move(state), .while_running = true, .slowed_afterwards = std::move(slowed_afterwards)};
}
StepConditions whenIdle(DeviceState state) { return {.launched = std::move(state), .while_running = false}; }

TEST(StepConditions, are_throttled_if_anything_slowed_the_device_down_while_it_ran_or_afterwards) {
  EXPECT_FALSE((StepConditions{}.throttled()));
  EXPECT_FALSE(underLoad(stateOf(1980)).throttled());
  EXPECT_TRUE(underLoad(stateOf(1200, {"power cap"})).throttled());
  EXPECT_TRUE(underLoad(stateOf(1980), {"heat"}).throttled());
  EXPECT_TRUE((StepConditions{.slowed_afterwards = {"heat"}}.throttled()));
}

TEST(TimedConditions, tell_the_clocks_under_load_and_all_that_slowed_any_step_down) {
  TimedConditions conditions;
  EXPECT_EQ(conditions.state("k"), std::nullopt);
  conditions.add({});
  EXPECT_EQ(conditions.state("k"), std::nullopt);
  conditions.add(underLoad(stateOf(1980)));
  conditions.add(underLoad(stateOf(1200, {"power cap"}), {"heat"}));
  conditions.add(underLoad(DeviceState{}));
  conditions.add(underLoad(stateOf(1755, {"power cap"})));
  EXPECT_EQ(conditions.state("k"), (DeviceState{.point = "k",
                                                .sm_clock_hz = 1755 * kMhz,
                                                .sm_clock_low_hz = 1200 * kMhz,
                                                .sm_clock_high_hz = 1980 * kMhz,
                                                .throttle_reasons = {"power cap", "heat"}}));
}

TEST(TimedConditions, take_the_clocks_of_a_device_that_was_done_already_for_those_of_an_idle_one) {
  TimedConditions host_bound;
  host_bound.add(whenIdle(stateOf(345, {"heat"})));
  host_bound.add(whenIdle(stateOf(360)));
  EXPECT_EQ(host_bound.state("k"),
            (DeviceState{.point = "k", .sm_clock_hz = 360 * kMhz, .throttle_reasons = {"heat"}}));
  host_bound.add(underLoad(stateOf(1980)));
  host_bound.add(whenIdle(stateOf(345)));
  EXPECT_EQ(host_bound.state("k"), (DeviceState{.point = "k",
                                                .sm_clock_hz = 1980 * kMhz,
                                                .sm_clock_low_hz = 1980 * kMhz,
                                                .sm_clock_high_hz = 1980 * kMhz,
                                                .throttle_reasons = {"heat"}}));
}

TEST(TimedConditions, say_what_steps_with_retries_mean_for_the_step_time) {
  TimedConditions conditions;
  const StepConditions retried{.allocation_retries = 1}, roomy{.allocation_retries = 0};
  conditions.add(roomy);
  EXPECT_EQ(conditions.note(), "");
  conditions.add(retried);
  EXPECT_THAT(conditions.note(), HasSubstr("in 1 of 2 timed steps"));
  EXPECT_THAT(conditions.note(), HasSubstr("and those steps are longer"));
  conditions.add(retried);
  EXPECT_THAT(conditions.note(), HasSubstr("and the step time is that of such a step"));
}

/// Is slow while it works, and notes what it is asked and when a step waits for it to read the loss.
class DeviceSlowUnderLoad final : public CpuDevice {
 public:
  explicit DeviceSlowUnderLoad(bool works = true) : works_(works) {
    calls().clear();
    reader_ = at::addThreadLocalCallback(at::RecordFunctionCallback(noteReading).scopes({at::RecordScope::FUNCTION}));
  }
  ~DeviceSlowUnderLoad() override { at::removeCallback(reader_); }

  [[nodiscard]] std::optional<DeviceState> state() override {
    calls().emplace_back("state");
    return stateOf(1200 + 10 * asked_++, {"power cap"});
  }
  [[nodiscard]] std::vector<std::string> throttleReasons() override {
    calls().emplace_back("reasons");
    return {};
  }
  [[nodiscard]] bool working() const override { return works_; }

  static std::vector<std::string>& calls() {
    static std::vector<std::string> calls;
    return calls;
  }

 private:
  static std::unique_ptr<at::ObserverContext> noteReading(const at::RecordFunction& function) {
    const bool asked = !calls().empty() && calls().back() == "state";  // what an optimizer reads is of no interest
    if (asked && std::string(function.name()) == "aten::item") calls().emplace_back("loss");
    return nullptr;
  }

  bool works_;
  at::CallbackHandle reader_{};
  int asked_ = 0;
};

testing::Told toldBy(DeviceSlowUnderLoad& device) {
  MeasureRequest request = requestFor("gpt2", {"full"}, smallSpec());
  request.limits = {};
  request.limits.min_samples = request.limits.max_samples = 3;
  return measure(request, &device);
}

TEST(MeasureGroup, asks_a_device_how_it_is_while_it_works_and_not_only_when_it_is_idle_again) {
  DeviceSlowUnderLoad device;
  const testing::Told told = toldBy(device);
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

TEST(MeasureGroup, asks_a_device_how_it_is_before_it_waits_for_it_and_what_slowed_it_down_afterwards) {
  DeviceSlowUnderLoad device;
  const testing::Told told = toldBy(device);
  const std::vector<std::string>& calls = DeviceSlowUnderLoad::calls();
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < told.samples.size(); ++i)
    for (const char* call : {"state", "loss", "reasons"}) expected.emplace_back(call);
  EXPECT_EQ(calls, expected);
}

TEST(MeasureGroup, does_not_take_a_device_that_is_done_before_the_host_for_one_at_work) {
  DeviceSlowUnderLoad device(/*works=*/false);
  const testing::Told told = toldBy(device);
  ASSERT_EQ(told.device_states.size(), 1U);
  EXPECT_TRUE(told.device_states[0].sm_clock_hz);
  EXPECT_EQ(told.device_states[0].sm_clock_low_hz, std::nullopt);
  EXPECT_EQ(told.device_states[0].sm_clock_high_hz, std::nullopt);
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
