// Failures of the real worker, forced: the point tells its reason, and all others are measured as if nothing had been.
#include <map>

#include <gmock/gmock.h>

#include "profiler/core/run.h"
#include "tests/profiler/cli/program_run.h"

namespace remat {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const char* const kConfig =
    R"({"model_type":"llama","vocab_size":128,"hidden_size":64,"intermediate_size":160,"num_hidden_layers":2,)"
    R"("num_attention_heads":4,"num_key_value_heads":2})";

remat::Run sweep(const std::string& fault) {
  const TestFolder folder;
  writeFile(folder / "small.json", kConfig);
  const ProgramResult result = runProgram(
      {"sweep", folder / "small.json", "--policy", "store_all,full,cheap,dots", "--sequence", "32", "--samples", "6",
       "--interval", "0.9", "--hang-timeout", "3s", "--output", folder / "run.remat.jsonl"},
      {{"REMATSCOPE_WORKER", std::string(REMAT_BINARY_DIR) + "/rematscope-worker"}, {"REMATSCOPE_FORCE_FAULT", fault}});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return loadRun(folder / "run.remat.jsonl");
}

std::map<std::string, PointFinished> byPolicy(const remat::Run& run) {
  std::map<std::string, PointFinished> points;
  for (const PointResult& point : run.points)
    if (point.finished) points[point.spec().policy] = *point.finished;
  return points;
}

struct Fault {
  const char* name;
  const char* text;
  const char* reason;
  Outcome outcome = Outcome::failed;
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.text; }

class ForcedFailure : public testing::TestWithParam<Fault> {};

TEST_P(ForcedFailure, fails_its_point_alone) {
  const remat::Run run = sweep(GetParam().text);
  EXPECT_EQ(run.damage.damaged_lines, 0) << run.damage.text();
  auto points = byPolicy(run);
  ASSERT_EQ(points.size(), 4U);
  EXPECT_EQ(points["full"].outcome, GetParam().outcome);
  EXPECT_THAT(points["full"].reason, HasSubstr(GetParam().reason));
  for (const char* policy : {"store_all", "cheap", "dots"}) {
    const PointFinished& point = points[policy];
    EXPECT_EQ(point.outcome, Outcome::completed) << policy << ": " << point.reason;
    EXPECT_EQ(point.gradient_check, GradientVerdict::bit_equal) << policy;
    EXPECT_GE(point.samples, 6) << policy;
    EXPECT_EQ(point.before_step_bytes, points["store_all"].before_step_bytes) << policy;
  }
  EXPECT_EQ(run.sessions.at(0).workers.size(), 2U) << "a fresh process takes over";
}

INSTANTIATE_TEST_SUITE_P(
    Worker, ForcedFailure,
    testing::Values(Fault{"device_error_in_the_memory_pass", "device_error:memory:full", "CUDA error"},
                    Fault{"device_error_while_timing", "device_error:timing:full", "while it was timed: CUDA error"},
                    Fault{"bytes_left_behind", "leak:memory:full", "left bytes behind"},
                    Fault{"bytes_left_behind_while_timing", "leak:timing:full", "while it was timed: a step failed"},
                    Fault{"no_memory_in_recompute", "out_of_memory@recompute:memory:full",
                          "out of memory in recompute of layer 1", Outcome::out_of_memory},
                    Fault{"no_memory_in_backward", "out_of_memory@backward:memory:full",
                          "out of memory in backward of ", Outcome::out_of_memory},
                    Fault{"no_memory_in_the_optimizer", "out_of_memory@optimizer:memory:full",
                          "out of memory in optimizer: asked for 1", Outcome::out_of_memory},
                    Fault{"no_memory_in_the_optimizer_while_timing", "out_of_memory@optimizer:timing:full",
                          "while it was timed: asked for 1", Outcome::out_of_memory},
                    Fault{"no_memory_in_forward_while_timing", "out_of_memory@forward:timing:full",
                          "while it was timed: asked for 1", Outcome::out_of_memory},
                    Fault{"hang", "hang:memory:full", "the worker sent nothing for 3"},
                    Fault{"crash", "crash:memory:full", "the worker"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(ForcedFailure, is_told_of_in_the_run_file) {
  const remat::Run run = sweep("leak:memory:full");
  EXPECT_THAT(run.sessions.at(0).workers.at(0).notes, testing::Contains(AllOf(HasSubstr("forced"), HasSubstr("full"))));
}

}  // namespace
}  // namespace remat
