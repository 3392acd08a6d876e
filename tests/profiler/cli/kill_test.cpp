// Killing a sweep at any moment loses at most what was being measured, and --resume completes without repetition.
#include <csignal>
#include <random>
#include <thread>

#include <gmock/gmock.h>

#include "profiler/core/run.h"
#include "tests/profiler/cli/finished_records.h"
#include "tests/profiler/cli/program_run.h"

namespace remat {
namespace {

void killAndResume(int kills, unsigned seed) {
  std::mt19937 random(seed);
  constexpr std::size_t points = 12;
  int killed = 0;
  while (killed < kills) {
    const TestFolder folder;
    const std::string run_file = folder / "run.remat.jsonl";
    const std::vector<std::string> arguments = {"sweep",    configPath(), "--policy",  "store_all,full,cheap",
                                                "--batch",  "1-4",        "--samples", "3",
                                                "--output", run_file,     "--resume"};
    while (true) {
      ProgramRun program(arguments, {{"FAKE_WORKER", "step_ms=4"}});
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 250'000));
      if (killed < kills) {
        program.signal(SIGKILL);
        const ProgramResult result = program.wait();
        if (result.signal == SIGKILL) {
          ++killed;
          continue;
        }
      }
      const ProgramResult result = program.wait();
      ASSERT_EQ(result.exit_code, 0) << result.errors;
      break;
    }
    const auto finished = finishedRecords(run_file);
    EXPECT_EQ(finished.size(), points);
    for (const auto& [key, outcomes] : finished) EXPECT_EQ(outcomes.size(), 1U) << key;
    const Run run = loadRun(run_file);
    EXPECT_EQ(run.damage.damaged_lines, 0) << run.damage.text();
    EXPECT_EQ(finishedKeys(run).size(), points);
  }
}

#ifdef REMAT_MANY_KILLS
TEST(Kill, at_fifty_random_moments_loses_no_finished_point) { killAndResume(50, 2); }
#else
TEST(Kill, at_ten_random_moments_loses_no_finished_point) { killAndResume(10, 1); }
#endif

}  // namespace
}  // namespace remat
