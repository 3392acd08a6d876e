#include "profiler/core/run_file.h"

#include <fstream>
#include <iterator>

#include <unistd.h>

#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "profiler/core/run.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::HasSubstr;

class RunFileWriting : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / ("run_file_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "test.remat.jsonl";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  void appendAll(RunFileWriter& writer, const std::vector<Record>& records) const {
    for (const Record& record : records) writer.append(record);
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

template <typename Action>
std::string complaintOf(Action action, ErrorKind kind) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "no complaint";
}

TEST_F(RunFileWriting, contains_the_records_line_by_line) {
  RunFileWriter writer(path_, RunFileMode::create);
  appendAll(writer, sampleRecords());
  EXPECT_EQ(content(), fileText(sampleRecords()));
  EXPECT_EQ(writer.sizeBytes(), static_cast<std::int64_t>(content().size()));
}

TEST_F(RunFileWriting, that_exists_is_refused_unless_asked_for) {
  write("precious\n");
  EXPECT_THAT(complaintOf([&] { RunFileWriter(path_, RunFileMode::create); }, ErrorKind::usage), HasSubstr("--resume"));
  EXPECT_THAT(complaintOf([&] { RunFileWriter(path_, RunFileMode::resume); }, ErrorKind::bad_input),
              HasSubstr("must be a run file"));
  EXPECT_EQ(content(), "precious\n");
  RunFileWriter(path_, RunFileMode::force).append(Event{"info", "m"});
  EXPECT_EQ(content(), fileText({Event{"info", "m"}}));
}

TEST_F(RunFileWriting, of_no_line_leaves_everything_as_it_was) {
  RunFileWriter(path_, RunFileMode::create);
  EXPECT_FALSE(std::filesystem::exists(path_));
  RunFileWriter(path_, RunFileMode::resume);
  EXPECT_FALSE(std::filesystem::exists(path_));
  write("precious\n");
  RunFileWriter(path_, RunFileMode::force);
  EXPECT_EQ(content(), "precious\n");
}

TEST_F(RunFileWriting, is_started_by_resume_if_there_is_none) {
  RunFileWriter writer(path_, RunFileMode::resume);
  writer.append(Event{"info", "m"});
  EXPECT_EQ(writer.cutBytes(), 0);
  EXPECT_EQ(loadRun(path_).events.size(), 1U);
}

TEST_F(RunFileWriting, cut_at_any_byte_resumes_after_its_last_whole_line) {
  const std::string before = fileText(samplePoint(sampleSpec("gpt2", "full"), 100, 10, 1, 1));
  const auto next = samplePoint(sampleSpec("gpt2", "store_all"), 100, 10, 1, 1);
  for (std::size_t size = 0; size <= before.size(); ++size) {
    write(before.substr(0, size));
    RunFileWriter writer(path_, RunFileMode::resume);
    appendAll(writer, next);
    const std::size_t whole = size == 0 ? 0 : before.rfind('\n', size - 1) + 1;
    ASSERT_EQ(content(), before.substr(0, whole) + fileText(next)) << size;
    ASSERT_EQ(writer.cutBytes(), static_cast<std::int64_t>(size - whole));
    ASSERT_TRUE(loadRun(path_).damage.none());
  }
}

TEST_F(RunFileWriting, with_a_torn_line_longer_than_what_is_read_at_once_is_cut) {
  const std::string before = fileText({Event{"info", "kept"}});
  write(before + "{\"record\":\"allocation_timeline\",\"bytes\":[" + std::string(300'000, '1'));
  RunFileWriter writer(path_, RunFileMode::resume);
  EXPECT_EQ(content(), before);
}

TEST_F(RunFileWriting, is_written_by_one_process_at_a_time) {
  RunFileWriter writer(path_, RunFileMode::create);
  writer.append(Event{"info", "m"});
  for (const RunFileMode mode : {RunFileMode::resume, RunFileMode::force}) {
    EXPECT_THAT(complaintOf([&] { RunFileWriter(path_, mode); }, ErrorKind::failed),
                HasSubstr("is being written by another process"));
  }
  EXPECT_EQ(loadRun(path_).events.size(), 1U) << "the refused writer emptied the file";
}

TEST_F(RunFileWriting, in_a_folder_that_is_missing_says_so) {
  EXPECT_THAT(complaintOf([&] { RunFileWriter(folder_ / "no" / "x", RunFileMode::create); }, ErrorKind::failed),
              HasSubstr("No such file or directory"));
}

TEST_F(RunFileWriting, on_a_full_disk_says_so) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  RunFileWriter writer("/dev/full", RunFileMode::force);
  EXPECT_EQ(complaintOf(
                [&] {
                  writer.append(Event{"info", "m"});
                },
                ErrorKind::failed),
            "/dev/full: the disk is full; the 0 bytes written before are kept; make room, then continue with --resume");
}

TEST_F(RunFileWriting, on_a_disk_that_fills_up_keeps_every_whole_line) {
  // A tiny file system, if the kernel lets this process have one.
  const std::string mount = "mount -t tmpfs -o size=64k tmpfs '" + folder_.string() + "' 2>/dev/null";
  if (std::system(mount.c_str()) != 0) GTEST_SKIP() << "may not mount a small file system here";
  std::int64_t written = 0;
  std::string complaint;
  {
    RunFileWriter writer(path_, RunFileMode::create);
    complaint = complaintOf(
        [&] {
          for (;; ++written) writer.append(Event{"info", std::string(1000, 'x')});
        },
        ErrorKind::failed);
  }
  const auto run = loadRun(path_);
  EXPECT_THAT(complaint, HasSubstr("the disk is full"));
  EXPECT_EQ(run.events.size(), static_cast<std::size_t>(written));
  EXPECT_TRUE(run.damage.none()) << run.damage.text();
  EXPECT_EQ(std::system(("umount '" + folder_.string() + "'").c_str()), 0);
}

TEST_F(RunFileWriting, can_be_moved_into_another_variable) {
  RunFileWriter first(path_, RunFileMode::create);
  RunFileWriter second(std::move(first));
  second.append(Event{"info", "m"});
  first = std::move(second);
  first.append(Event{"info", "m"});
  EXPECT_EQ(loadRun(path_).events.size(), 2U);
}

}  // namespace
}  // namespace remat
