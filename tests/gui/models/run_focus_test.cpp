#include "gui/models/run_focus.h"

#include <fstream>

#include <QTemporaryDir>
#include <gtest/gtest.h>

#include "gui/models/document.h"
#include "gui/models/file_kind.h"
#include "gui/models/run_copy.h"
#include "gui/models/selection.h"
#include "gui/models/selection_keeper.h"
#include "gui/models/settings.h"
#include "tests/gui/support/full_disk.h"
#include "tests/gui/support/waiting.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

GroupedRun sampleRun() { return grouped(std::make_shared<const remat::Run>(parseRun(fileText(sampleRecords()), "x"))); }

std::string policyOf(const GroupedRun& run, const QString& key) {
  const PointResult* point = run.find(key);
  return point == nullptr ? "" : point->spec().policy;
}

TEST(RunFocus, opens_a_run_with_the_fastest_point_of_its_largest_group) {
  const GroupedRun run = sampleRun();
  EXPECT_EQ(policyOf(run, firstPoint(run, {})), "store_all");
  EXPECT_EQ(policyOf(run, firstPoint(run, 700 * kMiB)), "cheap") << "the fastest that fits";
  EXPECT_EQ(policyOf(run, firstPoint(run, 1)), "store_all") << "nothing fits: still something to look at";
  EXPECT_EQ(firstPoint(grouped(std::make_shared<const remat::Run>()), {}), "");
}

TEST(RunFocus, opens_with_the_group_whose_step_memory_was_recorded) {
  std::vector<Record> records;
  for (const std::int64_t batch : {1, 2, 4}) {
    PointSpec spec = sampleSpec("gpt2", "full");
    spec.training.batch_size = batch;
    auto point = samplePoint(spec, 100 * kMiB, 2 * kMiB, kMiB);
    if (batch == 2) point.insert(point.end() - 1, AllocationTimeline{.point = pointKey(spec)});
    records.insert(records.end(), point.begin(), point.end());
  }
  const GroupedRun run = grouped(std::make_shared<const remat::Run>(parseRun(fileText(records), "x")));
  EXPECT_EQ(run.find(firstPoint(run, {}))->spec().training.batch_size, 2);
}

TEST(RunFocus, goes_from_point_to_point_around_a_group) {
  const GroupedRun run = sampleRun();
  const QString first = firstPoint(run, {});
  EXPECT_EQ(policyOf(run, neighbour(run, first, 1)), "cheap");
  EXPECT_EQ(policyOf(run, neighbour(run, first, -1)), "offload_input");
  EXPECT_EQ(neighbour(run, "nothing", 1), first);
}

TEST(RunFocus, keeps_the_policy_when_it_goes_to_another_group) {
  const GroupedRun run = sampleRun();
  const QString full = neighbour(run, firstPoint(run, {}), 3);
  EXPECT_EQ(policyOf(run, sameIn(run, 1, full)), "full");
  EXPECT_EQ(run.groupOf(sameIn(run, 1, full)), 1U);
  EXPECT_EQ(sameIn(run, 99, full), full);
}

TEST(RunFocus, suggests_the_cap_of_a_group_as_memory_line_of_that_group_only) {
  const GroupedRun run = sampleRun();
  const auto suggested = [&](std::size_t group) {
    return suggestedMemoryLine(run, QString::fromStdString(run.run->points[run.groups[group].points[0]].key()));
  };
  EXPECT_EQ(suggested(2), 4096 * kMiB);
  EXPECT_EQ(suggested(0), std::nullopt);
  EXPECT_EQ(suggestedMemoryLine(run, "nothing"), std::nullopt);
}

TEST(SelectionKeepers, select_something_in_every_run) {
  QTemporaryDir folder;
  const QString path = folder.filePath("run.remat.jsonl");
  std::ofstream(path.toStdString()) << fileText(sampleRecords());
  Document document;
  Selection selection;
  const SelectionKeeper keeper(document, selection);
  EXPECT_EQ(selection.point(), "");
  document.open(path);
  ASSERT_TRUE(waitUntil([&] { return document.state() == Document::State::open; }));
  EXPECT_EQ(policyOf(keeper.run(), selection.point()), "store_all");
  EXPECT_EQ(selection.memoryLineBytes(), std::nullopt) << "its group has no cap";
  // A selection survives a reload.
  selection.setPoint(neighbour(keeper.run(), selection.point(), 1));
  selection.setMemoryLineBytes(77);
  document.reload();
  QCoreApplication::processEvents();
  ASSERT_TRUE(waitUntil([&] { return document.state() == Document::State::open; }));
  EXPECT_EQ(policyOf(keeper.run(), selection.point()), "cheap");
  EXPECT_EQ(selection.memoryLineBytes(), 77);
}

