#include "profiler/core/sweep_plan.h"

#include <gmock/gmock.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

using ::testing::ElementsAre;

SweepAxes axesOfTwoModels() {
  SweepAxes axes;
  axes.models = {{"a.json", "hash a", "a", 12}, {"b.json", "hash b", "b", 24}};
  axes.policies = {{"store_all", ""}, {"full", ""}};
  return axes;
}

/// "a 12L 2x128 full", one line per point.
std::vector<std::string> described(const SweepPlan& plan) {
  std::vector<std::string> lines;
  for (const MeasureRequest& request : plan.requests) {
    for (const PointSpec& point : request.points) {
      lines.push_back(point.model + " " + std::to_string(*point.training.num_hidden_layers) + "L " +
                      std::to_string(point.training.batch_size) + "x" + std::to_string(point.training.sequence_length) +
                      " " + point.policy);
    }
  }
  return lines;
}

TEST(SweepPlan, makes_one_request_of_all_policies_of_a_model_and_size) {
  const SweepPlan plan = planSweep(axesOfTwoModels(), TimingLimits{.min_samples = 9}, false);
  ASSERT_EQ(plan.requests.size(), 2U);
  EXPECT_EQ(plan.requests[0].config_path, "a.json");
  EXPECT_EQ(plan.requests[0].limits.min_samples, 9);
  EXPECT_FALSE(plan.requests[0].timeline);
  EXPECT_EQ(plan.planned_points, 4);
  EXPECT_THAT(described(plan),
              ElementsAre("a 12L 1x128 store_all", "a 12L 1x128 full", "b 24L 1x128 store_all", "b 24L 1x128 full"));
}

TEST(SweepPlan, keeps_what_needs_a_new_model_together_and_begins_small) {
  SweepAxes axes = axesOfTwoModels();
  axes.models.pop_back();
  axes.policies.pop_back();
  axes.batch_sizes = {4, 1};
  axes.sequence_lengths = {64, 32};
  axes.num_hidden_layers = {4, 2};
  EXPECT_THAT(described(planSweep(axes, {})),
              ElementsAre("a 2L 1x32 store_all", "a 2L 4x32 store_all", "a 2L 1x64 store_all", "a 2L 4x64 store_all",
                          "a 4L 1x32 store_all", "a 4L 4x32 store_all", "a 4L 1x64 store_all", "a 4L 4x64 store_all"));
}

TEST(SweepPlan, varies_every_axis) {
  SweepAxes axes = axesOfTwoModels();
  axes.precisions = {Precision::float32, Precision::bf16_mixed};
  axes.toggles = {{[](TrainingSpec& spec) { spec.dropout = false; }, [](TrainingSpec& spec) { spec.dropout = true; }}};
  axes.optimizers = {Optimizer::adamw, Optimizer::sgd};
  axes.devices = {"cpu", "cuda:0"};
  axes.memory_caps_bytes = {std::nullopt, 1 << 30};
  axes.allocators = {"default", "expandable_segments:True"};
  EXPECT_EQ(planSweep(axes, {}).planned_points, 2 * 2 * 2 * 2 * 2 * 2 * 2 * 2);
}

TEST(SweepPlan, measures_a_point_once_however_often_it_is_named) {
  SweepAxes axes = axesOfTwoModels();
  axes.models[1] = axes.models[0];
  axes.batch_sizes = {1, 1};
  const SweepPlan plan = planSweep(axes, {});
  EXPECT_EQ(plan.planned_points, 2);
  EXPECT_EQ(plan.duplicate_points, 6);
  EXPECT_EQ(plan.requests.size(), 1U);
}

TEST(SweepPlan, leaves_out_what_is_finished) {
  const SweepAxes axes = axesOfTwoModels();
  std::set<std::string> finished;
  const SweepPlan whole = planSweep(axes, {});
  for (const PointSpec& point : whole.requests[0].points) finished.insert(pointKey(point));
  finished.insert(pointKey(whole.requests[1].points[1]));
  const SweepPlan rest = planSweep(axes, {}, true, finished);
  EXPECT_THAT(described(rest), ElementsAre("b 24L 1x128 store_all"));
  EXPECT_EQ(rest.finished_points, 3);
}

TEST(SweepPlan, refuses_empty_axes_and_sizes_below_one) {
  EXPECT_THROW(static_cast<void>(planSweep({}, {})), Error);
  SweepAxes axes = axesOfTwoModels();
  axes.batch_sizes = {0};
  EXPECT_THROW(static_cast<void>(planSweep(axes, {})), Error);
  axes = axesOfTwoModels();
  axes.policies.clear();
  EXPECT_THROW(static_cast<void>(planSweep(axes, {})), Error);
}

TEST(SweepPlan, refuses_more_points_than_anybody_can_measure) {
  SweepAxes axes = axesOfTwoModels();
  for (std::int64_t i = 1; i <= 1000; ++i) axes.batch_sizes.push_back(i);
  axes.sequence_lengths = {64, 128};
  EXPECT_EQ(planSweep(axes, {}).planned_points, 8000);
  axes.sequence_lengths.push_back(256);
  try {
    static_cast<void>(planSweep(axes, {}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_THAT(error.what(),
                ::testing::HasSubstr("at most 10,000 points, got 2 configs x 2 policies x 1000 batch sizes "
                                     "x 3 sequence lengths"));
  }
}

TEST(ContentHash, is_fnv_1a) {
  // Test vectors of the authors, http://www.isthe.com/chongo/tech/comp/fnv/.
  EXPECT_EQ(contentHash(""), "cbf29ce484222325");
  EXPECT_EQ(contentHash("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(contentHash("foobar"), "85944171f73967e8");
}

}  // namespace
}  // namespace remat
