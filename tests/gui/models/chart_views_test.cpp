// The views of blocks, one step, grids and curves.
#include <numeric>

#include <gmock/gmock.h>

#include "gui/models/axis_unit.h"
#include "gui/models/batch_grid_view.h"
#include "gui/models/blocks_view.h"
#include "gui/models/depth_view.h"
#include "gui/models/step_memory_view.h"
#include "gui/models/throughput_view.h"
#include "tests/support/sample_run.h"
#include "tests/support/traced_steps.h"

namespace remat {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMiB = 1024 * 1024;

Run sampleRun() { return parseRun(fileText(sampleRecords()), "sample"); }

/// Two policies, batches 1, 2, 4 and 4, 8 layers; store_all runs out at the largest.
Run sweepRun() {
  std::vector<Record> records;
  for (const std::int64_t layers : {4, 8}) {
    for (const std::int64_t batch : {1, 2, 4}) {
      for (const char* policy : {"store_all", "full"}) {
        PointSpec spec = sampleSpec("gpt2", policy);
        spec.training.batch_size = batch;
        spec.training.num_hidden_layers = layers;
        const bool full = spec.policy == "full";
        const std::int64_t peak = (100 + batch * layers * (full ? 2 : 10)) * kMiB;
        auto point = samplePoint(spec, (40 + 10 * batch) * (full ? 1'300'000 : 1'000'000), peak, peak / 2);
        if (!full && batch == 4 && layers == 8) {
          point.back() =
              PointFinished{.point = pointKey(spec), .outcome = Outcome::out_of_memory, .reason = "Too large."};
        }
        std::move(point.begin(), point.end(), std::back_inserter(records));
      }
    }
  }
  return parseRun(fileText(records), "sweep");
}

PointGroup groupOf(const Run& run, std::int64_t batch, std::int64_t layers) {
  for (const PointGroup& group : groupPoints(run)) {
    const TrainingSpec& training = run.points[group.points.front()].spec().training;
    if (training.batch_size == batch && training.num_hidden_layers == layers) return group;
  }
  throw std::out_of_range("no such group");
}

TEST(AxisUnit, is_the_one_in_which_the_largest_value_is_at_least_one) {
  EXPECT_EQ(memoryUnit(900 * kMiB).name, "MiB");
  EXPECT_EQ(memoryUnit(1024 * kMiB).name, "GiB");
  EXPECT_EQ(timeUnit(9'000'000'000).name, "ms");
  EXPECT_EQ(timeUnit(11'000'000'000).name, "s");
  EXPECT_DOUBLE_EQ(memoryUnit(1024 * kMiB).of(512 * kMiB), 0.5);
}

TEST(BlocksView, gives_shares_of_what_the_most_generous_policy_keeps) {
  const auto run = sampleRun();
  const PointGroup group = groupPoints(run)[0];
  const BlocksView view = blocksView(run, group, QString::fromStdString(run.points[3].key()), {});
  ASSERT_EQ(view.rows.size(), 5U);
  ASSERT_EQ(view.block_names.size(), 8);
  EXPECT_EQ(view.short_names, QStringList({"emb.", "0", "1", "2", "3", "4", "5", "head"}));
  EXPECT_EQ(view.selected, 3U);
  EXPECT_DOUBLE_EQ(view.rows[0].cells[1].saved_ratio, 1.0);
  EXPECT_NEAR(view.rows[3].cells[1].saved_ratio, 110.0 / 700, 1e-6);
  EXPECT_NEAR(view.rows[3].cells[1].recomputed_ratio, 1 - 110.0 / 700, 1e-6);
  EXPECT_DOUBLE_EQ(view.rows[0].cells[1].recomputed_ratio, 0.0);
  EXPECT_EQ(view.bars[0].peak_bytes, 400 * kMiB);
  EXPECT_TRUE(view.finding.contains("full")) << view.finding.toStdString();
  EXPECT_EQ(view.table().rows.size(), 40U);
  EXPECT_TRUE(blockTip(view, 3, 1).contains("replays 12 ops"));
  EXPECT_TRUE(blockTip(view, 99, 1).isEmpty());
}

TEST(BlocksView, finds_blocks_by_parts_of_their_names) {
  EXPECT_EQ(findBlocks(sampleRun().points[0], "LAYER"), (std::vector<int>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(findBlocks(sampleRun().points[0], "hea"), std::vector<int>{7});
}

TEST(BlocksView, survives_points_without_blocks) {
  const auto run = sweepRun();
  const BlocksView view = blocksView(run, groupPoints(run)[0], {}, {});
  EXPECT_FALSE(view.selected);
  EXPECT_EQ(view.rows.size(), 2U);
  EXPECT_TRUE(view.table().rows.empty());
}

TEST(StepMemoryView, stacks_kinds_that_add_up_to_the_total_at_every_moment) {
  const auto run = sampleRun();
  for (const StepBands by : {StepBands::by_kind, StepBands::by_block}) {
    const StepMemoryView view = stepMemoryView(&run.points[0], by, {});
    ASSERT_EQ(view.time_ns.size(), 4U);
    for (std::size_t i = 0; i < view.time_ns.size(); ++i) {
      std::int64_t sum = 0;
      for (const StepBand& band : view.bands) sum += band.bytes[i];
      EXPECT_EQ(sum, view.total_bytes[i]) << i;
    }
    EXPECT_EQ(view.peak, 2U);
    EXPECT_FALSE(view.table().rows.empty());
  }
}

TEST(StepMemoryView, knows_its_phases) {
  const auto run = sampleRun();
  const StepMemoryView view = stepMemoryView(&run.points[0], StepBands::by_kind, {});
  ASSERT_FALSE(view.phases.empty());
  EXPECT_EQ(view.phases.front().phase, Phase::forward);
  EXPECT_EQ(view.phases.front().begin_ns, 0);
}

TEST(StepMemoryView, says_why_there_is_nothing_to_show) {
  EXPECT_TRUE(stepMemoryView(nullptr, StepBands::by_kind, {}).missing.startsWith("Select a point"));
  const auto run = sweepRun();
  EXPECT_TRUE(stepMemoryView(&run.points[0], StepBands::by_kind, {}).missing.contains("measure it again"));
  for (const PointResult& point : run.points) {
    if (point.completed()) continue;
    EXPECT_EQ(stepMemoryView(&point, StepBands::by_kind, {}).missing, "Too large.");
  }
}

TEST(StepMemoryView, puts_kernels_of_a_traced_step_into_rows_by_phase) {
  const auto run = parseRun(fileText(sampleGpuRecords()), "gpu");
  for (const PointResult& source : run.points) {
    if (!source.kernels) continue;
    PointResult point = source;
    if (!point.timeline) point.timeline = sampleRun().points[0].timeline;
    const StepMemoryView view = stepMemoryView(&point, StepBands::by_kind, {});
    ASSERT_TRUE(view.kernels);
    std::size_t kernels = 0;
    for (const KernelRow& row : view.kernels->rows) kernels += row.begin_ns.size();
    EXPECT_EQ(kernels, point.kernels->time_ns.size());
    EXPECT_TRUE(std::is_sorted(view.kernels->memory_anchor_ns.begin(), view.kernels->memory_anchor_ns.end()));
    EXPECT_TRUE(std::is_sorted(view.kernels->kernel_anchor_ns.begin(), view.kernels->kernel_anchor_ns.end()));
    return;
  }
  FAIL() << "the sample has no kernels";
}

TEST(BatchGridView, marks_the_largest_batch_that_fits) {
  const auto run = sweepRun();
  const BatchGridView view = batchGridView(run, groupOf(run, 1, 8), SweepAxis::batch, GridMetric::peak, {});
  EXPECT_EQ(view.values, (std::vector<std::int64_t>{1, 2, 4}));
  ASSERT_EQ(view.rows.size(), 2U);
  EXPECT_EQ(view.rows[0].cells[2].state, GridCell::State::out_of_memory);
  EXPECT_TRUE(view.rows[0].cells[1].largest);
  EXPECT_TRUE(view.rows[1].cells[2].largest);
  EXPECT_EQ(view.finding, "Largest batch that fitted: 4, with full; 2 with store_all.");
  EXPECT_TRUE(view.isBounded());
  const BatchGridView lined = batchGridView(run, groupOf(run, 1, 8), SweepAxis::batch, GridMetric::peak, 120 * kMiB);
  EXPECT_TRUE(lined.rows[0].cells[0].beyond_line);
  EXPECT_TRUE(lined.rows[1].cells[0].largest);
  EXPECT_EQ(lined.table().rows.size(), 6U);
}

TEST(BatchGridView, names_all_policies_that_go_as_far) {
  std::vector<Record> records;
  for (const std::int64_t batch : {1, 4}) {
    for (const char* policy : {"full", "cheap", "store_all"}) {
      PointSpec spec = sampleSpec("gpt2", policy);
      spec.training.batch_size = batch;
      if (spec.policy == "store_all" && batch == 4) continue;
      const auto point = samplePoint(spec, 1'000'000, kMiB, kMiB);
      records.insert(records.end(), point.begin(), point.end());
    }
  }
  const auto run = parseRun(fileText(records), "run");
  const PointGroup group = groupPoints(run)[0];
  const BatchGridView view = batchGridView(run, group, SweepAxis::batch, GridMetric::peak, {});
  EXPECT_EQ(view.finding, "Largest batch measured: 4, with full and cheap; 1 with store_all.")
      << "nothing failed and no line was drawn: a larger one may fit";
  EXPECT_FALSE(view.isBounded());
  const BatchGridView lined = batchGridView(run, group, SweepAxis::batch, GridMetric::peak, 2 * kMiB);
  EXPECT_EQ(lined.finding, "Largest batch that fitted: 4, with full and cheap; 1 with store_all.");
}

TEST(ThroughputView, rounds_rates_to_the_nearest_as_all_pages_do) {
  PointSpec spec = sampleSpec("gpt2", "full");
  spec.training.batch_size = 1;
  const double tokens = static_cast<double>(spec.training.sequence_length);
  const auto step_ns = static_cast<std::int64_t>(tokens * 1e9 / 4561.8);
  const auto run = parseRun(fileText(samplePoint(spec, step_ns, kMiB, kMiB)), "run");
  const ThroughputView view = throughputView(run, groupPoints(run)[0], SweepAxis::batch, {});
  EXPECT_THAT(view.curves[0].points[0].tip.toStdString(), HasSubstr("4,562 tokens/s"));
  EXPECT_THAT(view.finding.toStdString(), HasSubstr("4,562 tokens/s"));
}

TEST(ThroughputView, ends_a_curve_where_memory_ran_out_and_finds_the_best_that_fits) {
  const auto run = sweepRun();
  const ThroughputView view = throughputView(run, groupOf(run, 1, 8), SweepAxis::batch, {});
  ASSERT_EQ(view.curves.size(), 2U);
  EXPECT_EQ(view.curves[0].failed_at, 4);
  EXPECT_EQ(view.curves[0].points.size(), 2U);
  ASSERT_TRUE(view.best_curve);
  EXPECT_EQ(view.curves[*view.best_curve].policy, "full");
  EXPECT_TRUE(view.finding.startsWith("Most throughput at batch 4 with full")) << view.finding.toStdString();
  EXPECT_FALSE(throughputView(run, groupOf(run, 1, 8), SweepAxis::batch, 1).best_curve);
}

TEST(ThroughputView, names_all_that_cannot_be_told_from_the_best) {
  std::vector<Record> records;
  const auto add = [&](const char* policy, std::int64_t batch, std::int64_t ms, int samples) {
    PointSpec spec = sampleSpec("gpt2", policy);
    spec.training.batch_size = batch;
    const auto point = samplePoint(spec, ms * 1'000'000, kMiB, 1, samples);
    records.insert(records.end(), point.begin(), point.end());
    return parseRun(fileText(records), "run");
  };
  add("full", 1, 1000, 8);
  auto run = add("full", 2, 1000, 8);
  EXPECT_TRUE(throughputView(run, groupOf(run, 1, 12), SweepAxis::batch, {})
                  .finding.startsWith("Most throughput at batch 2 with full: "));
  run = add("full", 4, 2003, 8);
  const QString tied = throughputView(run, groupOf(run, 1, 12), SweepAxis::batch, {}).finding;
  EXPECT_TRUE(
      tied.startsWith("Most throughput at batch 2 with full and batch 4 with full, which cannot be told apart: "))
      << tied.toStdString();
  run = add("full", 8, 4010, 3);
  EXPECT_FALSE(throughputView(run, groupOf(run, 1, 12), SweepAxis::batch, {}).finding.contains("too few samples"));
  run = add("full", 16, 8001, 3);
  const QString few = throughputView(run, groupOf(run, 1, 12), SweepAxis::batch, {}).finding;
  EXPECT_TRUE(few.contains("by too few samples to be sure")) << few.toStdString();
}

TEST(DepthView, tells_what_a_layer_costs_and_how_deep_fits) {
  const auto run = sweepRun();
  const DepthView view = depthView(run, groupOf(run, 4, 4), SweepAxis::layers, 300 * kMiB);
  ASSERT_EQ(view.curves.size(), 2U);
  EXPECT_EQ(view.curves[0].out_of_memory, std::vector<std::int64_t>{8});
  EXPECT_EQ(view.curves[1].largest_fit, 8);
  EXPECT_EQ(view.curves[0].fit_text, "fits to 4 layers");
  EXPECT_EQ(view.finding, "A layer more costs 8.00 MiB with full.");
  EXPECT_EQ(view.table().rows.size(), 4U);
}

TEST(Slices, of_an_empty_run_are_empty) {
  EXPECT_TRUE(batchGridView({}, {}, SweepAxis::batch, GridMetric::peak, {}).rows.empty());
  EXPECT_TRUE(throughputView({}, {}, SweepAxis::batch, {}).curves.empty());
  EXPECT_TRUE(depthView({}, {}, SweepAxis::layers, {}).curves.empty());
  EXPECT_TRUE(blocksView({}, {}, {}, {}).rows.empty());
}

}  // namespace
}  // namespace remat
