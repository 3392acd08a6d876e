// What tables and findings say about points that were traced on a GPU, and about those that could not be.
#include <gmock/gmock.h>

#include "profiler/report/findings.h"
#include "profiler/report/report.h"
#include "profiler/report/tables.h"
#include "tests/support/sample_run.h"
#include "tests/support/traced_steps.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Run gpuRun() { return parseRun(fileText(sampleGpuRecords()), "gpu.remat.jsonl"); }
Run cpuRun() { return parseRun(fileText(sampleRecords()), "cpu.remat.jsonl"); }

std::string said(const Run& run, Finding::Kind kind) {
  std::string text;
  const GroupFindings group = groupFindings(run).at(0);
  for (const Finding& finding : group.findings)
    if (finding.kind == kind) text += finding.text + "\n";
  return text;
}

TEST(OpTable, has_a_row_per_phase_block_and_op_and_one_for_the_rest) {
  const std::string csv = csvText(opTable(gpuRun()));
  EXPECT_THAT(csv, StartsWith("model,policy,batch_size,sequence_length,num_hidden_layers,dtype,device,phase,block,op,"
                              "group,kernel_count,kernel_ns,kernel_ratio,copy_ns,block_index,point\r\n"));
  EXPECT_THAT(csv, HasSubstr(",forward,layer 0,q_proj,attention,1,60000,"));
  EXPECT_THAT(csv, HasSubstr(",recompute,layer 0,q_proj,attention,1,50000,"));
  EXPECT_THAT(csv, HasSubstr(",unattributed,,,,1,10000,"));
  EXPECT_EQ(csvText(opTable(cpuRun())).find("\r\n"), csvText(opTable(cpuRun())).size() - 2) << "a header and no rows";
}

TEST(OpTable, is_shown_for_people_with_shares_or_with_the_reason_why_not) {
  const std::string text = runText(gpuRun(), RunDetail::ops);
  EXPECT_THAT(text, HasSubstr("full, per op\n    phase"));
  EXPECT_THAT(text, HasSubstr("unattributed"));
  EXPECT_THAT(text, HasSubstr("store_all: no times of ops: Another tool"));
  EXPECT_THAT(runText(cpuRun(), RunDetail::ops), HasSubstr("kernels are attributed on a GPU only"));
}

TEST(PointTable, shows_what_tracing_cost_and_what_it_could_not_attribute) {
  const std::string text = runText(gpuRun());
  EXPECT_THAT(text, AllOf(HasSubstr("unattributed"), HasSubstr("tracing cost"), HasSubstr("+3.1%")));
  EXPECT_THAT(runText(cpuRun()), Not(HasSubstr("unattributed")));
  EXPECT_THAT(markdownReport(gpuRun(), {}), AllOf(HasSubstr("tracing cost"), HasSubstr("1.4%")));
}

TEST(AttributionFindings, say_how_much_recompute_took_and_where) {
  EXPECT_THAT(
      said(gpuRun(), Finding::Kind::result),
      AllOf(
          HasSubstr("`full`: 98.6% of 690.0 us of kernel time was attributed"),
          HasSubstr(
              "recompute took 14.5% of it, mostly `attention`, 100.0 us in 2 blocks, the largest part in `layer 0`.")));
}

TEST(AttributionFindings, say_how_long_the_device_waited_and_what_copies_hid) {
  EXPECT_THAT(
      said(gpuRun(), Finding::Kind::result),
      HasSubstr("idle for 30.0% of the traced step; of 80.0 us of copies, 70.0 us were hidden behind kernels and "
                "10.0 us were not"));
}

TEST(AttributionFindings, warn_of_what_is_not_attributed_and_of_slow_tracing) {
  EXPECT_THAT(said(gpuRun(), Finding::Kind::caution),
              AllOf(HasSubstr("could not be attributed: `full` (1.4%)"), HasSubstr("Tracing made steps clearly longer"),
                    HasSubstr("Kernels of `store_all` were not attributed: Another tool")));
}

TEST(AttributionFindings, are_silent_without_a_gpu) {
  EXPECT_THAT(said(cpuRun(), Finding::Kind::result), Not(HasSubstr("attributed")));
  EXPECT_THAT(said(cpuRun(), Finding::Kind::caution), Not(HasSubstr("attributed")));
}

}  // namespace
}  // namespace remat
