// Fabricated logs of one step -> sums, rows and a timeline.
#include "profiler/core/attribution.h"

#include <gmock/gmock.h>

#include "tests/support/traced_steps.h"

namespace remat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The row of this place, or an empty one.
OpTime rowOf(const AttributedStep& step, std::optional<Phase> phase, int block, const std::string& op) {
  for (const OpTime& row : step.ops)
    if (row.phase == phase && row.block == block && row.op == op) return row;
  return {};
}

TEST(Attribution, tells_phases_blocks_and_ops_apart) {
  FabricatedStep step;
  step.enter(Phase::forward, 1, 0).kernel("gemm", 0, 100).kernel("bias", 100, 130);
  step.enter(Phase::recompute, 1, 0).kernel("gemm", 200, 290);
  step.enter(Phase::backward, 1, 1).kernel("gemm_grad", 300, 500);
  step.enter(Phase::optimizer).kernel("adamw", 600, 640);
  const AttributedStep result = step.attributed();
  EXPECT_EQ(rowOf(result, Phase::forward, 1, "q_proj").kernel_ns, 130);
  EXPECT_EQ(rowOf(result, Phase::forward, 1, "q_proj").kernel_count, 2);
  EXPECT_EQ(rowOf(result, Phase::forward, 1, "q_proj").group, "attention");
  EXPECT_EQ(rowOf(result, Phase::forward, 1, "q_proj").name, "layer 0");
  EXPECT_EQ(rowOf(result, Phase::recompute, 1, "q_proj").kernel_ns, 90);
  EXPECT_EQ(rowOf(result, Phase::backward, 1, "down").kernel_ns, 200);
  EXPECT_EQ(rowOf(result, Phase::optimizer, -1, "").kernel_ns, 40);
  EXPECT_EQ(result.attribution.unavailable_reason, "");
  EXPECT_EQ(result.attribution.kernel_ns, 460);
  EXPECT_EQ(result.attribution.forward_kernel_ns, 130);
  EXPECT_EQ(result.attribution.recompute_kernel_ns, 90);
  EXPECT_EQ(result.attribution.backward_kernel_ns, 200);
  EXPECT_EQ(result.attribution.optimizer_kernel_ns, 40);
  EXPECT_EQ(result.attribution.unattributed_ns, 0);
}

TEST(Attribution, gives_the_accumulation_of_gradients_to_the_scope_that_it_follows) {
  FabricatedStep step;
  step.enter(Phase::backward, 2, 1).kernel("gemm_grad", 0, 100);
  step.kernel("accumulate_grad_add", 100, 120);  // no scope of its own is entered for it
  const OpTime row = rowOf(step.attributed(), Phase::backward, 2, "down");
  EXPECT_EQ(row.kernel_count, 2);
  EXPECT_EQ(row.kernel_ns, 120);
}

TEST(Attribution, takes_the_first_of_the_records_that_a_runtime_and_a_driver_call_share) {
  FabricatedStep step;
  step.enter(Phase::forward, 1, 0).kernel("gemm", 0, 100);
  step.step().log.correlations.push_back(step.step().log.correlations.front());
  EXPECT_EQ(rowOf(step.attributed(), Phase::forward, 1, "q_proj").kernel_count, 1);
}

TEST(Attribution, shows_what_it_cannot_attribute) {
  FabricatedStep step;
  step.enter(Phase::forward, 1, 0).kernel("gemm", 0, 90);
  step.leave().kernel("mystery", 90, 100);
  const AttributedStep result = step.attributed();
  EXPECT_EQ(result.attribution.attributed_ns, 90);
  EXPECT_EQ(result.attribution.unattributed_ns, 10);
  EXPECT_EQ(result.attribution.unattributed_kernel_count, 1);
  ASSERT_FALSE(result.ops.empty());
  EXPECT_FALSE(result.ops.back().phase.has_value()) << "the rest comes last";
  EXPECT_EQ(result.ops.back().kernel_ns, 10);
}

