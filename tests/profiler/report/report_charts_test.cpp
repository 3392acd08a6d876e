#include "profiler/report/report_charts.h"

#include <fstream>

#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

namespace fs = std::filesystem;

class ReportCharts : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / "rematscope_report_charts_test";
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  fs::path folder_;
};

TEST_F(ReportCharts, are_the_svg_files_without_what_html_does_not_know) {
  const auto run = parseRun(fileText(samplePoint(sampleSpec("gpt2", "full"), 1, 1, 1)), "run");
  const auto charts = readReportCharts(
      run, {file("step-memory.svg", "<?xml version=\"1.0\"?>\n<svg width=\"1\"></svg>\n"), file("frontier.png", "x")});
  ASSERT_EQ(charts.size(), 1U);
  EXPECT_EQ(charts[0].name, "step-memory");
  EXPECT_EQ(charts[0].title, "Step memory");
  EXPECT_EQ(charts[0].svg, "<svg width=\"1\"></svg>\n");
}

TEST_F(ReportCharts, say_of_which_points_they_are) {
  const auto run = parseRun(fileText(sampleRecords()), "run");
  const auto charts = readReportCharts(run, {file("frontier.svg", "<svg/>"), file("frontier-2.svg", "<svg/>"),
                                             file("frontier-99.svg", "<svg/>"), file("a-b.svg", "<svg/>")});
  ASSERT_EQ(charts.size(), 4U);
  EXPECT_TRUE(charts[0].title.starts_with("Frontier: smollm2-135m, 6 layers")) << charts[0].title;
  EXPECT_TRUE(charts[1].title.starts_with("Frontier: gpt2, 12 layers")) << charts[1].title;
  EXPECT_EQ(charts[2].title, "Frontier");
  EXPECT_TRUE(charts[3].title.starts_with("A b: smollm2")) << charts[3].title;
}

TEST_F(ReportCharts, along_a_size_are_called_after_all_sizes_that_they_show) {
  std::vector<Record> records;
  for (const std::int64_t batch : {1, 2, 8}) {
    PointSpec spec = sampleSpec("gpt2", "full");
    spec.training.batch_size = batch;
    const auto point = samplePoint(spec, 1, 1, 1);
    records.insert(records.end(), point.begin(), point.end());
  }
  const auto run = parseRun(fileText(records), "run");
  const auto charts = readReportCharts(
      run, {file("batch-grid.svg", "<svg/>"), file("throughput-2.svg", "<svg/>"), file("depth.svg", "<svg/>")});
  ASSERT_EQ(charts.size(), 3U);
  EXPECT_TRUE(charts[0].title.starts_with("Batch grid: gpt2, 12 layers, batch 1 to 8 x ")) << charts[0].title;
  EXPECT_TRUE(charts[1].title.starts_with("Throughput: gpt2, 12 layers, batch 1 to 8 x ")) << charts[1].title;
  EXPECT_TRUE(charts[2].title.starts_with("Depth: gpt2, 12 layers, batch 1 x ")) << charts[2].title;
}

TEST_F(ReportCharts, refuse_what_is_no_picture) {
  EXPECT_THROW((void)readReportCharts({}, {folder_ / "missing.svg"}), Error);
  EXPECT_THROW((void)readReportCharts({}, {file("broken.svg", "text")}), Error);
}

}  // namespace
}  // namespace remat
