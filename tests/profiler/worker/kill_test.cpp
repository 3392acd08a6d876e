// Killing a real sweep, or its worker alone, at any moment loses at most what was being measured, and --resume
// completes without repetition. (tests/profiler/cli has the same with the fake worker, which is faster.)
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <random>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "profiler/core/run.h"
#include "tests/profiler/cli/finished_records.h"
#include "tests/profiler/cli/program_run.h"

namespace remat {
namespace {

using std::chrono::milliseconds;

constexpr int kKills = 50;
constexpr std::size_t kPoints = 24;
const char* const kConfig =
    R"({"model_type":"llama","vocab_size":64,"hidden_size":32,"intermediate_size":64,"num_hidden_layers":2,)"
    R"("num_attention_heads":2})";

std::uintmax_t sizeOf(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

struct KilledSweep {
  TestFolder folder;
  std::string run_file = folder / "run.remat.jsonl";
  std::mt19937& random;
  int worker_kills = 0;

  explicit KilledSweep(std::mt19937& generator) : random(generator) { writeFile(folder / "tiny.json", kConfig); }

  [[nodiscard]] ProgramRun start(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {
        "sweep",   folder / "tiny.json", "--policy", "store_all,full,cheap", "--batch", "1-8",      "--sequence",
        "8",       "--samples",          "3",        "--time-limit",         "0.02",    "--output", run_file,
        "--resume"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ProgramRun(arguments, {{"REMATSCOPE_WORKER", std::string(REMAT_BINARY_DIR) + "/rematscope-worker"},
                                  {"OMP_NUM_THREADS", "1"}});
  }

  /// Most kills come while points are measured; one in five at any time after the start.
  void waitForMoment() {
    const bool any_time = random() % 5 == 0;
    const std::uintmax_t before = sizeOf(run_file);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    while (!any_time && sizeOf(run_file) <= before && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(milliseconds(2));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % (any_time ? 800'000 : 150'000)));
  }

  /// Starts or resumes the sweep and kills something of it. Returns whether it was killed before it was complete.
  bool killOnce(bool worker_only) {
    ProgramRun program = start();
    waitForMoment();
    if (worker_only) {
      if (program.signalWorker(SIGKILL)) ++worker_kills;
      std::this_thread::sleep_for(milliseconds(random() % 100));
    }
    program.signal(SIGKILL);
    return program.wait().signal == SIGKILL;
  }

  [[nodiscard]] std::set<std::string> finished() const {
    return std::filesystem::exists(run_file) && sizeOf(run_file) > 0 ? finishedKeys(loadRun(run_file))
                                                                     : std::set<std::string>();
  }

  /// Points whose worker was killed under them have failed, once; all others are measured exactly once.
  void completeAndCheck() const {
    const ProgramResult result = start({"--retry-failed"}).wait();
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    const auto records = finishedRecords(run_file);
    EXPECT_EQ(records.size(), kPoints);
    int failed = 0;
    for (const auto& [key, outcomes] : records) {
      EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), Outcome::completed), 1) << key;
      EXPECT_EQ(outcomes.back(), Outcome::completed) << key;
      failed += static_cast<int>(outcomes.size()) - 1;
    }
    EXPECT_LE(failed, worker_kills);
    const Run run = loadRun(run_file);
    EXPECT_EQ(run.damage.damaged_lines, 0) << run.damage.text();
  }
};

TEST(RealKill, at_fifty_random_moments_loses_no_finished_point) {
  std::mt19937 random(3);
  int kills = 0;
  while (kills < kKills) {
    KilledSweep sweep(random);
    std::set<std::string> before;
    for (bool killed = true; killed && kills < kKills;) {
      killed = sweep.killOnce(kills % 4 == 3);
      if (killed) ++kills;
      const std::set<std::string> after = sweep.finished();
      EXPECT_TRUE(std::includes(after.begin(), after.end(), before.begin(), before.end()));
      before = after;
    }
    sweep.completeAndCheck();
  }
}

}  // namespace
}  // namespace remat