TEST(Attribution, believes_no_scope_of_another_step_or_of_a_place_that_the_model_has_not) {
  FabricatedStep step;
  step.enter(Phase::forward, 9, 0).kernel("block that is not there", 0, 1);
  step.enter(Phase::forward, 1, 9).kernel("op that is not there", 1, 3);
  step.enter(Phase::forward, -1, 1).kernel("op without a block", 3, 7);
  step.enter(static_cast<Phase>(12), 1, 0).kernel("phase without a name", 7, 15);
  step.enter(Phase::forward, 1, 0).kernel("another step", 15, 31);
  step.step().log.correlations.back().scope = packed({.step = 2, .phase = Phase::forward, .block = 1, .op = 0});
  EXPECT_EQ(step.attributed().attribution.unattributed_ns, 31);
}

TEST(Attribution, counts_overlapping_streams_once_as_busy) {
  FabricatedStep step;
  step.enter(Phase::forward, 1, 0).kernel("a", 0, 100, 7).kernel("b", 50, 200, 8).kernel("c", 300, 400, 7);
  const Attribution result = step.attributed().attribution;
  EXPECT_EQ(result.kernel_ns, 350);
  EXPECT_EQ(result.busy_ns, 300);
  EXPECT_EQ(result.traced_step_ns, FabricatedStep::kEnd_ns - FabricatedStep::kBegin_ns);
  EXPECT_EQ(result.gap_ns, *result.traced_step_ns - 300);
}

TEST(Attribution, tells_copies_behind_compute_from_exposed_ones) {
  FabricatedStep step;
  step.enter(Phase::forward, 1, 0).kernel("gemm", 0, 100).kernel("gemm", 150, 200);
  step.copy(ActivityKind::copy_to_host, 4096, 50, 170);  // hidden 50..100 and 150..170, exposed 100..150
  step.copy(ActivityKind::copy_to_device, 100, 160, 220, 9, HostMemory::pageable);  // exposed 200..220
  const AttributedStep result = step.attributed();
  EXPECT_EQ(result.attribution.copy_ns, 170);
  EXPECT_EQ(result.attribution.hidden_copy_ns, 100);
  EXPECT_EQ(result.attribution.exposed_copy_ns, 70);
  EXPECT_EQ(result.attribution.busy_ns, 220);
  EXPECT_EQ(result.attribution.copied_to_host_bytes, 4096);
  EXPECT_EQ(result.attribution.copied_to_device_bytes, 100);
  EXPECT_EQ(result.attribution.pageable_copy_bytes, 100);
  EXPECT_EQ(result.attribution.copy_count, 2);
  EXPECT_EQ(rowOf(result, Phase::forward, 1, "q_proj").copy_ns, 180);
}

TEST(Attribution, counts_memsets_and_copies_inside_the_device_as_compute) {
  FabricatedStep step;
  step.enter(Phase::backward, 1, 0)
      .copy(ActivityKind::memset, 64, 0, 10, 7, HostMemory::none)
      .copy(ActivityKind::copy_within_device, 64, 10, 30, 7, HostMemory::none);
  const Attribution result = step.attributed().attribution;
  EXPECT_EQ(result.kernel_ns, 30);
  EXPECT_EQ(result.copy_ns, 0);
  EXPECT_EQ(result.copy_count, 0);
}

TEST(Attribution, does_not_depend_on_the_order_of_the_records) {
  TracedStep step = sampleTracedStep("k");
  const AttributedStep in_order = attribute(step);
  std::reverse(step.log.activities.begin(), step.log.activities.end());
  std::reverse(step.log.correlations.begin(), step.log.correlations.end());
  const AttributedStep reversed = attribute(step);
  EXPECT_EQ(reversed.attribution, in_order.attribution);
  EXPECT_EQ(reversed.ops, in_order.ops);
  EXPECT_TRUE(std::is_sorted(reversed.timeline->time_ns.begin(), reversed.timeline->time_ns.end()));
  EXPECT_EQ(reversed.timeline->time_ns, in_order.timeline->time_ns);
}

TEST(Attribution, has_rows_that_add_up_to_the_sums) {
  const AttributedStep result = attribute(sampleTracedStep("k"));
  OpTime sum;
  for (const OpTime& row : result.ops) {
    sum.kernel_ns += row.kernel_ns;
    sum.kernel_count += row.kernel_count;
  }
  EXPECT_EQ(sum.kernel_ns, result.attribution.kernel_ns);
  EXPECT_EQ(sum.kernel_count, result.attribution.kernel_count);
  EXPECT_EQ(*result.attribution.attributed_ns + *result.attribution.unattributed_ns, *result.attribution.kernel_ns);
  EXPECT_EQ(result.attribution.cupti_device_buffer_bytes, 51'200'000);
}

