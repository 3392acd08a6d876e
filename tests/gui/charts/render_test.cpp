#include "gui/charts/render.h"

#include <algorithm>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include "engine/spec/error.h"
#include "gui/charts/frontier_chart.h"
#include "gui/models/sweep_slice.h"
#include "tests/support/many_points.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

Run sampleRun() { return parseRun(fileText(sampleRecords()), "sample.remat.jsonl"); }

QByteArray bytesOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

TEST(RenderedCharts, say_which_group_they_are_of_where_there_are_several) {
  const auto run = parseRun(fileText(sampleRecords()), "sample");
  const auto charts = chartsToDraw(run, {"frontier", "depth"});
  ASSERT_GE(charts.size(), 3U);
  EXPECT_NE(charts[0].label, charts[1].label);
  EXPECT_FALSE(charts[0].label.isEmpty());
  FrontierChart chart;
  chart.show(frontierView(run, charts[0].group, SpeedUnit::step_time, {}));
  chart.setPictureLabel(charts[0].label);
  EXPECT_TRUE(chart.svg({900, 400}, {}).contains(charts[0].label.toUtf8()));
  const auto alone = parseRun(fileText(samplePoint(sampleSpec("gpt2", "full"), 1, 1, 1)), "alone");
  EXPECT_TRUE(chartsToDraw(alone, {"frontier"})[0].label.isEmpty());
}

TEST(Render, writes_every_chart_that_has_something_to_show_in_three_formats) {
  const QTemporaryDir folder;
  const QStringList written = renderCharts(sampleRun(), {.folder = folder.path() + "/charts"});
  EXPECT_TRUE(written.contains(folder.path() + "/charts/frontier.png"));
  EXPECT_TRUE(written.contains(folder.path() + "/charts/blocks-2.svg"));
  EXPECT_TRUE(written.contains(folder.path() + "/charts/step-memory.csv"));
  for (const QString& path : written) EXPECT_GT(QFileInfo(path).size(), 20) << path.toStdString();
}

TEST(Render, gives_identical_bytes_on_repeat) {
  const QTemporaryDir a, b;
  const RenderOptions options{.charts = {"frontier", "blocks", "step-memory"}, .scale = 2.0};
  RenderOptions first = options, second = options;
  first.folder = a.path();
  second.folder = b.path();
  const QStringList written = renderCharts(sampleRun(), first);
  const QStringList again = renderCharts(sampleRun(), second);
  ASSERT_EQ(written.size(), again.size());
  for (qsizetype i = 0; i < written.size(); ++i)
    EXPECT_EQ(bytesOf(written[i]), bytesOf(again[i])) << written[i].toStdString();
}

TEST(Render, writes_only_the_formats_that_are_asked_for) {
  const QTemporaryDir folder;
  const QStringList written =
      renderCharts(sampleRun(), {.folder = folder.path(), .charts = {"frontier"}, .formats = {"svg"}});
  ASSERT_FALSE(written.isEmpty());
  for (const QString& path : written) EXPECT_TRUE(path.endsWith(".svg")) << path.toStdString();
  EXPECT_EQ(QDir(folder.path()).entryList(QDir::Files).size(), written.size());
}

TEST(Render, writes_numbers_of_files_in_the_c_locale) {
  const QTemporaryDir folder;
  QLocale::setDefault(QLocale(QLocale::German));
  const QStringList written =
      renderCharts(sampleRun(), {.folder = folder.path(), .charts = {"blocks"}, .formats = {"csv"}});
  QLocale::setDefault(QLocale::c());
  EXPECT_TRUE(bytesOf(written[0]).contains(",0.157"));
}

