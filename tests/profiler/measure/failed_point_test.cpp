// What a point that fails tells all the same: what was known of it by then, and what its device says of the failure.
#include <c10/util/Exception.h>
#include <gmock/gmock.h>

#include "profiler/measure/cpu_allocator.h"
#include "profiler/measure/cpu_device.h"
#include "tests/profiler/measure/small_points.h"

namespace remat {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::measure;
using testing::requestFor;
using testing::smallSpec;
using testing::Told;

constexpr const char* kCapNote = "simulated on a made-up card: 500 MiB of the cap are the context";
constexpr const char* kOthersNote = "another process has come to the device";

/// A card that stands for a smaller one and is shared; with `full_while_timed` it has no room left once steps are
/// timed.
class SimulatedCard final : public CpuDevice {
 public:
  explicit SimulatedCard(bool full_while_timed = false) : full_while_timed_(full_while_timed) {}
  ~SimulatedCard() override { setCpuMemoryCap(std::nullopt); }

  [[nodiscard]] std::string capNote() const override { return capped_ ? kCapNote : ""; }
  [[nodiscard]] std::string othersNote() const override { return kOthersNote; }
  void setMemoryCap(std::optional<std::int64_t> bytes) override {
    capped_ = bytes.has_value();
    CpuDevice::setMemoryCap(bytes);
  }
  [[nodiscard]] std::optional<DeviceState> state() override {
    TORCH_CHECK_WITH(OutOfMemoryError, !full_while_timed_, "out of memory: a made-up card is full");
    return std::nullopt;
  }

 private:
  bool full_while_timed_;
  bool capped_ = false;
};

PointFinished finishedUnder(std::int64_t cap_bytes, SimulatedCard& card, const std::string& policy = "full") {
  TrainingSpec spec = smallSpec();
  spec.placement = Placement::last;
  MeasureRequest request = requestFor("gpt2", {policy}, spec);
  request.points[0].memory_cap_bytes = cap_bytes;
  const Told told = measure(request, &card);
  EXPECT_EQ(told.started.size(), 1U);
  EXPECT_EQ(told.finished.size(), 1U);
  return told.finished.empty() ? PointFinished() : told.finished.front();
}

constexpr std::int64_t kRoomy = std::int64_t{1} << 34;

TEST(FailedPoint, that_was_measured_under_a_cap_says_which_card_is_simulated) {
  SimulatedCard card;
  const PointFinished finished = finishedUnder(kRoomy, card);
  EXPECT_EQ(finished.outcome, Outcome::completed) << finished.reason;
  EXPECT_THAT(finished.notes, Contains(kCapNote));
  EXPECT_THAT(finished.notes, Contains(kOthersNote));
}

TEST(FailedPoint, of_which_the_parameters_do_not_fit_says_which_card_is_simulated_and_who_else_is_there) {
  SimulatedCard card;
  const PointFinished finished = finishedUnder(cpuMemory().live_bytes + 1000, card);
  EXPECT_EQ(finished.outcome, Outcome::out_of_memory);
  EXPECT_THAT(finished.reason, HasSubstr("before the first step"));
  EXPECT_THAT(finished.notes, ElementsAre(kCapNote, kOthersNote));
}

TEST(FailedPoint, whose_step_does_not_fit_says_which_card_is_simulated_and_who_else_is_there) {
  SimulatedCard card;
  const std::int64_t live_before = cpuMemory().live_bytes;
  const std::int64_t peak = finishedUnder(kRoomy, card).peak_allocated_bytes.value_or(0);
  const PointFinished finished = finishedUnder(live_before + (peak - live_before) * 3 / 4, card);
  EXPECT_EQ(finished.outcome, Outcome::out_of_memory) << finished.reason;
  EXPECT_THAT(finished.notes, ElementsAre(kCapNote, kOthersNote));
}

TEST(FailedPoint, keeps_what_is_known_of_it_when_it_fails_while_it_is_timed) {
  SimulatedCard roomy, full(/*full_while_timed=*/true);
  const std::string policy = "every_n:99";  // of three layers: has no effect, and a note that says so
  const PointFinished wanted = finishedUnder(kRoomy, roomy, policy);
  const PointFinished finished = finishedUnder(kRoomy, full, policy);
  EXPECT_EQ(finished.outcome, Outcome::out_of_memory);
  EXPECT_THAT(finished.reason, HasSubstr("while it was timed: out of memory"));
  EXPECT_EQ(finished.peak_allocated_bytes, wanted.peak_allocated_bytes);
  EXPECT_EQ(finished.peak_requested_bytes, wanted.peak_requested_bytes);
  EXPECT_EQ(finished.retained_bytes, wanted.retained_bytes);
  EXPECT_EQ(finished.before_step_bytes, wanted.before_step_bytes);
  EXPECT_EQ(finished.loss, wanted.loss);
  EXPECT_EQ(finished.gradient_check, GradientVerdict::bit_equal);
  EXPECT_EQ(finished.step_time_ns, std::nullopt);
  EXPECT_THAT(finished.notes, Contains(kCapNote));
  EXPECT_THAT(finished.notes, Contains(kOthersNote));
  for (const std::string& note : finished.notes) EXPECT_THAT(wanted.notes, Contains(note));
  EXPECT_GE(finished.notes.size(), 3U) << "the policy's note too";
}

}  // namespace
}  // namespace remat
