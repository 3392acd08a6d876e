// What a sweep tells while it runs, on a clock of its own.
#include "profiler/cli/sweep_progress.h"

#include <gmock/gmock.h>

namespace remat {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kSecondNs = 1'000'000'000;

struct Progress : testing::Test {
  std::vector<MeasureRequest> requests;
  SweepProgress::Clock::time_point now;
  std::vector<std::string> lines;

  /// Two groups of two policies, each point timed for 10 s or 20 samples.
  void SetUp() override {
    for (std::int64_t batch : {1, 2}) {
      MeasureRequest& request = requests.emplace_back();
      request.limits.time_limit_ns = 10 * kSecondNs;
      request.limits.max_samples = 20;
      for (const char* policy : {"store_all", "full"}) {
        PointSpec& point = request.points.emplace_back();
        point.model = "gpt2";
        point.policy = policy;
        point.training.batch_size = batch;
      }
    }
  }

  SweepProgress progress(std::size_t columns = 0) {
    return {requests, columns, [this](const std::string& text) { lines.push_back(text); }, [this] { return now; }};
  }
  std::string key(int group, int point) const { return pointKey(requests[group].points[point]); }
  PointStarted started(int group, int point) const { return {key(group, point), requests[group].points[point]}; }
  Sample step(int group, int point, std::int64_t seconds_of_step) const {
    return {key(group, point), seconds_of_step * kSecondNs};
  }
  PointFinished finished(int group, int point) const { return {.point = key(group, point)}; }
};

TEST_F(Progress, without_a_terminal_is_told_every_ten_seconds) {
  SweepProgress progress = this->progress();
  progress.take(started(0, 0));
  now += seconds(4);
  progress.take(started(0, 1));
  EXPECT_THAT(lines, IsEmpty());
  now += seconds(6);
  progress.take(step(0, 0, 1));
  // 9 s and 10 s of this group, and as long as the whole group for the next.
  EXPECT_THAT(
      lines,
      ElementsAre("0/4 points, 10.0 s elapsed, up to about 48.0 s of steps left: store_all of gpt2, batch 1 x 128 "
                  "tokens, float32, adamw, cpu, step 1.00 s\n"));
  now += seconds(9);
  progress.take(step(0, 1, 1));
  EXPECT_EQ(lines.size(), 1U);
  now += seconds(1);
  progress.take(step(0, 0, 1));
  EXPECT_EQ(lines.size(), 2U);
}

TEST_F(Progress, on_a_terminal_is_told_at_each_step) {
  SweepProgress progress = this->progress(200);
  progress.take(started(0, 0));
  progress.take(step(0, 0, 1));
  EXPECT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines.front(), HasSubstr("up to about 40.0 s of steps left"));
}

TEST_F(Progress, follows_what_finished_groups_took) {
  SweepProgress progress = this->progress();
  for (int i : {0, 1}) progress.take(started(0, i));
  now += seconds(6);
  for (int i : {0, 1}) progress.take(finished(0, i));
  EXPECT_THAT(lines.back(), HasSubstr("2/4 full of gpt2"));
  EXPECT_THAT(lines.back(), HasSubstr("(6.00 s elapsed, about 6.00 s left)"));
  progress.take(started(1, 0));
  now += seconds(2);
  progress.take(finished(1, 0));
  EXPECT_THAT(lines.back(), HasSubstr("8.00 s elapsed, about 4.00 s left"));
  progress.take(finished(1, 1));
  EXPECT_THAT(lines.back(), HasSubstr("(8.00 s elapsed)"));
}

TEST(Forecast, is_bounded_by_the_number_of_samples_too) {
  MeasureRequest request;
  request.limits.max_samples = 20;
  request.points.resize(1);
  SweepForecast forecast({request});
  const std::string key = pointKey(request.points[0]);
  forecast.take(PointStarted{key, request.points[0]}, 0);
  forecast.take(Sample{key, kSecondNs / 10}, kSecondNs);
  EXPECT_EQ(forecast.left(kSecondNs).ns, 19 * kSecondNs / 10);
  EXPECT_TRUE(forecast.left(kSecondNs).at_most);
}

TEST(Forecast, of_a_point_that_is_measured_again_begins_anew) {
  MeasureRequest request;
  request.points.resize(1);
  SweepForecast forecast({request});
  const std::string key = pointKey(request.points[0]);
  forecast.take(PointStarted{key, request.points[0]}, 0);
  forecast.take(Sample{key, kSecondNs}, kSecondNs);
  forecast.take(PointStarted{key, request.points[0]}, 2 * kSecondNs);
  EXPECT_EQ(forecast.left(2 * kSecondNs).ns, request.limits.time_limit_ns);
}

}  // namespace
}  // namespace remat
