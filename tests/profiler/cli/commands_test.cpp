// The program as a user starts it: exit codes, messages, files.
#include <algorithm>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "profiler/core/run.h"
#include "tests/profiler/cli/program_run.h"
#include "tests/support/sample_run.h"
#include "tests/support/traced_steps.h"

namespace remat {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

TEST(Program, tells_its_version_and_its_commands) {
  EXPECT_THAT(runProgram({"--version"}).output, testing::MatchesRegex("rematscope [0-9.]+\n"));
  const ProgramResult help = runProgram({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* command : {"inspect", "sweep", "show", "report", "step", "trace", "doctor"}) {
    EXPECT_THAT(help.output, HasSubstr(command));
    const ProgramResult of_command = runProgram({command, "--help"});
    EXPECT_EQ(of_command.exit_code, 0);
    EXPECT_THAT(of_command.output, HasSubstr(std::string("Usage: rematscope ") + command));
    EXPECT_THAT(of_command.output, HasSubstr(std::string("Example:\n  rematscope ") + command));
  }
}

TEST(Program, prints_the_help_of_all_commands_for_the_man_page) {
  const ProgramResult help = runProgram({"--help-all"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, AllOf(HasSubstr("--hang-timeout"), HasSubstr("--gradients-out")));
}

TEST(Program, says_what_was_meant) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "expected a command"},
      {{"inspekt"}, "did you mean 'inspect'?"},
      {{"inspect"}, "config is required"},
      {{"inspect", configPath(), "--bach", "2"}, "did you mean '--batch'?"},
      {{"inspect", configPath(), "--batch", "0"}, "--batch: expected whole numbers of at least 1, got '0'"},
      {{"inspect", configPath(), "--batch", "1,2"}, "--batch: expected one value, got 2"},
      {{"inspect", configPath(), "--dtype", "fp32"},
       "--dtype: expected float32, bfloat16, bf16_mixed, tf32, fp16_mixed, got 'fp32'"},
      {{"inspect", configPath(), "--memory-cap", "2XB"}, "--memory-cap"},
      {{"inspect", configPath(), "--device", "cuda"}, "did you mean 'cuda:0'?"},
      {{"inspect", configPath(), "--spelling", "norm=fuse"}, "did you mean 'fused'?"},
      {{"step", configPath(), "--allocator", "default,expandable_segments:True"},
       "--allocator: expected one value, got 2"},
      {{"sweep", configPath(), "--allocator", "expandable_segment:True", "--stream"},
       "did you mean 'expandable_segments'?"},
      {{"sweep", configPath(), "--device", "cpu,cuda:0", "--allocator", "default,expandable_segments:True", "--stream"},
       "only a GPU has an allocator with settings"},
      {{"inspect", configPath(), "--policy", "chep"}, "did you mean 'cheap'?"},
      {{"inspect", configPath(), "--policy", "every_n"}, "expected an argument"},
      {{"sweep", configPath()}, "--output RUN.remat.jsonl"},
      {{"sweep", configPath(), "-o", "x", "--resume", "--force"}, "choose one of the two"},
      {{"sweep", configPath(), "-o", "x", "--retry-failed"}, "--retry-failed: expected with --resume"},
      {{"sweep", configPath(), "-o", "x", "--time-limit", "3000h"}, "more than 2501 h"},
      {{"sweep", configPath(), "-o", "x", "--memory-cap", "10000TiB"}, "more than 8.00 PiB"},
      {{"sweep", configPath(), "-o", "x", "--batch", "1-1000", "--sequence", "2-1000"},
       "at most 10,000 points, got 3 policies x 1000 batch sizes x 999 sequence lengths"},
      {{"sweep", configPath(), "-o", "x", "--attention", "math,flush"}, "did you mean 'flash'?"},
      {{"sweep", configPath(), "-o", "x", "--dropout=perhaps"}, "--dropout: expected on, off, true, false, got 'perhaps'"},
      {{"step", configPath(), "--dropout", "on,off"}, "--dropout: expected one value, got 2"},
      {{"step", configPath(), "--early-stop", "on", "--no-early-stop"}, "excludes"},
      {{"step", configPath(), "--time-limit", "5"}, "--time-limit: no such flag"},
      {{"step", configPath(), "--gradients-out", configPath()}, "must not exist yet, but it does"},
      {{"step", configPath(), "--weights", configPath(), "--gradients-out", configPath(), "--force"},
       "must be another file than that of --weights"},
      {{"sweep", configPath(), "--stream", "--timeline", "no"}, "--timeline: expected on, off, got 'no'"},
      {{"sweep", configPath(), "--stream", "--interval", "two"},
       "--interval: expected a part like 2% or 0.02, got 'two'"},
      {{"show", "--format", "cvs", "run"}, "did you mean 'csv'?"},
  };
  for (const auto& [arguments, message] : cases) {
    const ProgramResult result = runProgram(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr(message));
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
  }
}

