// rematscope sweep as a user starts it: what it measures, what it leaves behind, and how it ends.
#include <algorithm>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>

#include "profiler/core/run.h"
#include "tests/profiler/cli/program_run.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct SweepProgram : testing::Test {
  TestFolder folder;
  std::string run_file = folder / "run.remat.jsonl";

  std::vector<std::string> sweep(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"sweep",    configPath(), "--policy",  "store_all,full,cheap",
                                          "--batch",  "1,2",        "--samples", "3",
                                          "--output", run_file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  static std::size_t completed(const remat::Run& run) {
    return std::count_if(run.points.begin(), run.points.end(), [](const PointResult& p) { return p.completed(); });
  }
};

TEST_F(SweepProgram, writes_a_run_file_and_ends_with_a_table) {
  const ProgramResult result = runProgram(sweep());
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, AllOf(HasSubstr("store_all"), HasSubstr("cheap")));
  EXPECT_THAT(result.errors, AllOf(HasSubstr("6 points to measure"), HasSubstr("6/6"), HasSubstr("elapsed")));
  const remat::Run run = loadRun(run_file);
  EXPECT_EQ(completed(run), 6U);
  EXPECT_TRUE(run.damage.none()) << run.damage.text();
  ASSERT_EQ(run.sessions.size(), 1U);
  EXPECT_THAT(run.sessions[0].started->command_line, HasSubstr("sweep"));
}

TEST_F(SweepProgram, refuses_to_overwrite_unless_told) {
  ASSERT_EQ(runProgram(sweep()).exit_code, 0);
  const std::string before = textOfFile(run_file);
  const ProgramResult refused = runProgram(sweep());
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("--resume"), HasSubstr("--force")));
  EXPECT_EQ(textOfFile(run_file), before);
  EXPECT_EQ(runProgram(sweep({"--force"})).exit_code, 0);
  EXPECT_EQ(loadRun(run_file).points.size(), 6U);
}

TEST_F(SweepProgram, measures_nothing_twice_when_resumed) {
  ASSERT_EQ(runProgram(sweep()).exit_code, 0);
  const std::string before = textOfFile(run_file);
  const ProgramResult again = runProgram(sweep({"--resume"}));
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.errors, HasSubstr("0 points to measure, 6 already measured"));
  EXPECT_EQ(textOfFile(run_file), before);
}

TEST_F(SweepProgram, refuses_settings_of_an_allocator_where_the_worker_has_no_gpu) {
  const ProgramResult result = runProgram(sweep({"--allocator", "default,expandable_segments:True"}));
  EXPECT_EQ(result.exit_code, 2) << "the device is the worker's choice: cpu";
  EXPECT_THAT(result.errors, HasSubstr("only a GPU has an allocator with settings"));
  EXPECT_EQ(runProgram({"step", configPath(), "--allocator", "expandable_segments:True"}).exit_code, 2);
}

TEST_F(SweepProgram, turns_faults_of_the_worker_into_outcomes) {
  const ProgramResult result = runProgram(sweep(), {{"FAKE_WORKER", "full=crash;cheap=out_of_memory"}});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("failed: "), HasSubstr("out_of_memory: ")));
  const remat::Run run = loadRun(run_file);
  EXPECT_EQ(completed(run), 2U);
  EXPECT_EQ(finishedKeys(run).size(), 6U);
  EXPECT_EQ(runProgram(sweep({"--resume", "--retry-failed"})).exit_code, 0);
  EXPECT_EQ(completed(loadRun(run_file)), 4U);
}

TEST_F(SweepProgram, fails_with_4_if_no_point_could_be_measured) {
  EXPECT_EQ(runProgram(sweep(), {{"FAKE_WORKER", "store_all=crash;full=crash;cheap=crash"}}).exit_code, 4);
}

TEST_F(SweepProgram, says_how_to_mend_a_worker_that_does_not_start) {
  const ProgramResult missing = runProgram(sweep({"--worker", "/nowhere/worker"}));
  EXPECT_EQ(missing.exit_code, 4);
  EXPECT_THAT(missing.errors, AllOf(HasSubstr("/nowhere/worker: it cannot be started"), HasSubstr("doctor")));
  const ProgramResult linker = runProgram(sweep(), {{"FAKE_WORKER", "start=linker"}});
  EXPECT_EQ(linker.exit_code, 4);
  EXPECT_THAT(linker.errors, AllOf(HasSubstr("libtorch_cpu.so"), HasSubstr("packaging/setup")));
}

TEST_F(SweepProgram, varies_what_a_flag_lists) {
  const ProgramResult result =
      runProgram({"sweep", "--dropout", "on,off", configPath(), "--attention", "math,auto,automatic", "--spelling",
                  "composite,norm=fused", "--use-reentrant", "--early-stop=off", "--policy", "full", "--samples", "1",
                  "--output", run_file});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  std::vector<std::string> found;
  for (const PointResult& point : loadRun(run_file).points) {
    const TrainingSpec& training = point.spec().training;
    found.push_back(std::string(training.attention == AttentionKernel::math ? "math" : "automatic") +
                    (training.dropout ? " dropout" : "") + (training.norm_spelling == Spelling::fused ? " fused" : ""));
    EXPECT_TRUE(training.use_reentrant);
    EXPECT_FALSE(training.early_stop);
  }
  EXPECT_THAT(found, testing::UnorderedElementsAre("math dropout fused", "automatic dropout fused", "math fused",
                                                   "automatic fused"));
}

