// Offload decisions in a schedule: what is copied, when it leaves, when it comes back, and what it costs on either
// side.
#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>

#include "engine/spec/schedule.h"
#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

Schedule scheduleOf(const ModelGraph& graph, const std::string& policy, const TrainingSpec& spec = smallSpec()) {
  return makeSchedule(graph, makePolicy(policy, graph), spec);
}

std::int64_t sum(const std::vector<std::int64_t>& bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), std::int64_t{0});
}

std::vector<std::string> namesOf(const ModelGraph& graph, const std::vector<std::vector<int>>& activations, int block) {
  std::vector<std::string> names;
  for (int a : activations[block]) names.push_back(graph.body(block).activations[a].name);
  return names;
}

std::vector<std::string> offloadedIn(const ModelGraph& graph, const Schedule& schedule, int block) {
  return namesOf(graph, offloadedActivations(graph, schedule), block);
}

std::vector<std::string> keptIn(const ModelGraph& graph, const Schedule& schedule, int block) {
  return namesOf(graph, retainedActivations(graph, schedule), block);
}

/// "offload layer 0 x", "backward layer 1": copies one by one, ops as the block they belong to, repetitions once.
std::vector<std::string> courseOf(const ModelGraph& graph, const Schedule& schedule) {
  std::vector<std::string> course;
  for (const Action& action : actionsOf(schedule)) {
    if (action.phase == Phase::optimizer) continue;
    const std::string& block = graph.blocks[action.block].name;
    std::string text = action.phase == Phase::forward     ? "forward " + block
                       : action.phase == Phase::recompute ? "recompute " + block
                       : action.phase == Phase::backward  ? "backward " + block
                       : action.phase == Phase::offload   ? "offload " + block
                                                          : "prefetch " + block;
    if (action.activation >= 0) text += " " + graph.body(action.block).activations[action.activation].name;
    if (course.empty() || course.back() != text) course.push_back(text);
  }
  return course;
}

// ---- what
// ------------------------------------------------------------------------------------------------------------

TEST(OffloadInput, puts_the_input_of_every_layer_into_host_memory_and_keeps_nothing_of_it_on_the_device) {
  for (const std::string& family : families()) {
    const ModelGraph graph = smallGraph(family);
    const Schedule full = scheduleOf(graph, "full");
    const Schedule offload = scheduleOf(graph, "offload_input");
    for (int block = 0; block < graph.blockCount(); ++block) {
      if (graph.blocks[block].kind != BlockKind::layer) continue;
      EXPECT_EQ(offloadedIn(graph, offload, block), keptIn(graph, full, block)) << family;
      EXPECT_THAT(keptIn(graph, offload, block), IsEmpty()) << family;
    }
    EXPECT_EQ(sum(hostBytes(graph, full, smallSpec().sizes())), 0);
  }
}

TEST(OffloadAll, moves_to_the_host_what_store_all_keeps_of_the_layers) {
  for (const std::string& family : families()) {
    for (const bool dropout : {false, true}) {
      TrainingSpec spec = smallSpec();
      spec.dropout = dropout;
      const ModelGraph graph = smallGraph(family, spec);
      const Schedule stored = scheduleOf(graph, "store_all", spec);
      const Schedule offload = scheduleOf(graph, "offload_all", spec);
      const auto kept = retainedBytes(graph, stored, spec.sizes());
      const auto left = retainedBytes(graph, offload, spec.sizes());
      const auto moved = hostBytes(graph, offload, spec.sizes());
      for (int block = 0; block < graph.blockCount(); ++block) {
        const bool layer = graph.blocks[block].kind == BlockKind::layer;
        EXPECT_EQ(moved[block], layer ? kept[block] : 0) << family << " block " << block;
        EXPECT_EQ(left[block], layer ? 0 : kept[block]) << family << " block " << block;
      }
    }
  }
}

TEST(OffloadSelected, moves_outputs_of_projections_and_replays_the_rest_from_the_layers_input) {
  TrainingSpec spec = smallSpec();
  spec.norm_spelling = spec.activation_spelling = Spelling::fused;
  const ModelGraph graph = smallGraph("llama", spec);
  const Schedule schedule = scheduleOf(graph, "offload_selected", spec);
  EXPECT_THAT(keptIn(graph, schedule, 1), ElementsAre("x"));
  const std::vector<std::string> moved = offloadedIn(graph, schedule, 1);
  EXPECT_THAT(moved, testing::UnorderedElementsAre("q", "k", "v", "o", "gate", "up"));
  std::vector<std::string> replayed;
  for (const Action& action : actionsOf(schedule))
    if (action.phase == Phase::recompute && action.block == 1) replayed.push_back(graph.body(1).ops[action.op].name);
  EXPECT_THAT(replayed, testing::UnorderedElementsAre("attn_norm", "rope", "attention", "attn_residual", "mlp_norm",
                                                      "act", "product"));
}

TEST(Offload, of_a_view_moves_nothing_but_its_storage_does) {
  const ModelGraph graph = smallGraph("gpt2");
  const std::vector<std::string> moved = offloadedIn(graph, scheduleOf(graph, "offload_all"), 1);
  EXPECT_THAT(moved, Contains("qkv"));
  EXPECT_THAT(moved, Not(Contains("q")));
}

TEST(Offload, of_what_nothing_reads_again_is_left_out) {
  const ModelGraph graph = smallGraph("llama");
  EXPECT_THAT(offloadedIn(graph, scheduleOf(graph, "offload_all"), 1), Not(Contains("out")));
}

