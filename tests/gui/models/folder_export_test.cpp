#include "gui/models/folder_export.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "gui/models/saved_file.h"
#include "tests/gui/support/full_disk.h"
#include "tests/gui/support/waiting.h"

namespace remat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using End = FolderExport::End;

const QString kList = ".list";

FolderExport::Step writes(const QString& file, const QByteArray& bytes) {
  return [file, bytes](const QString& folder) {
    QDir(folder).mkpath(QFileInfo(file).path());
    saveFile(QDir(folder).filePath(file), bytes);
  };
}

class FolderExports : public testing::Test {
 protected:
  FolderExports() {
    QObject::connect(&job_, &FolderExport::ended, &job_,
                     [this](End end, const QStringList& paths, const QString& problem) {
                       end_ = end;
                       paths_ = paths;
                       problem_ = problem.toStdString();
                     });
    QObject::connect(&job_, &FolderExport::progressed, &job_, [this](int done, int all) {
      progress_.push_back(std::to_string(done) + "/" + std::to_string(all));
    });
  }

  void runTo(const QString& folder, std::vector<FolderExport::Step> steps) {
    end_.reset();
    job_.start(folder, kList, std::move(steps));
    ASSERT_TRUE(waitUntil([&] { return end_.has_value(); }));
  }
  /// Files and folders, hidden ones too, without those of `folder_` itself.
  [[nodiscard]] QStringList everythingBelow(const QString& folder) const {
    QStringList found;
    QDirIterator all(folder, QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    while (all.hasNext()) found << QDir(folder).relativeFilePath(all.next());
    found.sort();
    return found;
  }
  [[nodiscard]] QByteArray content(const QString& file) const {
    QFile opened(root_.filePath(file));
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray("nothing");
  }

  QTemporaryDir root_;
  FolderExport job_;
  std::optional<End> end_;
  QStringList paths_;
  std::string problem_;
  std::vector<std::string> progress_;
};

TEST_F(FolderExports, take_one_turn_of_the_event_loop_per_step) {
  std::vector<int> order;
  const auto step = [&](const QString&) { order.push_back(static_cast<int>(progress_.size())); };
  job_.start(root_.filePath("out"), kList, {step, step, step});
  EXPECT_TRUE(order.empty()) << "nothing happens before the event loop has its turn";
  ASSERT_TRUE(waitUntil([&] { return end_.has_value(); }));
  EXPECT_THAT(order, ElementsAre(1, 2, 3)) << "between steps it says how far it is";
  EXPECT_THAT(progress_, ElementsAre("0/3", "1/3", "2/3"));
}

TEST_F(FolderExports, make_their_folder_and_leave_nothing_else) {
  runTo(root_.filePath("a/b"), {writes("one.txt", "1"), writes("charts/two.txt", "2")});
  EXPECT_EQ(end_, End::written) << problem_;
  EXPECT_EQ(paths_, QStringList({root_.filePath("a/b/charts/two.txt"), root_.filePath("a/b/one.txt")}));
  EXPECT_EQ(everythingBelow(root_.filePath("a/b")), QStringList({kList, "charts", "charts/two.txt", "one.txt"}));
}

TEST_F(FolderExports, show_no_file_before_all_are_there) {
  bool seen = false;
  const auto look = [&](const QString&) { seen = QFile::exists(root_.filePath("out/one.txt")); };
  runTo(root_.filePath("out"), {writes("one.txt", "1"), look});
  EXPECT_FALSE(seen);
  EXPECT_TRUE(QFile::exists(root_.filePath("out/one.txt")));
}

TEST_F(FolderExports, leave_nothing_behind_when_cancelled) {
  QDir(root_.path()).mkdir("kept");
  const auto cancel = [&](const QString&) {
    QMetaObject::invokeMethod(
        &job_, [&] { job_.cancel(); }, Qt::QueuedConnection);
  };
  const auto never = [&](const QString&) { FAIL() << "it was cancelled before"; };
  runTo(root_.filePath("kept/new/report"), {writes("one.txt", "1"), cancel, writes("two.txt", "2"), never});
  EXPECT_EQ(end_, End::cancelled);
  EXPECT_TRUE(paths_.isEmpty());
  EXPECT_EQ(everythingBelow(root_.path()), QStringList("kept")) << "folders that were there before stay";
}

TEST_F(FolderExports, keep_what_was_there_when_the_disk_is_full) {
  runTo(root_.filePath("out"), {writes("one.txt", "before")});
  const auto too_much = [](const QString& folder) {
    const FullDisk full;
    saveFile(QDir(folder).filePath("two.txt"), QByteArray(100'000, 'x'));
  };
  runTo(root_.filePath("out"), {writes("one.txt", "after"), too_much});
  EXPECT_EQ(end_, End::failed);
  EXPECT_THAT(problem_, HasSubstr(root_.filePath("out/two.txt").toStdString() +
                                  ": cannot be written: " + std::strerror(EFBIG) + "; "))
      << "the folder that was chosen, not the hidden one, and the system's reason";
  EXPECT_EQ(content("out/one.txt"), "before");
  EXPECT_EQ(everythingBelow(root_.filePath("out")), QStringList({kList, "one.txt"}));
}

TEST_F(FolderExports, replace_what_was_exported_before_and_touch_no_others) {
  runTo(root_.filePath("out"), {writes("one.txt", "1"), writes("charts/two.txt", "2")});
  QDir(root_.path()).mkdir("out/own");
  saveFile(root_.filePath("out/own/own.txt"), "own");
  runTo(root_.filePath("out"), {writes("one.txt", "again")});
  EXPECT_EQ(end_, End::written) << problem_;
  EXPECT_EQ(content("out/one.txt"), "again");
  EXPECT_EQ(everythingBelow(root_.filePath("out")), QStringList({kList, "one.txt", "own", "own/own.txt"}))
      << "two.txt would not fit the new ones";
}

TEST_F(FolderExports, keep_what_another_kind_of_export_wrote) {
  runTo(root_.filePath("out"), {writes("one.txt", "1")});
  end_.reset();
  job_.start(root_.filePath("out"), ".other", {writes("two.txt", "2")});
  ASSERT_TRUE(waitUntil([&] { return end_.has_value(); }));
  EXPECT_EQ(everythingBelow(root_.filePath("out")), QStringList({kList, ".other", "one.txt", "two.txt"}));
}

TEST_F(FolderExports, remove_nothing_outside_whatever_a_list_says) {
  QDir(root_.path()).mkpath("out");
  QDir(root_.path()).mkpath("elsewhere");
  saveFile(root_.filePath("outside.txt"), "own");
  saveFile(root_.filePath("elsewhere/linked.txt"), "own");
  QFile::link(root_.filePath("elsewhere"), root_.filePath("out/link"));
  saveFile(root_.filePath("out/" + kList),
           ("../outside.txt\nlink/linked.txt\nlink/../../outside.txt\n" + root_.filePath("outside.txt")).toUtf8());
  runTo(root_.filePath("out"), {writes("one.txt", "1")});
  EXPECT_EQ(end_, End::written) << problem_;
  EXPECT_EQ(content("outside.txt"), "own");
  EXPECT_EQ(content("elsewhere/linked.txt"), "own");
}

TEST_F(FolderExports, put_everything_back_if_one_file_cannot_be_moved) {
  runTo(root_.filePath("out"), {writes("one.txt", "before"), writes("two.txt", "before")});
  QFile::link("/proc/self", root_.filePath("out/system"));  // comm is a file there, of another file system
  if (!QFile::exists(root_.filePath("out/system/comm"))) GTEST_SKIP() << "no /proc here";
  const QStringList before = everythingBelow(root_.filePath("out"));
  runTo(root_.filePath("out"), {writes("new.txt", "after"), writes("one.txt", "after"), writes("system/comm", "x")});
  EXPECT_EQ(end_, End::failed);
  EXPECT_THAT(problem_, HasSubstr("out/system/comm: cannot be written: " +
                                  std::make_error_code(std::errc::cross_device_link).message()));
  EXPECT_EQ(content("out/one.txt"), "before");
  EXPECT_EQ(everythingBelow(root_.filePath("out")), before);
}

TEST_F(FolderExports, move_nothing_if_something_is_in_the_way) {
  QDir(root_.path()).mkpath("out/two.txt");  // a folder
  runTo(root_.filePath("out"), {writes("charts/one.txt", "1"), writes("two.txt", "2")});
  EXPECT_EQ(end_, End::failed);
  EXPECT_THAT(problem_, HasSubstr("expected a file"));
  EXPECT_EQ(everythingBelow(root_.filePath("out")), QStringList("two.txt"));
}

TEST_F(FolderExports, say_when_the_folder_cannot_be_made) {
  runTo("/proc/nowhere/report", {writes("one.txt", "1")});
  EXPECT_EQ(end_, End::failed);
  EXPECT_THAT(problem_, HasSubstr("/proc/nowhere/report"));
}

TEST_F(FolderExports, clean_up_when_their_window_closes) {
  {
    FolderExport job;
    bool written = false;
    job.start(root_.filePath("out"), kList, {writes("one.txt", "1"), [&](const QString&) { written = true; }, {}, {}});
    ASSERT_TRUE(waitUntil([&] { return written; }));
  }
  EXPECT_TRUE(everythingBelow(root_.path()).isEmpty());
}

}  // namespace
}  // namespace remat