TEST_F(SweepProgram, takes_a_config_behind_a_flag_that_stands_alone) {
  const ProgramResult result = runProgram({"sweep", "--no-early-stop", "--dropout", configPath(), "--policy", "full",
                                           "--samples", "1", "--output", run_file});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const remat::Run run = loadRun(run_file);
  ASSERT_EQ(run.points.size(), 1U);
  EXPECT_TRUE(run.points[0].spec().training.dropout);
  EXPECT_FALSE(run.points[0].spec().training.early_stop);
}

TEST_F(SweepProgram, streams_records_and_nothing_else) {
  const ProgramResult result =
      runProgram({"sweep", configPath(), "--policy", "store_all,full", "--samples", "3", "--stream"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const remat::Run run = parseRun(result.output, "stream");
  EXPECT_TRUE(run.damage.none()) << run.damage.text();
  EXPECT_EQ(completed(run), 2U);
}

TEST_F(SweepProgram, reports_a_full_disk_and_keeps_what_was_written) {
  EXPECT_EQ(runProgram({"sweep", configPath(), "--policy", "full", "--stream"}, {}, "/dev/full").exit_code, 1);
  const ProgramResult file =
      runProgram({"sweep", configPath(), "--policy", "full", "--output", "/dev/full", "--force"});
  EXPECT_NE(file.exit_code, 0);
  EXPECT_THAT(file.errors, HasSubstr("/dev/full"));
}

TEST_F(SweepProgram, stops_on_interrupt_and_keeps_what_is_finished) {
  ProgramRun program(sweep(), {{"FAKE_WORKER", "step_ms=60"}});
  ASSERT_TRUE(program.waitForError("3/6"));
  program.signal(SIGINT);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("cancelled; 3 of 6 points are kept"), HasSubstr("--resume")));
  EXPECT_EQ(completed(loadRun(run_file)), 3U);
  EXPECT_EQ(runProgram(sweep({"--resume"})).exit_code, 0);
  EXPECT_EQ(completed(loadRun(run_file)), 6U);
}

TEST_F(SweepProgram, stops_on_sigterm_as_on_interrupt) {
  ProgramRun program(sweep(), {{"FAKE_WORKER", "step_ms=60"}});
  ASSERT_TRUE(program.waitForError("3/6"));
  program.signal(SIGTERM);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("cancelled; 3 of 6 points are kept"));
  EXPECT_EQ(finishedKeys(loadRun(run_file)).size(), 3U);
}

TEST_F(SweepProgram, goes_on_when_only_the_worker_gets_the_sigterm) {
  const ProgramResult result = runProgram(sweep(), {{"FAKE_WORKER", "cheap=terminated"}});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const remat::Run run = loadRun(run_file);
  EXPECT_EQ(finishedKeys(run).size(), 6U);
  EXPECT_EQ(completed(run), 4U);
}

TEST_F(SweepProgram, stops_without_losing_a_point_when_both_get_the_sigterm) {
  ProgramRun program(sweep(), {{"FAKE_WORKER", "step_ms=60"}});
  ASSERT_TRUE(program.waitForError("3/6"));
  ASSERT_TRUE(program.signalWorker(SIGTERM));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  program.signal(SIGTERM);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("cancelled; 3 of 6 points are kept"));
  EXPECT_EQ(finishedKeys(loadRun(run_file)).size(), 3U) << "no point failed of it";
  EXPECT_EQ(runProgram(sweep({"--resume"})).exit_code, 0);
  EXPECT_EQ(completed(loadRun(run_file)), 6U);
}

TEST_F(SweepProgram, runs_where_signals_of_children_are_ignored) {
  std::signal(SIGCHLD, SIG_IGN);  // inherited by what this test starts
  ProgramRun program(sweep(), {{"FAKE_WORKER", "full=exit"}});
  std::signal(SIGCHLD, SIG_DFL);
  EXPECT_EQ(program.wait().exit_code, 0);
  EXPECT_EQ(finishedKeys(loadRun(run_file)).size(), 6U);
}

TEST_F(SweepProgram, that_cannot_start_a_worker_leaves_files_as_they_were) {
  const std::vector<std::string> wrong = {"--worker", "/nowhere/worker", "--device", "cpu"};
  EXPECT_EQ(runProgram(sweep(wrong)).exit_code, 4);
  EXPECT_FALSE(std::filesystem::exists(run_file));
  ASSERT_EQ(runProgram(sweep()).exit_code, 0);
  const std::string before = textOfFile(run_file);
  for (const std::string mode : {"--force", "--resume"}) {
    std::vector<std::string> flags = wrong;
    flags.insert(flags.end(), {mode, "--sequence", "64"});
    EXPECT_EQ(runProgram(sweep(flags)).exit_code, 4);
    EXPECT_EQ(textOfFile(run_file), before) << mode;
  }
}

TEST_F(SweepProgram, ends_a_deaf_worker_at_the_second_interrupt) {
  ProgramRun program(sweep(), {{"FAKE_WORKER", "full=deaf"}});
  ASSERT_TRUE(program.waitForError("6 points to measure"));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  program.signal(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const auto second = std::chrono::steady_clock::now();
  program.signal(SIGINT);
  EXPECT_EQ(program.wait().exit_code, 130);
  EXPECT_LT(std::chrono::steady_clock::now() - second, std::chrono::seconds(5));
}

}  // namespace
}  // namespace remat
