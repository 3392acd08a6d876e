#include "gui/charts/render.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include "engine/spec/error.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

Run sampleRun() { return parseRun(fileText(sampleRecords()), "sample.remat.jsonl"); }

QByteArray bytesOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
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

}  // namespace
}  // namespace remat