TEST(Program, refuses_bad_files_with_exit_code_3) {
  const TestFolder folder;
  EXPECT_EQ(runProgram({"inspect", folder / "missing.json"}).exit_code, 3);
  writeFile(folder / "config.json", "{\"model_type\": \"gpt3\"}");
  const ProgramResult unknown = runProgram({"sweep", folder / "config.json", "--stream"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.errors, HasSubstr("gpt2"));
  EXPECT_EQ(unknown.output, "");
  EXPECT_EQ(runProgram({"show", folder / "missing.remat.jsonl"}).exit_code, 3);
}

TEST(Inspect, tells_parameters_activations_and_policies_as_json) {
  const ProgramResult result = runProgram({"inspect", configPath(), "--json", "--batch", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const json root = json::parse(result.output);
  EXPECT_EQ(root["parameter_count"], 124439808);
  EXPECT_EQ(root["architecture"], "GPT2LMHeadModel");
  ASSERT_EQ(root["blocks"].size(), 3U);
  EXPECT_EQ(root["blocks"][1]["name"], "layer 0-11");
  const json& qkv = root["blocks"][1]["activations"][4];
  EXPECT_EQ(qkv["name"], "qkv");
  EXPECT_EQ(qkv["shape"], "[B, S, 2304]");
  EXPECT_EQ(qkv["sizes"], json({2, 128, 2304}));
  EXPECT_EQ(qkv["bytes"], 2 * 128 * 2304 * 4);
  EXPECT_EQ(root["policies"][0]["policy"], "store_all");
  EXPECT_EQ(root["policies"][0]["retained_ratio"], 1.0);
}

TEST(Inspect, tells_which_policies_exceed_a_memory_cap_by_what_they_retain) {
  const std::vector<std::string> flags = {"inspect",  configPath(),     "--batch",      "2",
                                          "--policy", "store_all,full", "--memory-cap", "700MiB"};
  EXPECT_THAT(runProgram(flags).output, HasSubstr("exceeds the memory cap of 700.0 MiB: store_all."));
  std::vector<std::string> as_json = flags;
  as_json.emplace_back("--json");
  const json root = json::parse(runProgram(as_json).output);
  EXPECT_EQ(root["memory_cap_bytes"], 700 << 20);
  EXPECT_EQ(root["policies"][0]["exceeds_memory_cap"], true);
  EXPECT_EQ(root["policies"][1]["exceeds_memory_cap"], false);
}

TEST(Inspect, refuses_sizes_that_no_int64_can_count) {
  const TestFolder folder;
  const std::string config = folder / "huge.json";
  writeFile(config, R"({"model_type":"llama","hidden_size":1099511627776})");
  const ProgramResult matrix = runProgram({"inspect", config});
  EXPECT_EQ(matrix.exit_code, 3);
  EXPECT_THAT(matrix.errors, AllOf(HasSubstr("hidden_size 1099511627776"), HasSubstr("at most 2^40")));
  writeFile(config, R"({"model_type":"llama","hidden_size":1048576,"intermediate_size":1048576,)"
                    R"("num_attention_heads":1024,"num_hidden_layers":400})");
  const ProgramResult layers = runProgram({"inspect", config});
  EXPECT_EQ(layers.exit_code, 3);
  EXPECT_THAT(layers.errors, AllOf(HasSubstr("/num_hidden_layers"), HasSubstr("2^50 parameters")));
  const ProgramResult flags = runProgram({"inspect", configPath(), "--batch", "999999999999", "--sequence", "1024"});
  EXPECT_EQ(flags.exit_code, 2) << "the flags are at fault, not the file";
  EXPECT_THAT(flags.errors, HasSubstr("2^63"));
}

TEST(Inspect, reports_a_full_disk) {
  const ProgramResult result = runProgram({"inspect", configPath()}, {}, "/dev/full");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, HasSubstr("No space left on device"));
}

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
      runProgram({"sweep", "--dropout", "on,off", configPath(), "--attention", "math,automatic", "--spelling",
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

TEST(Trace, writes_the_timelines_of_the_points_that_were_asked_for) {
  const TestFolder folder;
  writeFile(folder / "run.remat.jsonl", fileText(sampleGpuRecords()) + fileText(sampleRecords()));
  const auto trace = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"trace", folder / "run.remat.jsonl", "--output", folder / "trace.json"});
    return runProgram(flags);
  };
  EXPECT_EQ(trace({"--policy", "every_n:2"}).exit_code, 0);
  const json written = json::parse(textOfFile(folder / "trace.json"));
  EXPECT_THAT(written["traceEvents"][0]["args"]["name"].get<std::string>(), HasSubstr("every_n:2"));
  EXPECT_EQ(trace({}).exit_code, 2) << "it is there already";
  EXPECT_EQ(trace({"--force"}).exit_code, 0);
  EXPECT_THAT(textOfFile(folder / "trace.json"), HasSubstr("kernels of the traced step"));
  EXPECT_THAT(trace({"--force", "--policy", "ful"}).errors, HasSubstr("did you mean 'full'?"));
  EXPECT_EQ(trace({"--force", "--point", "x", "--policy", "full"}).exit_code, 2);
  EXPECT_THAT(trace({"--force", "--point", "no such key"}).errors, HasSubstr("the run has no 'no such key'"));
}

TEST(Trace, of_a_run_without_timelines_says_how_to_get_some) {
  const TestFolder folder;
  writeFile(folder / "run.remat.jsonl", fileText(samplePoint(sampleSpec("gpt2", "full"), 1000, 1000, 1000)));
  const ProgramResult result = runProgram({"trace", folder / "run.remat.jsonl", "--output", folder / "trace.json"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.errors, HasSubstr("--timeline on"));
  EXPECT_FALSE(std::filesystem::exists(folder / "trace.json"));
}

TEST(Show, prints_times_of_ops) {
  const TestFolder folder;
  writeFile(folder / "run.remat.jsonl", fileText(sampleGpuRecords()));
  EXPECT_THAT(runProgram({"show", folder / "run.remat.jsonl", "--ops"}).output, HasSubstr("full, per op"));
  const ProgramResult as_json = runProgram({"show", folder / "run.remat.jsonl", "--ops", "--format", "json"});
  EXPECT_EQ(json::parse(as_json.output).front()["phase"], "forward");
  EXPECT_EQ(runProgram({"show", folder / "run.remat.jsonl", "--ops", "--layers"}).exit_code, 2);
}

TEST(Step, prints_one_step_as_json_or_text) {
  const ProgramResult as_json = runProgram({"step", configPath(), "--policy", "full", "--json"});
  ASSERT_EQ(as_json.exit_code, 0) << as_json.errors;
  const json root = json::parse(as_json.output);
  EXPECT_EQ(root["loss"], 10.5);
  EXPECT_EQ(root["peak_allocated_bytes"], 1000000);
  EXPECT_EQ(root["policy"], "full");
  EXPECT_EQ(root["device"], "cpu");
  EXPECT_THAT(runProgram({"step", configPath()}).output, HasSubstr("peak allocated"));
}

TEST(Step, tells_what_was_noted) {
  const Environment noting = {{"FAKE_WORKER", "store_all=not_a_number"}};
  const json root = json::parse(runProgram({"step", configPath(), "--json"}, noting).output);
  EXPECT_TRUE(root["loss"].is_null());
  EXPECT_EQ(root["notes"], json({"made-up note"}));
  EXPECT_THAT(runProgram({"step", configPath()}, noting).output, HasSubstr("note: made-up note"));
}

TEST(Step, tells_why_it_failed) {
  const ProgramResult memory =
      runProgram({"step", configPath(), "--json"}, {{"FAKE_WORKER", "store_all=out_of_memory"}});
  EXPECT_EQ(memory.exit_code, 1);
  EXPECT_EQ(json::parse(memory.output)["outcome"], "out_of_memory");
  const ProgramResult crash = runProgram({"step", configPath()}, {{"FAKE_WORKER", "store_all=crash"}});
  EXPECT_EQ(crash.exit_code, 4);
  EXPECT_THAT(crash.errors, HasSubstr("Segmentation fault"));
}

TEST(Doctor, tells_what_is_there_and_how_to_mend_the_rest) {
  const ProgramResult well = runProgram({"doctor"});
  EXPECT_EQ(well.exit_code, 0);
  EXPECT_THAT(well.output, HasSubstr("This machine can measure."));
  EXPECT_THAT(well.output, AllOf(HasSubstr("nvml"), HasSubstr("gpu")));
  const ProgramResult ill = runProgram({"doctor", "--json", "--worker", "/nowhere/worker"});
  EXPECT_EQ(ill.exit_code, 4);
  const json root = json::parse(ill.output);
  EXPECT_EQ(root["can_measure"], false);
  EXPECT_EQ(root["checks"][0]["found"], false);
  EXPECT_NE(root["checks"][0]["remedy"], "");
}

}  // namespace
}  // namespace remat
