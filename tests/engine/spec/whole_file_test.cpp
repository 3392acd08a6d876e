#include "engine/spec/whole_file.h"

#include <iterator>

#include <gmock/gmock.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

namespace fs = std::filesystem;

struct WholeFileTest : testing::Test {
  fs::path folder;

  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "whole_file_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  static std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(folder), {}); }
};

TEST_F(WholeFileTest, replaces_what_is_there_when_it_is_finished) {
  std::ofstream(folder / "a") << "old";
  WholeFile file(folder / "a");
  file.write("new ");
  file.write("text");
  EXPECT_EQ(content(folder / "a"), "old");
  file.finish();
  EXPECT_EQ(content(folder / "a"), "new text");
  EXPECT_EQ(files(), 1);
}

TEST_F(WholeFileTest, that_is_not_finished_leaves_nothing) {
  { WholeFile(folder / "a").write("half"); }
  EXPECT_EQ(files(), 0);
}

TEST_F(WholeFileTest, replaces_what_a_link_points_to_and_not_the_link) {
  std::ofstream(folder / "a") << "old";
  fs::create_symlink("a", folder / "link");
  WholeFile file(folder / "link");
  file.write("new");
  file.finish();
  EXPECT_EQ(content(folder / "a"), "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
}

TEST_F(WholeFileTest, never_replaces_a_device) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  WholeFile file("/dev/full");
  file.write("text");
  try {
    file.finish();
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "/dev/full: cannot be written: No space left on device");
  }
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(WholeFileTest, that_cannot_be_opened_says_why) { EXPECT_THROW(WholeFile(folder / "missing" / "a"), Error); }

TEST_F(WholeFileTest, that_exists_is_refused) {
  EXPECT_NO_THROW(refuseExisting(folder / "a"));
  std::ofstream(folder / "a") << "precious";
  EXPECT_THROW(refuseExisting(folder / "a"), Error);
}

}  // namespace
}  // namespace remat
