#include "profiler/core/point_description.h"

#include <gtest/gtest.h>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/model_config.h"

namespace remat {
namespace {

struct PointDescription : testing::Test {
  const ModelConfig config = loadModelConfig(REMAT_TEST_DATA_DIR "/configs/gpt2.json");
  PointSpec point;
  const ModelGraph graph = buildModelGraph(config, point.training);

  [[nodiscard]] Schedule schedule() const { return makeSchedule(graph, policyOf(point, graph), point.training); }
};

TEST_F(PointDescription, tells_what_the_graph_says_of_the_model) {
  point.policy = "full";
  const PointStarted started = describePoint(point, graph, schedule());
  EXPECT_EQ(started.point, pointKey(point));
  EXPECT_EQ(started.spec, point);
  EXPECT_EQ(started.architecture, "GPT2LMHeadModel");
  EXPECT_EQ(started.parameter_count, 124439808);
  EXPECT_GT(started.forward_flops, 0);
}

TEST_F(PointDescription, retains_less_under_full_than_under_store_all) {
  point.policy = "store_all";
  const std::int64_t all = describePoint(point, graph, schedule()).planned_retained_bytes;
  point.policy = "full";
  EXPECT_LT(describePoint(point, graph, schedule()).planned_retained_bytes, all / 2);
}

TEST_F(PointDescription, plans_bytes_in_host_memory_for_policies_that_offload) {
  point.policy = "full";
  EXPECT_EQ(describePoint(point, graph, schedule()).planned_host_bytes, 0);
  point.policy = "offload_input";
  constexpr std::int64_t one_input = 128 * 768 * 4;
  EXPECT_EQ(describePoint(point, graph, schedule()).planned_host_bytes, 12 * one_input);
}

TEST_F(PointDescription, prefers_the_decisions_of_a_file_and_keeps_the_name_of_the_command_line) {
  point.policy = "mine.json";
  point.policy_json = R"({"name": "another", "default": "full"})";
  const CheckpointPolicy policy = policyOf(point, graph);
  EXPECT_EQ(policy.name, "mine.json");
  EXPECT_EQ(policy.blocks, makePolicy("full", graph).blocks);
}

}  // namespace
}  // namespace remat
