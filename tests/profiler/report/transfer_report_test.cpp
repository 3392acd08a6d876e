// What tables and findings say about points that keep activations in host memory.
#include <gmock/gmock.h>

#include "profiler/report/findings.h"
#include "profiler/report/report.h"
#include "profiler/report/tables.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// The sample run after `change` was applied to every record of kind T.
template <typename T>
Run sampleRunWith(void (*change)(T&)) {
  std::vector<Record> records = sampleRecords();
  for (Record& record : records)
    if (auto* changed = std::get_if<T>(&record)) change(*changed);
  return parseRun(fileText(records), "sample.remat.jsonl");
}

Run sampleRun() { return parseRun(fileText(sampleRecords()), "sample.remat.jsonl"); }

std::string said(const Run& run, std::size_t group) {
  std::string text;
  const GroupFindings findings = groupFindings(run).at(group);
  for (const Finding& finding : findings.findings) text += finding.text + "\n";
  return text;
}

/// Value of a column in the row of the first point with this policy.
Cell cellOf(const ResultTable& table, const std::string& policy, std::string_view column) {
  const std::size_t policies = table.find("policy");
  for (const auto& row : table.rows)
    if (row[policies] == Cell(policy)) return row.at(table.find(column));
  return {};
}

TEST(PointTable, tells_what_was_moved_of_points_that_offload_only) {
  const ResultTable table = pointTable(sampleRun());
  EXPECT_EQ(cellOf(table, "offload_input", "host_bytes"), Cell(std::int64_t{96} << 20));
  EXPECT_EQ(cellOf(table, "offload_input", "prefetch_bytes"), Cell(std::int64_t{96} << 20));
  EXPECT_EQ(cellOf(table, "offload_input", "planned_host_bytes"), Cell(std::int64_t{96} << 20));
  EXPECT_EQ(cellOf(table, "full", "host_bytes"), Cell()) << "nothing was copied, so nothing was measured";
  EXPECT_EQ(cellOf(table, "full", "planned_host_bytes"), Cell(std::int64_t{0}));
}

TEST(PointTable, shows_the_link_and_what_of_the_copies_was_waited_for) {
  const std::string text = runText(sampleRun());
  EXPECT_THAT(text, AllOf(HasSubstr("96.0 MiB  8.00 GiB/s"), HasSubstr("5.50 ms"), HasSubstr("16.5 ms")));
  const std::size_t second = text.find("\ngpt2");
  EXPECT_THAT(text.substr(second), Not(HasSubstr("in host memory"))) << "no policy of that table offloads";
  EXPECT_THAT(markdownReport(sampleRun(), {}), HasSubstr("| in host memory | link |"));
  EXPECT_THAT(htmlReport(sampleRun(), {}), HasSubstr("8.00 GiB/s"));
}

TEST(LayerTable, tells_of_every_block_what_is_in_host_memory) {
  const std::string csv = csvText(layerTable(sampleRun()));
  EXPECT_THAT(csv, HasSubstr(",point,host_bytes\r\n"));
  EXPECT_THAT(csv, HasSubstr(",16777216\r\n"));
  const std::string text = runText(sampleRun(), RunDetail::layers);
  const std::string offloading = text.substr(text.find("offload_input, per block"));
  EXPECT_THAT(offloading, HasSubstr("in host memory"));
  EXPECT_THAT(text.substr(0, text.find("offload_input, per block")).substr(text.find("full, per block")),
              Not(HasSubstr("in host memory")))
      << "zeros would only take room";
}

TEST(LayerTable, leaves_empty_what_earlier_versions_did_not_write) {
  const auto run = sampleRunWith<PointStarted>([](PointStarted& started) { started.planned_host_bytes = 0; });
  EXPECT_EQ(cellOf(layerTable(run), "offload_input", "host_bytes"), Cell());
  EXPECT_EQ(cellOf(layerTable(run), "full", "host_bytes"), Cell(std::int64_t{0}));
}

TEST(TransferFindings, say_what_was_moved_what_was_hidden_and_what_it_saved_against_full) {
  EXPECT_THAT(
      said(sampleRun(), 0),
      HasSubstr("`offload_input` moved 96.0 MiB to host memory and back at 8.00 GiB/s; of 22.0 ms of copies, 16.5 "
                "ms were hidden behind computing and 5.50 ms were not. Against `full` that is a peak of 350.0 MiB "
                "instead of 400.0 MiB (-12.5%) and steps of +2.0% (+1.0% to +3.0%)."));
  EXPECT_THAT(said(sampleRun(), 1), Not(HasSubstr("host memory")));
}

TEST(TransferFindings, do_not_speak_of_hiding_where_nothing_runs_beside_a_copy) {
  const auto run = sampleRunWith<Transfers>([](Transfers& transfers) { transfers.hidden_ns.reset(); });
  EXPECT_THAT(said(run, 0), AllOf(HasSubstr("computing waited 5.50 ms for copies"), Not(HasSubstr("hidden"))));
}

TEST(TransferFindings, give_no_range_that_few_samples_cannot_give) {
  const auto run = sampleRunWith<PointFinished>([](PointFinished& finished) { finished.samples = 3; });
  EXPECT_THAT(said(run, 0), HasSubstr("and steps of +2.0% by too few samples for a 95% interval."));
}

TEST(TransferFindings, compare_with_full_only_where_it_was_measured) {
  const auto run = sampleRunWith<PointFinished>([](PointFinished& finished) {
    if (finished.peak_allocated_bytes == std::int64_t{400} << 20) finished.outcome = Outcome::failed;
  });
  EXPECT_THAT(said(run, 0), AllOf(HasSubstr("`offload_input` moved"), Not(HasSubstr("Against `full`"))));
}

}  // namespace
}  // namespace remat