TEST(Render, refuses_names_it_does_not_know_and_says_which_it_knows) {
  const QTemporaryDir folder;
  try {
    renderCharts(sampleRun(), {.folder = folder.path(), .charts = {"pie"}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("step-memory"), std::string::npos);
  }
  EXPECT_THROW(renderCharts(sampleRun(), {.folder = folder.path(), .formats = {"gif"}}), Error);
  EXPECT_THROW(renderCharts(sampleRun(), {.folder = "/proc/nothing"}), Error);
}

TEST(Render, of_an_empty_run_is_nothing) {
  const QTemporaryDir folder;
  EXPECT_TRUE(renderCharts({}, {.folder = folder.path()}).isEmpty());
}

TEST(ChartKinds, are_found_by_name) {
  for (const ChartKind& kind : chartKinds()) EXPECT_EQ(findChart(kind.id), &kind);
  EXPECT_EQ(findChart("pie"), nullptr);
}

TEST(PictureFooter, says_where_the_numbers_come_from) {
  const auto run = sampleRun();
  const QString footer = pictureFooter(run, groupPoints(run)[0]);
  EXPECT_TRUE(footer.contains("smollm2-135m")) << footer.toStdString();
  EXPECT_TRUE(footer.contains("Sample CPU <1>"));
  EXPECT_TRUE(footer.contains("2026-03-01"));
}

TEST(PictureFooter, tells_the_session_that_measured_what_is_shown) {
  const auto session = [](const char* version, const char* created) {
    return RunStarted{.program_version = version, .created = created};
  };
  std::vector<Record> records = {session("0.1.0", "2026-03-01T10:00:00Z")};
  const auto add = [&](const char* policy, std::int64_t batch) {
    PointSpec spec = sampleSpec("gpt2", policy);
    spec.training.batch_size = batch;
    const auto point = samplePoint(spec, 1, 1, 1);
    records.insert(records.end(), point.begin(), point.end());
  };
  add("store_all", 1);
  records.emplace_back(session("0.2.0", "2026-03-05T10:00:00Z"));
  add("full", 1);
  add("full", 2);
  const auto run = parseRun(fileText(records), "run");
  const auto groups = groupPoints(run);
  EXPECT_TRUE(pictureFooter(run, groups[1]).endsWith("rematscope 0.2.0 · 2026-03-05"))
      << pictureFooter(run, groups[1]).toStdString();
  EXPECT_TRUE(pictureFooter(run, groups[0]).endsWith("rematscope 0.1.0 and 0.2.0 · 2026-03-01 and 2026-03-05"))
      << pictureFooter(run, groups[0]).toStdString();
  EXPECT_TRUE(pictureFooter(run, groups[1], SweepAxis::batch).contains("0.1.0 and 0.2.0"));
}

TEST(PictureFooter, names_all_sizes_of_a_picture_along_one) {
  std::vector<Record> records;
  for (const std::int64_t batch : {2, 4}) {
    PointSpec spec = sampleSpec("gpt2", "full");
    spec.training.batch_size = batch;
    const auto point = samplePoint(spec, 1, 1, 1);
    records.insert(records.end(), point.begin(), point.end());
  }
  const auto run = parseRun(fileText(records), "run");
  const PointGroup group = groupPoints(run)[0];
  EXPECT_TRUE(pictureFooter(run, group).contains("batch 2 x "));
  EXPECT_TRUE(pictureFooter(run, group, SweepAxis::batch).contains("batch 2 to 4 x "));
  EXPECT_TRUE(pictureFooter(run, {}, SweepAxis::batch).isEmpty());
}

TEST(Render, draws_each_chart_along_a_size_as_what_reports_call_it) {
  for (const ChartKind& kind : chartKinds()) EXPECT_EQ(axisOfChart(kind.id), kind.slice) << kind.id;
}

/// The long way: every slice in full.
std::vector<std::size_t> firstOfSlices(const Run& run, SweepAxis axis) {
  std::vector<std::size_t> shown;
  const std::vector<PointGroup> groups = groupPoints(run);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::vector<std::size_t> along = pointsAlong(run, groups[i], axis);
    if (sweepSlice(run, groups[i], axis).values.size() >= 2 && along.front() == groups[i].points.front())
      shown.push_back(i);
  }
  return shown;
}

TEST(ChartsToDraw, show_each_slice_once) {
  for (const auto& run : {sampleRun(), manyPoints(400)}) {
    for (const SweepAxis axis : {SweepAxis::batch, SweepAxis::layers})
      EXPECT_EQ(groupsToShowAlong(run, groupPoints(run), axis), firstOfSlices(run, axis));
  }
}

TEST(ChartsToDraw, of_a_long_run_are_told_from_its_groups_alone) {
  auto run = manyPoints(10'000);
  const std::vector<PointGroup> groups = groupPoints(run);
  const auto all = groupsToShowAlong(run, groups, SweepAxis::batch);
  std::vector<std::size_t> firsts;
  for (const PointGroup& group : groups) firsts.push_back(group.points.front());
  // Whatever the other points are: they are not looked at.
  for (std::size_t i = 0; i < run.points.size(); ++i) {
    if (!std::binary_search(firsts.begin(), firsts.end(), i)) run.points[i] = {};
  }
  EXPECT_EQ(groupsToShowAlong(run, groups, SweepAxis::batch), all);
  EXPECT_FALSE(all.empty());
}

}  // namespace
}  // namespace remat
