// The programs together, with the real worker: what a user runs, on small models.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "profiler/core/run.h"
#include "tests/profiler/cli/program_run.h"

namespace remat {
namespace {

using ::testing::HasSubstr;

const char* const kConfig =
    R"({"model_type":"llama","vocab_size":128,"hidden_size":64,"intermediate_size":160,"num_hidden_layers":2,)"
    R"("num_attention_heads":4,"num_key_value_heads":2})";

ProgramResult sweep(const TestFolder& folder, std::vector<std::string> arguments) {
  const std::string config = folder / "small.json";
  writeFile(config, kConfig);
  arguments.insert(arguments.begin(), {"sweep", config, "--output", folder / "run.remat.jsonl", "--force"});
  return runProgram(arguments, {{"REMATSCOPE_WORKER", std::string(REMAT_BINARY_DIR) + "/rematscope-worker"}});
}

TEST(RealSweep, measures_every_point_and_finds_all_gradients_equal) {
  const TestFolder folder;
  const ProgramResult result = sweep(folder, {"--policy", "store_all,full,cheap,segment:2", "--batch", "1,2", "--sequence",
                                              "32", "--dtype", "float32,bf16_mixed", "--samples", "2", "--time-limit", "5"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const remat::Run run = loadRun(folder / "run.remat.jsonl");
  EXPECT_EQ(run.damage.damaged_lines, 0) << run.damage.text();
  ASSERT_EQ(run.points.size(), 16U);
  for (const PointResult& point : run.points) {
    ASSERT_TRUE(point.finished);
    EXPECT_EQ(point.finished->outcome, Outcome::completed) << point.finished->reason;
    EXPECT_EQ(point.finished->gradient_check, GradientVerdict::bit_equal);
    EXPECT_EQ(point.finished->retained_bytes, point.started.planned_retained_bytes);
    EXPECT_EQ(point.blocks.size(), 4U);
  }
}

/// batch 1 fits under every policy, the larger ones under none.
TEST(RealSweep, goes_on_after_two_hundred_points_without_memory) {
  const TestFolder folder;
  const std::string policies = "store_all,full,act_discard,norm_discard,cheap,attention_block,ffn_block,dots,every_n:2,segment:2";
  ASSERT_EQ(sweep(folder, {"--policy", policies, "--sequence", "128", "--samples", "1", "--time-limit", "1"}).exit_code, 0);
  const remat::Run fitting = loadRun(folder / "run.remat.jsonl");
  std::int64_t largest = 0;
  for (const PointResult& point : fitting.points) largest = std::max(largest, *point.finished->peak_reserved_bytes);

  const ProgramResult result = sweep(folder, {"--policy", policies, "--batch", "1,16-35", "--sequence", "128", "--samples", "1",
                                              "--time-limit", "1", "--memory-cap", std::to_string(largest)});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const remat::Run run = loadRun(folder / "run.remat.jsonl");
  ASSERT_EQ(run.points.size(), 210U);
  int without_memory = 0;
  for (const PointResult& point : run.points) {
    ASSERT_TRUE(point.finished);
    if (point.started.spec.training.batch_size == 1) {
      EXPECT_EQ(point.finished->outcome, Outcome::completed) << point.finished->reason;
      EXPECT_EQ(point.finished->gradient_check, GradientVerdict::bit_equal);
      EXPECT_LE(*point.finished->peak_reserved_bytes, largest);
      continue;
    }
    EXPECT_EQ(point.finished->outcome, Outcome::out_of_memory);
    EXPECT_THAT(point.finished->reason, HasSubstr("out of memory in forward of layer "));
    ++without_memory;
  }
  EXPECT_EQ(without_memory, 200);
}

TEST(RealStep, gives_the_loss_and_gradients_that_transformers_gave) {
  const std::string reference = std::string(REMAT_TEST_DATA_DIR) + "/transformers/gpt2/";
  const TestFolder folder;
  const auto expected = nlohmann::json::parse(textOfFile(reference + "reference.json"));
  const ProgramResult result = runProgram(
      {"step", reference + "config.json", "--policy", "full", "--batch", std::to_string(expected.at("batch_size").get<int>()),
       "--sequence", std::to_string(expected.at("sequence_length").get<int>()), "--optimizer", "none", "--weights",
       reference + "weights.safetensors", "--inputs", reference + "inputs.safetensors", "--gradients-out",
       folder / "gradients.safetensors", "--json"},
      {{"REMATSCOPE_WORKER", std::string(REMAT_BINARY_DIR) + "/rematscope-worker"}});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto step = nlohmann::json::parse(result.output);
  EXPECT_NEAR(step.at("loss").get<double>(), expected.at("loss").get<double>(), 1e-5);
  EXPECT_EQ(textOfFile(folder / "gradients.safetensors").empty(), false);
}

TEST(RealStep, refuses_weights_that_are_not_there_with_the_exit_code_of_bad_input) {
  const std::string reference = std::string(REMAT_TEST_DATA_DIR) + "/transformers/gpt2/";
  const ProgramResult result = runProgram({"step", reference + "config.json", "--sequence", "12", "--weights", "/nowhere.safetensors"},
                                          {{"REMATSCOPE_WORKER", std::string(REMAT_BINARY_DIR) + "/rematscope-worker"}});
  EXPECT_EQ(result.exit_code, 3) << result.output << result.errors;
  EXPECT_THAT(result.output + result.errors, HasSubstr("/nowhere.safetensors"));
}

TEST(RealSweep, fails_a_point_on_a_device_that_does_not_exist_yet_with_a_sentence) {
  const TestFolder folder;
  const ProgramResult result = sweep(folder, {"--policy", "full", "--device", "cuda:0", "--samples", "1"});
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.output + result.errors, HasSubstr("cuda:0"));
}

}  // namespace
}  // namespace remat
