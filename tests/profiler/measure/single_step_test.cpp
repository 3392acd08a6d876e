#include "profiler/measure/single_step.h"

#include <cmath>
#include <filesystem>

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include "engine/exec/safetensors.h"
#include "profiler/measure/cpu_allocator.h"
#include "tests/profiler/measure/small_points.h"

namespace remat {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

StepRequest stepOf(const std::string& model, const std::string& policy) {
  const MeasureRequest group = testing::requestFor(model, {policy}, testing::smallSpec());
  StepRequest request;
  request.config_path = group.config_path;
  request.point = group.points.front();
  return request;
}

struct SingleStep : ::testing::Test {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) /
      (std::string("remat_single_step_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());

  void SetUp() override { std::filesystem::create_directories(folder); }
  void TearDown() override {
    setCpuMemoryCap(std::nullopt);
    std::filesystem::remove_all(folder);
  }
};

TEST_F(SingleStep, says_where_memory_ran_out) {
  StepRequest request = stepOf("llama", "store_all");
  const StepResult free = runSingleStep(request);
  ASSERT_EQ(free.outcome, Outcome::completed) << free.error;
  releaseCpuCache();
  const CpuMemory others = cpuMemory();  // part of what was there before the step
  request.point.memory_cap_bytes =
      others.reserved_bytes + free.before_step_bytes - others.live_bytes + free.retained_bytes / 2;
  const StepResult result = runSingleStep(request);
  EXPECT_EQ(result.outcome, Outcome::out_of_memory);
  EXPECT_THAT(result.error, AllOf(StartsWith("out of memory in forward of layer "), HasSubstr("the memory cap is")));
}

TEST_F(SingleStep, refuses_a_path_for_gradients_before_anything_is_run) {
  StepRequest request = stepOf("gpt2", "full");
  request.config_path = "/nowhere/config.json";  // would be missed first, were the path looked at later
  request.gradients_path = (folder / "missing" / "gradients.safetensors").string();
  const StepResult result = runSingleStep(request);
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_THAT(result.error, AllOf(StartsWith(request.gradients_path), HasSubstr("cannot be opened for writing")));
  EXPECT_FALSE(result.bad_input);
}

TEST_F(SingleStep, leaves_no_file_for_gradients_when_it_fails) {
  StepRequest request = stepOf("gpt2", "ful");
  request.gradients_path = (folder / "gradients.safetensors").string();
  EXPECT_EQ(runSingleStep(request).outcome, Outcome::failed);
  EXPECT_FALSE(std::filesystem::exists(request.gradients_path));
}

TEST_F(SingleStep, says_so_when_no_label_is_left_to_predict) {
  StepRequest request = stepOf("gpt2", "full");
  const TrainingSpec& spec = request.point.training;
  const std::vector<std::int64_t> sizes = {spec.batch_size, spec.sequence_length};
  request.inputs_path = (folder / "inputs.safetensors").string();
  writeSafetensors(request.inputs_path,
                   {{"input_ids", at::zeros(sizes, at::kLong)}, {"labels", at::full(sizes, -100, at::kLong)}});
  const StepResult result = runSingleStep(request);
  EXPECT_EQ(result.outcome, Outcome::completed) << result.error;
  EXPECT_TRUE(std::isnan(result.loss));
  EXPECT_THAT(result.notes, ElementsAre(HasSubstr("-100")));
}

TEST_F(SingleStep, has_nothing_to_note_about_an_ordinary_step) {
  EXPECT_THAT(runSingleStep(stepOf("llama", "cheap")).notes, ::testing::IsEmpty());
}

}  // namespace
}  // namespace remat