TEST(SelectionKeepers, take_the_cap_of_points_as_line_while_they_are_shown_and_leave_a_chosen_line_alone) {
  QTemporaryDir folder;
  const QString path = folder.filePath("run.remat.jsonl");
  std::ofstream(path.toStdString()) << fileText(sampleRecords());
  Document document;
  Selection selection;
  selection.setMemoryLineBytes(5000 * kMiB);
  const SelectionKeeper keeper(document, selection);
  document.open(path);
  ASSERT_TRUE(waitUntil([&] { return document.state() == Document::State::open; }));
  EXPECT_EQ(selection.memoryLineBytes(), 5000 * kMiB) << "the card that somebody thinks of";
  const QString uncapped = selection.point();
  const QString capped = sameIn(keeper.run(), 2, uncapped);
  selection.setPoint(capped);
  EXPECT_EQ(selection.memoryLineBytes(), 4096 * kMiB);
  selection.setPoint(uncapped);
  EXPECT_EQ(selection.memoryLineBytes(), 5000 * kMiB);
  selection.setMemoryLineBytes(77);
  selection.setPoint(capped);
  EXPECT_EQ(selection.memoryLineBytes(), 77);
}

TEST(RunCopies, have_every_record) {
  const remat::Run run = parseRun(fileText(sampleRecords()), "x");
  EXPECT_EQ(parseRun(runFileText(run), "x"), run);
}

TEST(RunCopies, are_made_of_what_was_read_if_the_file_is_gone) {
  QTemporaryDir folder;
  const remat::Run run = parseRun(fileText(sampleRecords()), "x");
  saveRunCopy(run, folder.filePath("gone"), folder.filePath("copy.remat.jsonl"));
  EXPECT_EQ(loadRun(folder.filePath("copy.remat.jsonl").toStdString()).points, run.points);
}

TEST(RunCopies, say_when_there_is_no_room) {
  const remat::Run run = parseRun(fileText(sampleRecords()), "x");
  EXPECT_ANY_THROW(saveRunCopy(run, "", "/nowhere/copy.remat.jsonl"));
  EXPECT_ANY_THROW(saveRunCopy(run, "", "/dev/null")) << "a device is no file";
  QTemporaryDir folder;
  const QString path = folder.filePath("copy.remat.jsonl");
  saveRunCopy(run, "", path);
  const FullDisk full;
  EXPECT_ANY_THROW(saveRunCopy(remat::Run{}, path, folder.filePath("another")));
  EXPECT_ANY_THROW(saveRunCopy(run, "", path));
  EXPECT_EQ(loadRun(path.toStdString()).points, run.points) << "what was there is there";
}

TEST(FileKinds, are_told_by_content) {
  QTemporaryDir folder;
  const auto write = [&](const char* name, const char* text) {
    std::ofstream(folder.filePath(name).toStdString()) << text;
    return folder.filePath(name);
  };
  EXPECT_EQ(fileKind(write("a.jsonl", "")), FileKind::run);
  EXPECT_EQ(fileKind(write("b.txt", "{\"record\":\"hello\"}\n")), FileKind::run);
  EXPECT_EQ(fileKind(write("c.json", "  {\"model_type\": \"gpt2\"}")), FileKind::config);
  EXPECT_EQ(fileKind(write("d.png", "\x89PNG")), FileKind::unknown);
  EXPECT_EQ(fileKind(folder.filePath("nothing")), FileKind::missing);
  EXPECT_TRUE(fileKindProblem(FileKind::missing, "x").contains("no file"));
}

TEST(SettingsOfTheWindow, remember_recent_files_without_repeating_them) {
  Settings settings;
  settings.clearRecentFiles();
  for (int i = 0; i < 15; ++i) settings.addRecentFile(QString("/tmp/%1").arg(i));
  settings.addRecentFile("/tmp/12");
  EXPECT_EQ(settings.recentFiles().size(), Settings::kRecentFiles);
  EXPECT_EQ(settings.recentFiles().front(), "/tmp/12");
  EXPECT_EQ(settings.recentFiles().count("/tmp/12"), 1);
  settings.removeRecentFile("/tmp/12");
  EXPECT_FALSE(settings.recentFiles().contains("/tmp/12"));
}

TEST(SettingsOfTheWindow, survive_nonsense) {
  Settings settings;
  settings.setTheme(ThemeChoice::dark);
  EXPECT_EQ(settings.theme(), ThemeChoice::dark);
  settings.setTheme(ThemeChoice::system);
  settings.setLayout("x", "state");
  EXPECT_EQ(settings.layout("x"), "state");
  settings.clearLayouts();
  EXPECT_EQ(settings.layout("x"), "");
}

}  // namespace
}  // namespace remat
