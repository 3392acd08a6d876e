// The program as a user starts it: exit codes, messages, files.
#include <algorithm>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

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
      {{"sweep", configPath(), "-o", "x", "--dropout=perhaps"},
       "--dropout: expected on, off, true, false, got 'perhaps'"},
      {{"step", configPath(), "--dropout", "on,off"}, "--dropout: expected one value, got 2"},
      {{"step", configPath(), "--early-stop", "on", "--no-early-stop"}, "excludes"},
      {{"step", configPath(), "--policy", "store_all,full"}, "--policy: expected one value, got 2"},
      {{"inspect", configPath(), "--dtype", "bf16"}, "did you mean 'bfloat16' or 'bf16_mixed'?"},
      {{"inspect", configPath(), "--zzzz", "2"}, "--zzzz: no such flag; 'rematscope inspect --help' lists them"},
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

TEST(Program, guesses_nothing_where_nothing_is_close) {
  const ProgramResult policy = runProgram({"inspect", configPath(), "--policy", "nonsense"});
  EXPECT_THAT(policy.errors,
              AllOf(HasSubstr("expected one of store_all, full"), testing::Not(HasSubstr("did you mean"))));
  const ProgramResult format = runProgram({"show", "--format", "xml", "run"});
  EXPECT_THAT(format.errors, testing::EndsWith("--format: expected table, csv, json, got 'xml'\n"));
}

TEST(Program, sends_a_run_file_to_the_commands_that_read_it) {
  const TestFolder folder;
  writeFile(folder / "run.json", fileText(sampleRecords()));
  for (const std::vector<std::string>& command : {std::vector<std::string>{"inspect", folder / "run.json"},
                                                  {"step", folder / "run.json"},
                                                  {"sweep", folder / "run.json", "--stream"}}) {
    const ProgramResult result = runProgram(command);
    EXPECT_EQ(result.exit_code, 3) << command.front();
    EXPECT_THAT(result.errors, HasSubstr("must be a config.json, got a run file; 'rematscope show'"));
  }
}

TEST(Program, sends_a_config_to_the_commands_that_read_it) {
  const ProgramResult result = runProgram({"show", configPath()});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.errors, HasSubstr("must be a run file, got a config.json; 'rematscope inspect'"));
}

TEST(Program, tells_at_once_what_of_a_run_file_cannot_be_used) {
  const TestFolder folder;
  writeFile(folder / "run.remat.jsonl", fileText(sampleRecords()) + "nonsense\n{\"record\":\"sam");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"show", folder / "run.remat.jsonl"},
        {"report", folder / "run.remat.jsonl", "--no-charts", "--output", folder / "report"}})
    EXPECT_THAT(runProgram(command).errors, AllOf(HasSubstr("run.remat.jsonl: 1 line could not be read (line "),
                                                  HasSubstr("14 bytes after the last whole line")));
}

TEST(Inspect, says_when_a_sequence_is_longer_than_a_rotary_model_is_made_for) {
  const TestFolder folder;
  writeFile(folder / "llama.json",
            R"({"model_type":"llama","vocab_size":64,"hidden_size":32,"intermediate_size":64,"num_hidden_layers":2,)"
            R"("num_attention_heads":2,"max_position_embeddings":16})");
  EXPECT_THAT(runProgram({"inspect", folder / "llama.json", "--sequence", "17"}).output,
              HasSubstr("sequences of 17 tokens are longer than the 16 of the config's max_position_embeddings"));
  EXPECT_THAT(runProgram({"inspect", folder / "llama.json", "--sequence", "16"}).output,
              testing::Not(HasSubstr("max_position_embeddings")));
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

TEST(Step, takes_its_sizes_from_the_inputs_unless_told_others) {
  const std::string inputs = std::string(REMAT_TEST_DATA_DIR) + "/transformers/gpt2/inputs.safetensors";
  const json reference =
      json::parse(textOfFile(std::string(REMAT_TEST_DATA_DIR) + "/transformers/gpt2/reference.json"));
  const json root = json::parse(runProgram({"step", configPath(), "--inputs", inputs, "--json"}).output);
  EXPECT_EQ(root["batch_size"], reference["batch_size"]);
  EXPECT_EQ(root["sequence_length"], reference["sequence_length"]);
  const json told =
      json::parse(runProgram({"step", configPath(), "--inputs", inputs, "--batch", "7", "--json"}).output);
  EXPECT_EQ(told["batch_size"], 7);
}

TEST(Step, tells_what_was_moved_to_host_memory) {
  const Environment offloading = {{"FAKE_WORKER", "offload_all=transfers"}};
  const json root =
      json::parse(runProgram({"step", configPath(), "--policy", "offload_all", "--json"}, offloading).output);
  EXPECT_EQ(root["transfers"]["host_bytes"], 2048);
  EXPECT_FALSE(root["transfers"].contains("hidden_ns")) << "nobody measured it";
  EXPECT_THAT(
      runProgram({"step", configPath(), "--policy", "offload_all"}, offloading).output,
      AllOf(HasSubstr("in host memory          2.00 KiB"), HasSubstr("copied there, back    4.00 KiB, 3.00 KiB")));
  EXPECT_THAT(runProgram({"step", configPath()}, offloading).output, testing::Not(HasSubstr("host memory")));
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