TEST(Offload, of_one_activation_leaves_the_others_where_they_are) {
  const ModelGraph graph = smallGraph("llama");
  CheckpointPolicy policy = makePolicy("store_all", graph);
  const int gate = activationNamed(graph.body(1), "gate");
  policy.blocks[1][gate] = Decision::offload;
  const Schedule schedule = makeSchedule(graph, policy, smallSpec());
  EXPECT_THAT(offloadedIn(graph, schedule, 1), ElementsAre("gate"));
  EXPECT_THAT(offloadedIn(graph, schedule, 2), IsEmpty());
  EXPECT_THAT(keptIn(graph, schedule, 1), Not(Contains("gate")));
  const std::int64_t bytes = storageBytes(graph.body(1), gate, smallSpec().sizes());
  EXPECT_EQ(sum(hostBytes(graph, schedule, smallSpec().sizes())), bytes);
  EXPECT_EQ(sum(retainedBytes(graph, scheduleOf(graph, "store_all"), smallSpec().sizes())) - bytes,
            sum(retainedBytes(graph, schedule, smallSpec().sizes())));
}

TEST(Offload, by_a_reentrant_layer_is_of_its_input_only) {
  TrainingSpec spec = smallSpec();
  spec.use_reentrant = true;
  const ModelGraph graph = smallGraph("llama", spec);
  EXPECT_THAT(offloadedIn(graph, scheduleOf(graph, "offload_input", spec), 1), ElementsAre("x"));
  const Schedule selected = scheduleOf(graph, "offload_selected", spec);
  EXPECT_THAT(offloadedIn(graph, selected, 1), IsEmpty());
  EXPECT_THAT(keptIn(graph, selected, 1), ElementsAre("x"));
}

// ---- when
// ------------------------------------------------------------------------------------------------------------

TEST(Copies, leave_when_the_layer_begins_and_come_back_one_layer_ahead) {
  const ModelGraph graph = smallGraph("llama");
  EXPECT_THAT(courseOf(graph, scheduleOf(graph, "offload_input")),
              ElementsAre("forward embedding", "offload layer 0 x", "forward layer 0", "offload layer 1 x",
                          "forward layer 1", "forward head", "prefetch layer 1 x", "backward head",
                          "prefetch layer 0 x", "backward layer 1", "recompute layer 1", "backward layer 1",
                          "backward layer 0", "recompute layer 0", "backward layer 0", "backward embedding"));
}

TEST(Copies, come_back_as_many_layers_ahead_as_the_window_says) {
  const ModelGraph graph = smallGraph("llama");
  TrainingSpec spec = smallSpec();
  spec.offload_window = 2;
  const std::vector<std::string> course = courseOf(graph, scheduleOf(graph, "offload_input", spec));
  const auto at = [&](const std::string& text) { return std::find(course.begin(), course.end(), text); };
  EXPECT_LT(at("prefetch layer 1 x"), at("prefetch layer 0 x"));
  EXPECT_LT(at("prefetch layer 0 x"), at("backward head"));
  spec.offload_window = 1'000'000'000'000;
  EXPECT_EQ(courseOf(graph, scheduleOf(graph, "offload_input", spec)), course);
}

TEST(Copies, come_back_where_they_are_read_if_synchronous) {
  const ModelGraph graph = smallGraph("llama");
  TrainingSpec spec = smallSpec();
  spec.offload_synchronous = true;
  EXPECT_THAT(courseOf(graph, scheduleOf(graph, "offload_input", spec)),
              ElementsAre("forward embedding", "offload layer 0 x", "forward layer 0", "offload layer 1 x",
                          "forward layer 1", "forward head", "backward head", "backward layer 1", "prefetch layer 1 x",
                          "recompute layer 1", "backward layer 1", "backward layer 0", "prefetch layer 0 x",
                          "recompute layer 0", "backward layer 0", "backward embedding"));
}

TEST(Copies, come_back_for_the_layer_that_reads_them_first_in_a_segment) {
  TrainingSpec spec = smallSpec();
  const ModelGraph graph = smallGraph("llama", spec);
  CheckpointPolicy policy = makePolicy("segment:2", graph);
  policy.blocks[1][graph.body(1).input] = Decision::offload;
  // the second layer's backward replays both layers, so the first one's input is needed there
  const std::vector<std::string> course = courseOf(graph, makeSchedule(graph, policy, spec));
  const auto at = [&](const std::string& text) { return std::find(course.begin(), course.end(), text); };
  EXPECT_LT(at("prefetch layer 0 x"), at("backward head"));
}

TEST(Copies, go_out_and_back_once_for_every_policy_and_mode) {
  for (const std::string& family : families()) {
    for (const std::string policy : {"offload_input", "offload_all", "offload_selected"}) {
      for (const int window : {0, 1, 3}) {
        TrainingSpec spec = smallSpec();
        spec.offload_window = window;
        spec.offload_synchronous = window == 0;
        const ModelGraph graph = smallGraph(family, spec);
        const Schedule schedule = scheduleOf(graph, policy, spec);
        std::vector<std::vector<int>> out(graph.blocks.size()), back(graph.blocks.size());
        for (const Action& action : actionsOf(schedule)) {
          if (action.phase == Phase::offload) out[action.block].push_back(action.activation);
          if (action.phase == Phase::prefetch) back[action.block].push_back(action.activation);
        }
        for (auto* list : {&out, &back})
          for (std::vector<int>& of_block : *list) std::sort(of_block.begin(), of_block.end());
        EXPECT_EQ(out, offloadedActivations(graph, schedule)) << family << " " << policy;
        EXPECT_EQ(back, out) << family << " " << policy;
      }
    }
  }
}

}  // namespace
}  // namespace remat
