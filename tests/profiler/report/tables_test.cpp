#include "profiler/report/tables.h"

#include <gmock/gmock.h>

#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

auto sampleRun() { return parseRun(fileText(sampleRecords()), "sample.remat.jsonl"); }

TEST(PointTable, begins_with_the_columns_that_others_rely_on) {
  EXPECT_THAT(csvText(pointTable(sampleRun())),
              StartsWith("model,policy,batch_size,sequence_length,num_hidden_layers,dtype,device,outcome,step_time_ns,"
                         "step_time_low_ns,step_time_high_ns,samples,peak_requested_bytes,peak_allocated_bytes,"
                         "peak_reserved_bytes,retained_bytes,recompute_ns,gradient_check,"));
}

TEST(PointTable, tells_everything_that_a_sweep_may_vary) {
  const std::string csv = csvText(pointTable(sampleRun()));
  EXPECT_THAT(csv, HasSubstr(",optimizer,gradients,dropout,norm_spelling,activation_spelling,use_reentrant,early_stop,"
                             "preserve_rng_state,offload_window,offload_synchronous,placement,"));
  EXPECT_THAT(csv, HasSubstr(",adamw,fresh,false,composite,composite,false,true,true,1,false,first,"));
}

TEST(LayerTable, begins_with_the_columns_that_others_rely_on) {
  EXPECT_THAT(csvText(layerTable(sampleRun())),
              StartsWith("model,policy,batch_size,sequence_length,num_hidden_layers,dtype,device,block,forward_ns,"
                         "recompute_ns,backward_ns,retained_bytes,peak_bytes,"));
}

TEST(PointTable, has_a_row_per_point_and_leaves_empty_what_was_not_measured) {
  const std::string csv = csvText(pointTable(sampleRun()));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 10);
  EXPECT_THAT(csv, HasSubstr("\r\nsmollm2-135m,full,8,128,6,float32,cpu,completed,500000000,497500000,502500000,7,"
                             "419426304,419430400,,115343360,98000000,bit_equal,0.25,"));
  EXPECT_THAT(csv, HasSubstr("\r\ngpt2,store_all,64,128,12,float32,cpu,out_of_memory,,,,0,,,,,,not_checked,"));
}

TEST(Csv, quotes_what_needs_it) {
  ResultTable table{.columns = {{"a"}, {"b"}},
                    .rows = {{Cell("x,\"y\"\nz"), Cell()}, {Cell(0.1), Cell(std::int64_t{-3})}}};
  EXPECT_EQ(csvText(table), "a,b\r\n\"x,\"\"y\"\"\nz\",\r\n0.1,-3\r\n");
}

TEST(Json, leaves_out_what_was_not_measured) {
  ResultTable table{.columns = {{"a"}, {"b"}}, .rows = {{Cell(std::int64_t{1}), Cell()}}};
  EXPECT_EQ(jsonText(table), "[\n  {\n    \"a\": 1\n  }\n]\n");
  EXPECT_EQ(jsonText({}), "[]\n");
}

TEST(Markdown, escapes_what_would_break_the_table) {
  ResultTable table{.columns = {{"a", "A"}}, .rows = {{Cell("x|y\nz")}}};
  EXPECT_EQ(markdownText(table), "| A |\n| --- |\n| x\\|y z |\n");
}

TEST(TerminalTable, shows_comparable_points_together_in_human_units) {
  const std::string text = runText(sampleRun());
  EXPECT_THAT(
      text,
      StartsWith(
          "smollm2-135m, 6 layers, batch 8 x 128 tokens, float32, adamw, cpu\n"
          "  policy         step time  change  samples       peak  change   retained  change  recompute  gradients  "
          "in host memory        link  copies exposed  copies hidden\n"
          "  store_all       400.0 ms   ±0.0%        7  900.0 MiB   ±0.0%  700.0 MiB   ±0.0%       0 ns  bit_equal\n"
          "  cheap           406.0 ms   +1.5%        7  660.0 MiB  -26.7%  450.0 MiB  -35.7%    5.00 ms  bit_equal\n"));
  EXPECT_THAT(text, HasSubstr("  store_all: Forward of layer 7 asked for"));
}

TEST(TerminalTable, shows_blocks_if_asked_to) {
  EXPECT_THAT(runText(sampleRun(), RunDetail::layers), HasSubstr("    layer 5"));
}

TEST(GroupTitle, names_what_differs_from_the_usual) {
  PointSpec spec = sampleSpec("gpt2", "full");
  spec.training.use_reentrant = true;
  spec.memory_cap_bytes = std::int64_t{2} << 30;
  EXPECT_EQ(groupTitle(spec),
            "gpt2, 12 layers, batch 1 x 128 tokens, float32, adamw, cpu capped at 2.00 GiB, use_reentrant");
  spec = sampleSpec("gpt2", "full");
  spec.device = "cuda:0";
  spec.allocator = "expandable_segments:True";
  EXPECT_EQ(groupTitle(spec),
            "gpt2, 12 layers, batch 1 x 128 tokens, float32, adamw, cuda:0, expandable_segments:True");
}

}  // namespace
}  // namespace remat
