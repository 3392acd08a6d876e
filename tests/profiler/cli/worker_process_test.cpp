#include "profiler/cli/worker_process.h"

#include <csignal>

#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "profiler/cli/started_worker.h"

namespace remat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using Read = WorkerProcess::Read;

std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

TEST(WorkerProcess, hands_out_line_by_line_and_then_the_end) {
  WorkerProcess process(shell("printf 'one\\ntwo\\n\\nlast without end'"));
  std::string line;
  EXPECT_EQ(process.readLine(line, seconds(10)), Read::line);
  EXPECT_EQ(line, "one");
  EXPECT_EQ(process.readLine(line, seconds(10)), Read::line);
  EXPECT_EQ(line, "two");
  EXPECT_EQ(process.readLine(line, seconds(10)), Read::line);
  EXPECT_EQ(line, "");
  EXPECT_EQ(process.readLine(line, seconds(10)), Read::ended);
  EXPECT_EQ(process.end(seconds(10)), "exit code 0");
}

TEST(WorkerProcess, passes_lines_that_are_larger_than_a_pipe_both_ways) {
  WorkerProcess process(shell("cat"));
  const std::string sent(3'000'000, 'x');
  process.send(sent);
  process.send("short");
  std::string line;
  ASSERT_EQ(process.readLine(line, seconds(10)), Read::line);
  EXPECT_EQ(line, sent);
  ASSERT_EQ(process.readLine(line, seconds(10)), Read::line);
  EXPECT_EQ(line, "short");
  process.closeInput();
  EXPECT_EQ(process.readLine(line, seconds(10)), Read::ended);
}

TEST(WorkerProcess, tells_when_nothing_comes) {
  WorkerProcess process(shell("sleep 60"));
  std::string line;
  EXPECT_EQ(process.readLine(line, milliseconds(20)), Read::timed_out);
}

TEST(WorkerProcess, refuses_lines_without_end) {
  WorkerProcess process(shell("yes | tr -d '\\n'"), 1 << 20);
  std::string line;
  EXPECT_EQ(process.readLine(line, seconds(20)), Read::too_long);
}

TEST(WorkerProcess, tells_how_the_worker_ended) {
  WorkerProcess exits(shell("echo why >&2; exit 3"));
  EXPECT_EQ(exits.end(seconds(10)), "exit code 3");
  EXPECT_TRUE(exits.exitedWith(3));
  EXPECT_EQ(exits.errorOutput(), "why");
  WorkerProcess dies(shell("kill -SEGV $$"));
  EXPECT_THAT(dies.end(seconds(10)), HasSubstr("signal 11 (Segmentation fault"));
  EXPECT_TRUE(dies.killedBy(SIGSEGV));
}

TEST(WorkerProcess, kills_what_does_not_end_and_all_that_it_started) {
  const auto start = std::chrono::steady_clock::now();
  {
    WorkerProcess process(shell("trap '' TERM; sleep 60 & echo ready; sleep 60"));
    std::string line;
    ASSERT_EQ(process.readLine(line, seconds(10)), Read::line);
    process.signal(SIGTERM);
    EXPECT_THAT(process.end(milliseconds(50)), HasSubstr("signal 9"));
    EXPECT_EQ(process.readLine(line, seconds(10)), Read::ended);  // nobody holds the pipe any more
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(10));
}

TEST(WorkerProcess, is_ended_even_if_its_exit_code_is_nobody_s) {
  std::signal(SIGCHLD, SIG_IGN);  // as some parents leave it: the system then buries children itself
  WorkerProcess process(shell("echo done"));
  std::string line;
  EXPECT_EQ(process.readLine(line, seconds(10)), Read::line);
  EXPECT_THAT(process.end(seconds(10)), HasSubstr("unknown"));
  EXPECT_FALSE(process.exitedWith(0));
  std::signal(SIGCHLD, SIG_DFL);
}

TEST(WorkerProcess, keeps_the_end_of_a_long_error_output) {
  WorkerProcess process(shell("yes 0123456789 | head -c 500000 >&2; echo the reason >&2; echo done"));
  std::string line;
  ASSERT_EQ(process.readLine(line, seconds(10)), Read::line);
  process.end(seconds(5));
  const std::string errors = process.errorOutput();
  EXPECT_LE(errors.size(), WorkerProcess::kKeptStderrBytes);
  EXPECT_THAT(errors, testing::EndsWith("the reason"));
}

TEST(WorkerProcess, does_not_mind_a_worker_that_reads_nothing) {
  WorkerProcess process(shell("exec 0<&-; echo deaf; sleep 0.05"));
  std::string line;
  ASSERT_EQ(process.readLine(line, seconds(10)), Read::line);
  std::signal(SIGPIPE, SIG_IGN);
  process.send(std::string(1 << 20, 'x'));
  EXPECT_EQ(process.readLine(line, seconds(10)), Read::ended);
}

TEST(WorkerProcess, names_a_program_that_cannot_be_started) {
  try {
    WorkerProcess process({"/nowhere/rematscope-worker"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::worker_failed);
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/rematscope-worker: it cannot be started: No such file"));
    EXPECT_THAT(error.what(), HasSubstr("--worker PATH"));
  }
}

TEST(StartedWorker, tells_the_last_words_of_one_that_ends_at_once) {
  try {
    (void)startWorker(shell("echo 'error while loading shared libraries: libtorch_cpu.so' >&2; exit 127"), seconds(10));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("libtorch_cpu.so"));
    EXPECT_THAT(error.what(), HasSubstr("packaging/setup"));
  }
}

TEST(StartedWorker, makes_one_line_of_last_words) {
  EXPECT_EQ(lastWords("first\nsecond\x1b[31m"), "first second[31m");
  EXPECT_LE(lastWords(std::string(10000, 'x')).size(), 400U);
}

}  // namespace
}  // namespace remat
