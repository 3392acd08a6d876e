#include "profiler/report/report.h"

#include <fstream>
#include <iterator>

#include <unistd.h>

#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "profiler/report/findings.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

auto sampleRun() { return parseRun(fileText(sampleRecords()), "sample.remat.jsonl"); }

class Report : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / ("report_" + std::to_string(getpid()));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string content(const char* name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path folder_;
};

TEST_F(Report, is_four_files_in_a_new_folder) {
  writeReport(sampleRun(), folder_ / "deep", {});
  for (const char* name : {"deep/report.html", "deep/report.md", "deep/points.csv", "deep/layers.csv"}) {
    EXPECT_GT(content(name).size(), 1000U) << name;
  }
}

TEST_F(Report, that_exists_is_refused_unless_asked_for) {
  writeReport(sampleRun(), folder_, {});
  EXPECT_THROW(writeReport(sampleRun(), folder_, {}), Error);
  EXPECT_NO_THROW(writeReport(sampleRun(), folder_, {.force = true}));
}

TEST_F(Report, in_a_place_that_cannot_be_written_says_so) {
  EXPECT_THROW(writeReport(sampleRun(), "/proc/no/report", {}), Error);
}

TEST(HtmlReport, is_self_contained_and_escaped) {
  auto records = sampleRecords();
  std::get<RunStarted>(records[0]).command_line = "x <script>alert(1)</script>";
  const std::string html = htmlReport(parseRun(fileText(records), "a&b"), {});
  EXPECT_THAT(html, Not(HasSubstr("http")));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("Sample CPU &lt;1&gt;"));
  EXPECT_THAT(html, HasSubstr("a&amp;b"));
  EXPECT_THAT(html, HasSubstr("<code>full</code>"));
  EXPECT_THAT(html, Not(HasSubstr("{{")));
}

TEST(HtmlReport, takes_charts_in) {
  ReportOptions options;
  options.charts = {{"time", "Time and peak", "<svg id=\"chart\"></svg>"}};
  EXPECT_THAT(htmlReport(sampleRun(), options), HasSubstr("<svg id=\"chart\"></svg><figcaption>Time and peak"));
}

TEST(HtmlReport, of_an_empty_run_says_that_it_is_empty) {
  EXPECT_THAT(htmlReport(parseRun("", "empty"), {}), HasSubstr("The run has no points."));
}

TEST(MarkdownReport, has_findings_tables_and_provenance) {
  const std::string text = markdownReport(sampleRun(), {.created = "2026-03-01T10:05:00Z"});
  EXPECT_THAT(text, HasSubstr("# Activation checkpointing of smollm2-135m and gpt2\n\n9 points, 8 completed"));
  EXPECT_THAT(text, HasSubstr("| policy | step time | change |"));
  EXPECT_THAT(text, HasSubstr("- Command: rematscope sweep"));
  EXPECT_THAT(text, HasSubstr("LibTorch 2.11.0"));
}

TEST(ChartsOfReports, of_a_group_stand_behind_its_findings) {
  const remat::Run run = sampleRun();
  const auto groups = groupFindings(run);
  ReportOptions options;
  options.charts = {{"frontier-2", "Frontier: " + groups.at(1).title, "<svg id=\"second\"></svg>"},
                    {"depth", "Depth", "<svg id=\"whole\"></svg>"}};
  for (const std::string& text : {htmlReport(run, options), markdownReport(run, options)}) {
    const bool html = text.starts_with("<!DOCTYPE");
    const auto whole = text.find(html ? "id=\"whole\"" : "charts/depth.svg");
    const auto second = text.find(html ? "id=\"second\"" : "charts/frontier-2.svg");
    const auto heading = [&](std::size_t group) { return text.find((html ? "<h2>" : "## ") + groups.at(group).title); };
    EXPECT_LT(whole, heading(0)) << "a chart of no group comes first";
    EXPECT_LT(heading(1), second);
    EXPECT_LT(second, heading(2));
  }
}

}  // namespace
}  // namespace remat
