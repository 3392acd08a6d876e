// rematscope report with a window program that is a script: charts in HTML and Markdown, or a sentence why there are
// none.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/profiler/cli/program_run.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class ReportWithCharts : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("report_with_charts_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    std::ofstream(folder_ / "run.remat.jsonl") << fileText(sampleRecords());
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A program that is called as rematscope-gui --render RUN --output DIR --format svg.
  std::string script(const std::string& lines) const {
    const fs::path path = folder_ / "window";
    std::ofstream(path) << "#!/bin/sh\n" << lines;
    fs::permissions(path, fs::perms::owner_all);
    return path.string();
  }
  ProgramResult report(const std::string& window, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"report", (folder_ / "run.remat.jsonl").string(), "--output",
                                      (folder_ / "out").string()};
    words.insert(words.end(), more.begin(), more.end());
    return runProgram(words, {{"REMATSCOPE_GUI", window}});
  }
  std::string text(const std::string& name) const {
    std::ifstream file(folder_ / "out" / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path folder_;
};

TEST_F(ReportWithCharts, puts_the_pictures_into_html_and_beside_markdown) {
  const auto result =
      report(script("mkdir -p \"$4\"\n"
                    "printf '<?xml version=\"1.0\"?>\\n<svg id=\"drawn\"></svg>' > \"$4/frontier.svg\"\n"
                    "echo \"$4/frontier.svg\"\n"));
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(text("report.html"), HasSubstr("<svg id=\"drawn\">"));
  EXPECT_THAT(text("report.md"), HasSubstr("](charts/frontier.svg)"));
  EXPECT_THAT(text("charts/frontier.svg"), HasSubstr("drawn"));
  EXPECT_THAT(result.errors, Not(HasSubstr("Charts:")));
}

TEST_F(ReportWithCharts, asks_for_no_pictures_that_it_does_not_use) {
  const auto result = report(script("echo \"asked $5 $6\" >&2\nexit 7\n"));
  EXPECT_THAT(result.errors, HasSubstr("asked --format svg"));
}

TEST_F(ReportWithCharts, is_written_without_them_when_the_window_program_fails_and_says_why) {
  const auto result = report(script("echo 'no fonts here' >&2\nexit 7\n"));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("no fonts here"));
  EXPECT_THAT(text("report.html"), HasSubstr("no fonts here"));
  EXPECT_THAT(text("report.md"), HasSubstr("Charts: "));
}

TEST_F(ReportWithCharts, says_where_there_is_no_window_program) {
  const auto result = report((folder_ / "nothing").string());
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("Charts: "));
  EXPECT_THAT(text("points.csv"), HasSubstr("store_all"));
}

TEST_F(ReportWithCharts, refuses_pictures_that_are_none) {
  const auto result = report(script("mkdir -p \"$4\"\necho text > \"$4/a.svg\"\necho \"$4/a.svg\"\n"));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(text("report.html"), Not(HasSubstr("<figure>")));
  EXPECT_THAT(result.errors, HasSubstr("SVG"));
}

TEST_F(ReportWithCharts, leaves_them_out_when_told_so) {
  const auto result = report(script("exit 7\n"), {"--no-charts"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, Not(HasSubstr("Charts:")));
}

}  // namespace
}  // namespace remat