TEST(Attribution, publishes_what_tracing_cost) {
  FabricatedStep step;
  step.enter(Phase::forward, 1, 0).kernel("gemm", 0, 100);
  EXPECT_FALSE(step.attributed().attribution.overhead_ratio.has_value()) << "nothing to compare with";
  step.step().timed_step_ns = 800'000;
  EXPECT_DOUBLE_EQ(*step.attributed().attribution.overhead_ratio, 0.25);
}

/// Timed steps are measured between marks on the device, and so is the traced one; its log waits for the host too.
TEST(Attribution, compares_the_traced_step_with_timed_ones_between_the_same_marks) {
  FabricatedStep step;
  step.enter(Phase::forward, 1, 0).kernel("gemm", 0, 100);
  step.step().timed_step_ns = 800'000;
  step.step().log.marked_step_ns = 816'000;
  EXPECT_NEAR(*step.attributed().attribution.overhead_ratio, 0.02, 1e-12);
  EXPECT_EQ(step.attributed().attribution.traced_step_ns, 1'000'000);
}

TEST(Attribution, with_dropped_records_has_no_numbers_but_how_many) {
  FabricatedStep step;
  step.enter(Phase::forward, 1, 0).kernel("gemm", 0, 100);
  step.step().log.dropped_records = 1200;
  const AttributedStep result = step.attributed();
  EXPECT_THAT(result.attribution.unavailable_reason, HasSubstr("lost 1,200 of about 1,201 records"));
  EXPECT_EQ(result.attribution.dropped_records, 1200);
  EXPECT_FALSE(result.attribution.kernel_ns.has_value());
  EXPECT_THAT(result.ops, IsEmpty());
  EXPECT_FALSE(result.timeline.has_value());
}

TEST(Attribution, of_an_empty_or_failed_trace_says_why) {
  FabricatedStep step;
  EXPECT_THAT(step.attributed().attribution.unavailable_reason, HasSubstr("recorded no kernel"));
  step.enter(Phase::forward, 1, 0).kernel("gemm", 0, 100);
  step.step().log.problem = "cuptiActivityFlushAll failed.";
  EXPECT_EQ(step.attributed().attribution, unavailableAttribution("k", "cuptiActivityFlushAll failed."));
}

TEST(KernelTimeline, holds_every_activity_and_the_changes_of_the_host) {
  FabricatedStep step;
  step.enter(Phase::forward, 1, 0).kernel("say \"a\"", 5, 10);
  step.enter(Phase::forward, 1, 1).kernel("b", 10, 30);  // the same block: no change for the host
  step.leave().copy(ActivityKind::copy_to_host, 8, 20, 25);
  step.enter(Phase::optimizer).kernel("b", 40, 41);
  const KernelTimeline timeline = *step.attributed().timeline;
  EXPECT_THAT(timeline.names, ElementsAre("say \"a\"", "b"));
  EXPECT_THAT(timeline.op_names, ElementsAre("q_proj", "down"));
  EXPECT_THAT(timeline.time_ns, ElementsAre(5, 10, 20, 40));
  EXPECT_THAT(timeline.duration_ns, ElementsAre(5, 20, 5, 1));
  EXPECT_THAT(timeline.name, ElementsAre(0, 1, -1, 1));
  EXPECT_THAT(timeline.phase, ElementsAre(1, 1, -1, 4));
  EXPECT_THAT(timeline.block, ElementsAre(1, 1, -1, -1));
  EXPECT_THAT(timeline.op, ElementsAre(0, 1, -1, -1));
  EXPECT_THAT(timeline.kind, ElementsAre(0, 0, 4, 0));
  EXPECT_THAT(timeline.bytes, ElementsAre(0, 0, 8, 0));
  EXPECT_THAT(timeline.host_phase, ElementsAre(1, 4));
  EXPECT_THAT(timeline.host_time_ns, ElementsAre(0, 20));
}

}  // namespace
}  // namespace remat
