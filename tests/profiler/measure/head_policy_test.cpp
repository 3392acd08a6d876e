// Policies of the head, measured: their bytes are those that the graph counts, and the peak of the logits goes.
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "tests/profiler/measure/small_points.h"

namespace remat {
namespace {

using testing::measure;
using testing::requestFor;
using testing::smallSpec;
using testing::Told;

const std::vector<std::string>& headPolicies() {
  static const std::vector<std::string> policies = {"store_all",      "head_checkpoint", "full/head_checkpoint",
                                                    "head_chunked:1", "head_chunked:5",  "full/head_chunked:4"};
  return policies;
}

class HeadPolicies : public ::testing::TestWithParam<std::tuple<std::string, Precision>> {
 protected:
  static const Told& measured() {
    static std::map<std::tuple<std::string, Precision>, Told> told;
    const auto [entry, is_new] = told.try_emplace(GetParam());
    TrainingSpec spec = smallSpec();
    spec.precision = std::get<1>(GetParam());
    if (is_new) entry->second = measure(requestFor(std::get<0>(GetParam()), headPolicies(), spec));
    return entry->second;
  }
};

TEST_P(HeadPolicies, keep_exactly_the_bytes_that_their_graph_counts) {
  const Told& told = measured();
  ASSERT_EQ(told.memories.size(), headPolicies().size());
  for (std::size_t i = 0; i < told.memories.size(); ++i) {
    EXPECT_EQ(told.memories[i].retained_bytes, told.started[i].planned_retained_bytes) << told.started[i].spec.policy;
    std::int64_t of_blocks = 0;
    for (const BlockResult& block : told.blocks)
      if (block.point == told.started[i].point) of_blocks += block.retained_bytes;
    EXPECT_EQ(of_blocks, told.started[i].planned_retained_bytes) << told.started[i].spec.policy;
  }
}

TEST_P(HeadPolicies, are_bit_equal_or_sum_in_another_order) {
  std::map<std::string, std::string> policies;  // by point
  for (const PointStarted& started : measured().started) policies[started.point] = started.spec.policy;
  for (const PointFinished& finished : measured().finished) {
    ASSERT_EQ(finished.outcome, Outcome::completed) << finished.reason;
    const std::string& policy = policies.at(finished.point);
    const bool chunked = policy.find("head_chunked") != std::string::npos;
    if (!chunked || finished.gradient_check != GradientVerdict::within_tolerance) {
      EXPECT_EQ(finished.gradient_check, GradientVerdict::bit_equal)
          << policy << ": " << finished.gradient_max_relative_difference.value_or(0.0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, HeadPolicies,
                         ::testing::Combine(::testing::Values("llama", "llama_tied", "gpt2", "bert", "roberta"),
                                            ::testing::Values(Precision::float32, Precision::bfloat16,
                                                              Precision::bf16_mixed)),
                         [](const auto& param) {
                           return std::get<0>(param.param) + "_" +
                                  std::to_string(static_cast<int>(std::get<1>(param.param)));
                         });

/// Peaks over what was there before the step, of a model whose logits dwarf everything else.
std::map<std::string, std::int64_t> peaksOf(const std::vector<std::string>& policies) {
  TrainingSpec spec = smallSpec();
  spec.batch_size = 4;
  spec.sequence_length = 64;
  spec.optimizer = Optimizer::none;
  MeasureRequest request = requestFor("gpt2", policies, spec);
  request.config_path = std::filesystem::temp_directory_path() / "rematscope_test_large_vocabulary.json";
  std::ofstream(request.config_path)
      << R"({"model_type":"gpt2","vocab_size":4001,"n_embd":16,"n_layer":3,"n_head":2,"n_positions":64})";
  for (PointSpec& point : request.points) point.config_path = request.config_path;
  const Told told = measure(request);
  std::map<std::string, std::int64_t> peaks;
  for (std::size_t i = 0; i < told.memories.size(); ++i)
    peaks[told.started[i].spec.policy] = told.memories[i].peak_allocated_bytes - told.memories[i].before_step_bytes;
  return peaks;
}

TEST(HeadInChunks, has_one_chunk_of_logits_at_a_time) {
  const auto peaks = peaksOf({"store_all", "head_checkpoint", "head_chunked:1", "head_chunked:2", "head_chunked:4",
                              "head_chunked:8", "head_chunked:32"});
  const std::int64_t logits = std::int64_t{4} * 256 * 4001;
  EXPECT_GT(peaks.at("store_all"), 2 * logits);
  EXPECT_LE(peaks.at("head_checkpoint"), peaks.at("store_all"));
  EXPECT_LT(peaks.at("head_chunked:2"), peaks.at("head_chunked:1"));
  EXPECT_LT(peaks.at("head_chunked:4"), peaks.at("head_chunked:2"));
  EXPECT_LT(peaks.at("head_chunked:8"), peaks.at("head_chunked:4"));
  EXPECT_LT(peaks.at("head_chunked:32"), peaks.at("store_all") / 2);
  EXPECT_LT(peaks.at("head_chunked:32"), logits);
  // three tensors of a chunk at a time: log-probabilities, and gradients before and behind them
  EXPECT_GE(peaks.at("head_chunked:1") - peaks.at("head_chunked:2"), logits);
}

}  // namespace
}  // namespace remat
