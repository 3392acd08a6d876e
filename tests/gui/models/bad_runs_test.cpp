// Runs as they come: damaged, cut, of a newer version, empty, of one point, all out of memory, very long. Whatever the
// window says about them is a sentence, never a crash. The files in tests/data/gui are cut out of a recorded run.

#include <chrono>
#include <string>

#include <QTextDocument>
#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "gui/models/blocks_view.h"
#include "gui/models/comparison_view.h"
#include "gui/models/diagnosis.h"
#include "gui/models/point_list_model.h"
#include "gui/models/report_preview.h"
#include "gui/models/why_view.h"
#include "tests/support/many_points.h"

namespace remat {
namespace {

using ::testing::HasSubstr;

Run load(const std::string& name) { return loadRun(std::string(REMAT_TEST_DATA_DIR "/gui/") + name + ".remat.jsonl"); }

QString previewOf(const Run& run) {
  QTextDocument document;
  document.setHtml(reportPreview(run, {.created = "now"}, lightTheme(), {}));
  return document.toPlainText();
}

double milliseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

class BadRun : public testing::TestWithParam<const char*> {};

TEST_P(BadRun, is_explained_point_by_point_without_a_crash) {
  const auto run = load(GetParam());
  EXPECT_FALSE(whyView(run, {}).sentence.isEmpty());
  for (const PointResult& point : run.points) {
    const QString key = QString::fromStdString(point.key());
    const WhyView view = whyView(run, key);
    EXPECT_FALSE(view.sentence.isEmpty());
    EXPECT_FALSE(view.state_text.isEmpty());
    EXPECT_FALSE(diagnosis(run, key).empty());
    for (const PointResult& other : run.points) {
      EXPECT_FALSE(comparePoints(run, key, run, QString::fromStdString(other.key())).finding.isEmpty());
    }
  }
  EXPECT_FALSE(compareRuns(run, run).finding.isEmpty());
  PointListModel list;
  list.show(std::make_shared<const remat::Run>(run));
  EXPECT_EQ(list.rowCount(), static_cast<int>(run.points.size()));
  EXPECT_THAT(previewOf(run).toStdString(), HasSubstr("Activation checkpointing"));
}

INSTANTIATE_TEST_SUITE_P(, BadRun,
                         testing::Values("damaged", "truncated", "newer_minor", "empty", "one_point",
                                         "all_out_of_memory", "started_only", "unfinished_point"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST(BadRuns, of_another_major_version_or_kind_are_refused_with_a_sentence) {
  for (const char* name : {"newer_major", "not_a_run"}) {
    try {
      (void)load(name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_GT(std::string(error.what()).size(), 40U);
    }
  }
}

TEST(BadRuns, that_are_damaged_say_what_is_missing) {
  EXPECT_EQ(load("damaged").damage.damaged_lines, 2);
  EXPECT_GT(load("truncated").damage.torn_bytes, 0);
  EXPECT_EQ(load("newer_minor").damage.unknown_records, 2);
  const auto rows = diagnosis(load("damaged"));
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.severity == Severity::error; }),
            2);
  EXPECT_THAT(previewOf(load("damaged")).toStdString(), HasSubstr("2 lines could not be read"));
}

TEST(BadRuns, without_the_record_of_the_block_at_the_peak_name_no_other_block) {
  const auto run = load("damaged");
  const PointResult* damaged = run.find("9eb43c8015be7615");
  ASSERT_NE(damaged, nullptr);
  const auto index = static_cast<std::size_t>(damaged - run.points.data());
  const BlocksView view = blocksView(run, groupOf(run, index), QString::fromStdString(damaged->key()), {});
  EXPECT_THAT(view.finding.toStdString(),
              HasSubstr("the peak of 73.8 MiB is in none of those shown: the record of head is missing."));
  ASSERT_EQ(view.bars.size(), static_cast<std::size_t>(view.block_names.size()));
  EXPECT_FALSE(view.rows[*view.selected].cells.back().measured);
}

TEST(BadRuns, that_are_all_out_of_memory_say_that_nothing_fits) {
  const auto run = load("all_out_of_memory");
  for (const PointResult& point : run.points) {
    const WhyView view = whyView(run, QString::fromStdString(point.key()));
    EXPECT_EQ(view.state, WhyView::State::not_completed);
    EXPECT_THAT(view.sentence.toStdString(), HasSubstr(". No policy that was tried fits"));
  }
}

TEST(BadRuns, of_one_point_have_nothing_to_move_to) {
  const auto run = load("one_point");
  const WhyView view = whyView(run, QString::fromStdString(run.points.at(0).key()));
  EXPECT_TRUE(view.moves.empty());
  EXPECT_THAT(view.no_move.toStdString(), HasSubstr("No other policy"));
}

TEST(LongRun, of_ten_thousand_points_is_explained_while_nobody_waits) {
  const auto run = manyPoints(10'000);
  ASSERT_EQ(run.points.size(), 10'000U);
  const QString key = QString::fromStdString(run.points[4321].key());
  const double why_ms = milliseconds([&] { (void)whyView(run, key); });
  const double point_ms = milliseconds([&] { (void)diagnosis(run, key); });
  const double diagnosis_ms = milliseconds([&] { (void)diagnosis(run); });
  const double compare_ms = milliseconds([&] { (void)compareRuns(run, run); });
  const double preview_ms = milliseconds([&] { (void)reportPreview(run, {}, lightTheme(), {}); });
  std::printf(
      "10,000 points: why %.1f ms, diagnosis of a point %.1f ms, of the run %.1f ms, two runs %.1f ms, "
      "preview %.1f ms\n",
      why_ms, point_ms, diagnosis_ms, compare_ms, preview_ms);
  // Generous, for sanitizers and busy machines.
  EXPECT_LT(why_ms, 500);
  EXPECT_LT(point_ms, 500);
  EXPECT_LT(diagnosis_ms, 5000);
  EXPECT_LT(compare_ms, 5000);
}

TEST(ReportPreview, has_findings_tables_pictures_and_where_numbers_come_from) {
  const auto run = manyPoints(40);
  const QString html =
      reportPreview(run, {.program_version = "0.1.0", .created = "today"}, darkTheme(),
                    {.shown = {{"Frontier", "chart:frontier", 800}}, .more = 7}, {.groups = 2, .rows = 5});
  EXPECT_TRUE(html.contains("<img src=\"chart:frontier\" width=\"800\""));
  EXPECT_TRUE(html.contains("Up to 7 more charts are in the report."));
  EXPECT_TRUE(html.contains("2 more groups are in the report."));
  EXPECT_TRUE(html.contains("5 more rows are in points.csv."));
  EXPECT_TRUE(html.contains("Sample CPU"));
  EXPECT_TRUE(html.contains("today, rematscope 0.1.0"));
  EXPECT_TRUE(html.contains("<b>store_all</b>"));
}

}  // namespace
}  // namespace remat
