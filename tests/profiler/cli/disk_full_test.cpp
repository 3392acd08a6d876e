// A disk that fills up in the midst of a sweep: the message says so, what was written stays, --resume goes on.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <sched.h>

#include <gmock/gmock.h>

#include "profiler/core/run.h"
#include "tests/profiler/cli/finished_records.h"
#include "tests/profiler/cli/program_run.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::size_t kPoints = 24;

std::vector<std::string> sweep(const std::string& run_file) {
  return {"sweep",     configPath(), "--policy", "store_all,full", "--batch", "1-12",
          "--samples", "3",          "--output", run_file,         "--resume"};
}

/// Runs out of room, makes room, and goes on.
void fillAndResume(const std::string& run_file, const std::string& message, const std::function<void()>& make_room) {
  const ProgramResult full = runProgram(sweep(run_file));
  EXPECT_EQ(full.exit_code, 1) << full.errors;
  EXPECT_THAT(full.errors, AllOf(HasSubstr(run_file + ": " + message), HasSubstr("bytes written before are kept"),
                                 HasSubstr("continue with --resume")));
  const Run kept = loadRun(run_file);
  EXPECT_TRUE(kept.damage.none()) << kept.damage.text();
  const std::set<std::string> before = finishedKeys(kept);
  EXPECT_GT(before.size(), 0U);
  EXPECT_LT(before.size(), kPoints);

  make_room();
  const ProgramResult resumed = runProgram(sweep(run_file));
  EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_THAT(resumed.errors, HasSubstr(std::to_string(before.size()) + " already measured"));
  const auto finished = finishedRecords(run_file);
  EXPECT_EQ(finished.size(), kPoints);
  for (const auto& [key, outcomes] : finished) EXPECT_EQ(outcomes.size(), 1U) << key;
}

TEST(DiskFull, of_a_file_that_may_not_grow_keeps_what_was_written) {
  const TestFolder folder;
  rlimit usual = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  rlimit small = usual;
  small.rlim_cur = 20'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);  // inherited by what this test starts
  const auto makeRoom = [&] { ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0); };
  fillAndResume(folder / "run.remat.jsonl", "a file may not grow larger here", makeRoom);
  makeRoom();
}

/// A disk of its own for this process and those that it starts; gone with them.
std::string mountSmallDisk(const std::string& path) {
  std::filesystem::create_directory(path);
  const auto failed = [](const std::string& what) { return what + ": " + std::strerror(errno); };
  if (::unshare(CLONE_NEWNS) != 0) return failed("unshare");
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed("private mounts");
  if (::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=20k") != 0) return failed("tmpfs");
  return {};
}

TEST(DiskFull, of_a_full_disk_keeps_what_was_written) {
  const TestFolder folder;
  const std::string disk = folder / "disk";
  const std::string refused = mountSmallDisk(disk);
  if (!refused.empty()) GTEST_SKIP() << "a small disk can be mounted by root only: " << refused;
  const auto makeRoom = [&] { ASSERT_EQ(::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=10m"), 0); };
  fillAndResume(disk + "/run.remat.jsonl", "the disk is full", makeRoom);
  ::umount2(disk.c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace remat
