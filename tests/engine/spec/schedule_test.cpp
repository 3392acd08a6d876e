#include "engine/spec/schedule.h"

#include <numeric>

#include <gmock/gmock.h>

#include "engine/spec/graph_builder.h"
#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Schedule scheduleOf(const ModelGraph& graph, const std::string& policy, const TrainingSpec& spec = smallSpec()) {
  return makeSchedule(graph, makePolicy(policy, graph), spec);
}

/// Names of the ops of one phase of one block, in order.
std::vector<std::string> opsOf(const ModelGraph& graph, const Schedule& schedule, Phase phase, int block) {
  std::vector<std::string> names;
  for (const Action& action : actionsOf(schedule))
    if (action.phase == phase && action.block == block) names.push_back(graph.body(block).ops[action.op].name);
  return names;
}

std::vector<std::string> replaysOf(const std::string& family, const std::string& policy,
                                   TrainingSpec spec = smallSpec()) {
  spec.norm_spelling = Spelling::fused;
  spec.activation_spelling = Spelling::fused;
  const ModelGraph graph = smallGraph(family, spec);
  return opsOf(graph, scheduleOf(graph, policy, spec), Phase::recompute, firstLayer(graph));
}

std::vector<std::string> keptIn(const ModelGraph& graph, const Schedule& schedule, int block) {
  std::vector<std::string> names;
  const std::vector<int> kept = retainedActivations(graph, schedule)[block];
  for (int a : kept) names.push_back(graph.body(block).activations[a].name);
  return names;
}

// ---- two ops by hand
// -------------------------------------------------------------------------------------------------

/// One layer between a source and a loss: y = silu(x), z = x * y, both [B, S, 4] float32. silu saves x; the product
/// saves y for the gradient of x, and x for that of y.
ModelGraph twoOps() {
  ModelGraph graph;
  graph.model_type = "by hand";
  const TensorType type{{kBatch, kSequence, 4}, Dtype::float32};
  BlockBuilder source(graph, Backend::cpu);
  OpAttributes attributes;
  const Operand ids = source.table(TableKind::input_ids, {kBatch, kSequence}, Dtype::int64);
  const int rows = source.add("rows", OpKind::embedding, {source.parameter("rows", {9, 4}), ids},
                              {{"rows", Role::embedding}}, attributes)[0];
  addBlock(graph, addBody(graph, source, rows), BlockKind::embedding, "embedding", -1, "");

  BlockBuilder layer(graph, Backend::cpu);
  const int x = layer.input("x", type);
  layer.group("mlp");
  const int y = layer.add("silu", OpKind::silu, x, Role::activation_output);
  const int z = layer.add("product", OpKind::multiply, {BlockBuilder::activation(x), BlockBuilder::activation(y)},
                          {{"product", Role::gated_product}})[0];
  const BlockTemplate body = addBody(graph, layer, z);
  addBlock(graph, body, BlockKind::layer, "layer 0", 0, "0.");
  addBlock(graph, body, BlockKind::layer, "layer 1", 1, "1.");

  BlockBuilder head(graph, Backend::cpu);
  const int in = head.input("x", type);
  const int log_probabilities = head.add("log_softmax", OpKind::log_softmax, in, Role::head_internal);
  const int loss =
      head.add("nll", OpKind::nll_loss,
               {BlockBuilder::activation(log_probabilities), head.table(TableKind::labels, {kTokens}, Dtype::int64)},
               {{"loss", Role::loss}, {"weight", Role::loss}})[0];
  addBlock(graph, addBody(graph, head, loss), BlockKind::head, "head", -1, "");
  return graph;
}

// x has 2 * 5 * 4 elements of 4 bytes
constexpr std::int64_t kTensorBytes = 160;

TEST(TwoOps, keep_both_tensors_when_everything_is_stored) {
  const ModelGraph graph = twoOps();
  const Schedule schedule = scheduleOf(graph, "store_all");
  EXPECT_THAT(keptIn(graph, schedule, 1), ElementsAre("x", "silu"));
  EXPECT_THAT(retainedBytes(graph, schedule, smallSpec().sizes()),
              // the embedding's ids are a table; the head keeps log-probabilities, loss and total weight, not its input
              ElementsAre(0, 2 * kTensorBytes, 2 * kTensorBytes, kTensorBytes + 4 + 4));
  EXPECT_THAT(opsOf(graph, schedule, Phase::recompute, 1), IsEmpty());
}

TEST(TwoOps, keep_the_input_and_replay_silu_but_never_the_product_under_full) {
  const ModelGraph graph = twoOps();
  const Schedule schedule = scheduleOf(graph, "full");
  EXPECT_THAT(keptIn(graph, schedule, 1), ElementsAre("x"));
  EXPECT_THAT(retainedBytes(graph, schedule, smallSpec().sizes()),
              ElementsAre(0, kTensorBytes, kTensorBytes, kTensorBytes + 4 + 4));
  EXPECT_THAT(opsOf(graph, schedule, Phase::recompute, 1), ElementsAre("silu"));
}

TEST(TwoOps, have_one_reference_for_each_read_by_backward_and_by_a_replay) {
  const Schedule schedule = scheduleOf(twoOps(), "full");
  const Region& layer = schedule.regions[1];
  const Tape& tape = schedule.tapes[layer.tape];
  const RegionPlan& plan = schedule.plans[layer.plan];
  ASSERT_THAT(tape.sites, SizeIs(3));             // x, silu, product
  EXPECT_THAT(tape.reads, ElementsAre(2, 1, 1));  // in forward; the product is handed on
  EXPECT_THAT(plan.recompute, ElementsAre(0, 1, 1));
  EXPECT_THAT(plan.references, ElementsAre(1, 1, 0));  // x: the replay of silu; silu: backward of the product
  EXPECT_THAT(plan.replayed, ElementsAre(1, 0));
  EXPECT_THAT(plan.hooked[0], ElementsAre(0));     // silu saves x, which autograd keeps itself
  EXPECT_THAT(plan.hooked[1], ElementsAre(1, 0));  // the product saves silu, then x
  EXPECT_THAT(plan.has_hook, ElementsAre(0, 1));
}

TEST(TwoOps, make_up_a_step_in_this_order) {
  const ModelGraph graph = twoOps();
  const std::vector<Action> actions = actionsOf(scheduleOf(graph, "full"));
  const std::vector<Action> expected = {{Phase::forward, 0, 0},  {Phase::forward, 1, 0},    {Phase::forward, 1, 1},
                                        {Phase::forward, 2, 0},  {Phase::forward, 2, 1},    {Phase::forward, 3, 0},
                                        {Phase::forward, 3, 1},  {Phase::backward, 3, 1},   {Phase::backward, 3, 0},
                                        {Phase::backward, 2, 1}, {Phase::recompute, 2, 0},  {Phase::backward, 2, 0},
                                        {Phase::backward, 1, 1}, {Phase::recompute, 1, 0},  {Phase::backward, 1, 0},
                                        {Phase::backward, 0, 0}, {Phase::optimizer, -1, -1}};
  EXPECT_EQ(actions, expected);
}

TEST(TwoOps, are_all_replayed_without_early_stop) {
  const ModelGraph graph = twoOps();
  TrainingSpec spec = smallSpec();
  spec.early_stop = false;
  const Schedule schedule = scheduleOf(graph, "full", spec);
  EXPECT_THAT(opsOf(graph, schedule, Phase::recompute, 1), ElementsAre("silu", "product"));
  EXPECT_THAT(schedule.plans[schedule.regions[1].plan].references, ElementsAre(2, 2, 0));  // each read once more
}

TEST(TwoOps, are_replayed_from_the_first_layers_input_in_a_segment) {
  const ModelGraph graph = twoOps();
  const Schedule schedule = scheduleOf(graph, "segment:2");
  ASSERT_THAT(schedule.regions, SizeIs(3));
  EXPECT_EQ(schedule.regions[1].block_count, 2);
  EXPECT_THAT(keptIn(graph, schedule, 1), ElementsAre("x"));
  EXPECT_THAT(keptIn(graph, schedule, 2), IsEmpty());
  EXPECT_THAT(retainedBytes(graph, schedule, smallSpec().sizes()),
              ElementsAre(0, kTensorBytes, 0, kTensorBytes + 4 + 4));
  // the first layer's product is the second one's input; the second one's own is never needed
  EXPECT_THAT(opsOf(graph, schedule, Phase::recompute, 1), ElementsAre("silu", "product"));
  EXPECT_THAT(opsOf(graph, schedule, Phase::recompute, 2), ElementsAre("silu"));
}

TEST(TwoOps, share_tape_and_plan_between_equal_layers) {
  const Schedule schedule = scheduleOf(twoOps(), "full");
  EXPECT_EQ(schedule.regions[1].tape, schedule.regions[2].tape);
  EXPECT_EQ(schedule.regions[1].plan, schedule.regions[2].plan);
  const Schedule alternating = scheduleOf(twoOps(), "every_n:2");
  EXPECT_EQ(alternating.regions[1].tape, alternating.regions[2].tape);
  EXPECT_NE(alternating.regions[1].plan, alternating.regions[2].plan);
}

// ---- what is replayed
// ------------------------------------------------------------------------------------------------

TEST(Replay, under_full_never_reaches_the_down_projection_nor_the_residual_adds_behind_it) {
  EXPECT_THAT(replaysOf("llama", "full"), ElementsAre("attn_norm", "q", "k", "v", "rope", "attention", "o",
                                                      "attn_residual", "mlp_norm", "gate", "act", "up", "product"));
  EXPECT_THAT(replaysOf("gpt2", "full"),
              ElementsAre("attn_norm", "qkv", "split_qkv", "attention", "o", "attn_residual", "mlp_norm", "up", "act"));
  // bert ends with a norm, whose backward reads the sum before it
  EXPECT_THAT(replaysOf("bert", "full"), testing::IsSupersetOf({"down", "mlp_residual"}));
}

TEST(Replay, with_dropout_goes_on_to_the_mask_behind_the_down_projection) {
  TrainingSpec spec = smallSpec();
  spec.dropout = true;
  const std::vector<std::string> replays = replaysOf("gpt2", "full", spec);
  EXPECT_THAT(replays, testing::IsSupersetOf({"down", "mlp_dropout"}));
  EXPECT_THAT(replays, Not(Contains("out")));
}

TEST(Replay, without_early_stop_is_the_whole_layer) {
  TrainingSpec spec = smallSpec();
  spec.early_stop = false;
  EXPECT_THAT(replaysOf("llama", "full", spec), testing::IsSupersetOf({"down", "out"}));
}

TEST(Replay, of_cheap_policies_is_what_their_name_says) {
  EXPECT_THAT(replaysOf("llama", "act_discard"), ElementsAre("act", "product"));
  EXPECT_THAT(replaysOf("gpt2", "act_discard"), ElementsAre("act"));
  EXPECT_THAT(replaysOf("llama", "norm_discard"), testing::UnorderedElementsAre("attn_norm", "mlp_norm"));
  EXPECT_THAT(replaysOf("llama", "cheap"), testing::UnorderedElementsAre("attn_norm", "mlp_norm", "act", "product"));
}

TEST(Replay, of_core_attention_ends_before_its_output) {
  TrainingSpec spec = smallSpec();
  spec.dropout = true;
  EXPECT_THAT(replaysOf("gpt2", "core_attention", spec),
              testing::UnorderedElementsAre("split_qkv", "q_scaled", "k_scaled", "v_heads", "attention_scores",
                                            "attention_probabilities", "attention_dropout"));
}

TEST(Replay, of_save_attention_out_leaves_the_kernel_out) {
  EXPECT_THAT(replaysOf("llama", "save_attention_out"), Not(Contains("attention")));
  EXPECT_THAT(replaysOf("llama", "save_attention_out"), Contains("rope"));
}

TEST(Replay, of_blocks_stops_at_the_border_of_the_block) {
  EXPECT_THAT(replaysOf("llama", "attention_block"), ElementsAre("attn_norm", "q", "k", "v", "rope", "attention"));
  EXPECT_THAT(replaysOf("llama", "ffn_block"), ElementsAre("mlp_norm", "gate", "act", "up", "product"));
}

TEST(Replay, brings_back_each_op_once_and_before_it_is_read) {
  for (const std::string& family : families()) {
    for (const PolicyDescription& known : policyDescriptions()) {
      const std::string policy = std::string(known.name) + (known.argument.empty()  ? ""
                                                            : known.argument == "N" ? ":2"
                                                                                    : ":mlp+attention");
      const ModelGraph graph = smallGraph(family);
      const Schedule schedule = scheduleOf(graph, policy);
      std::vector<std::vector<int>> runs(graph.blocks.size());
      for (int block = 0; block < graph.blockCount(); ++block) runs[block].resize(graph.body(block).ops.size());
      for (const Action& action : actionsOf(schedule))
        if (action.phase == Phase::recompute) ++runs[action.block][action.op];
      for (const Region& region : schedule.regions) {
        const Tape& tape = schedule.tapes[region.tape];
        for (std::size_t j = 0; j < tape.ops.size(); ++j)
          EXPECT_EQ(runs[region.first_block + tape.ops[j].block][tape.ops[j].op],
                    schedule.plans[region.plan].replayed[j])
              << family << " " << policy;
      }
    }
  }
}

TEST(Replay, needs_a_hook_for_every_recomputed_tensor_that_autograd_saves) {
  for (const std::string& family : families()) {
    const Schedule schedule = scheduleOf(smallGraph(family), "full");
    for (const Region& region : schedule.regions) {
      const Tape& tape = schedule.tapes[region.tape];
      const RegionPlan& plan = schedule.plans[region.plan];
      for (std::size_t j = 0; j < tape.ops.size(); ++j)
        for (std::size_t k = 0; k < tape.ops[j].saves.size(); ++k) {
          const int site = tape.ops[j].saves[k];
          EXPECT_EQ(plan.hooked[j][k] != 0, site != kConstant && plan.recompute[site] != 0);  // full offloads nothing
          EXPECT_TRUE(!plan.hooked[j][k] || plan.replayed[tape.producer[site]]);
        }
    }
  }
}

TEST(Replay, saves_the_storage_of_a_view_rather_than_the_view) {
  const ModelGraph graph = smallGraph("gpt2");
  const Schedule schedule = scheduleOf(graph, "store_all");
  const std::vector<std::string> kept = keptIn(graph, schedule, 1);
  EXPECT_THAT(kept, Contains("qkv"));
  EXPECT_THAT(kept, Not(Contains("q")));
}

// ---- retained bytes
// --------------------------------------------------------------------------------------------------

std::int64_t total(const ModelGraph& graph, const std::string& policy, const TrainingSpec& spec = smallSpec()) {
  const auto bytes = retainedBytes(graph, scheduleOf(graph, policy, spec), spec.sizes());
  return std::accumulate(bytes.begin(), bytes.end(), std::int64_t{0});
}

TEST(RetainedBytes, are_largest_when_everything_is_stored_and_smallest_in_segments) {
  for (const std::string& family : families()) {
    const ModelGraph graph = smallGraph(family);
    for (const PolicyDescription& known : policyDescriptions()) {
      if (!known.argument.empty()) continue;
      EXPECT_LE(total(graph, std::string(known.name)), total(graph, "store_all")) << family << " " << known.name;
    }
    EXPECT_LT(total(graph, "full"), total(graph, "cheap")) << family;
    EXPECT_LT(total(graph, "segment:2"), total(graph, "full")) << family;
  }
}

TEST(RetainedBytes, of_every_nth_layer_lie_on_a_line) {
  TrainingSpec spec = smallSpec();
  spec.num_hidden_layers = 8;
  const ModelGraph graph = smallGraph("llama", spec);
  const std::int64_t saving = total(graph, "store_all") - total(graph, "full");
  EXPECT_EQ(total(graph, "store_all") - total(graph, "every_n:2"), saving / 2);
  EXPECT_EQ(total(graph, "store_all") - total(graph, "every_n:4"), saving / 4);
}

TEST(RetainedBytes, count_a_tensor_that_two_blocks_keep_once) {
  // the output of a layer is the input of the next: its bytes are listed where it is an input
  const ModelGraph graph = smallGraph("llama");
  const Schedule schedule = scheduleOf(graph, "store_all");
  EXPECT_THAT(keptIn(graph, schedule, 1), Not(Contains("out")));
  EXPECT_THAT(keptIn(graph, schedule, 2), Contains("x"));
  EXPECT_THAT(keptIn(graph, schedule, 3), Contains("x"));
}

TEST(RetainedBytes, count_one_random_state_for_every_replayed_dropout) {
  TrainingSpec spec = smallSpec();
  spec.dropout = true;
  const ModelGraph graph = smallGraph("gpt2", spec);
  const Schedule schedule = scheduleOf(graph, "full", spec);
  const std::int64_t with_states = retainedBytes(graph, schedule, spec.sizes())[1];
  spec.preserve_rng_state = false;
  const std::int64_t without = retainedBytes(graph, scheduleOf(graph, "full", spec), spec.sizes())[1];
  EXPECT_EQ(without, 2 * 5 * 8 * 4);  // the layer's input
  EXPECT_EQ(with_states - without, 3 * randomStateBytes(Backend::cpu));
}

// ---- reentrant
// -------------------------------------------------------------------------------------------------------

TEST(Reentrant, replays_the_whole_layer_before_its_backward_and_keeps_one_random_state) {
  TrainingSpec spec = smallSpec();
  spec.use_reentrant = true;
  spec.dropout = true;
  const ModelGraph graph = smallGraph("gpt2", spec);
  const Schedule schedule = scheduleOf(graph, "full", spec);
  EXPECT_TRUE(schedule.regions[1].reentrant);
  EXPECT_EQ(opsOf(graph, schedule, Phase::recompute, 1), opsOf(graph, schedule, Phase::forward, 1));
  EXPECT_THAT(keptIn(graph, schedule, 1), ElementsAre("x"));
  EXPECT_EQ(retainedBytes(graph, schedule, spec.sizes())[1], 2 * 5 * 8 * 4 + randomStateBytes(Backend::cpu));

  const std::vector<Action> actions = actionsOf(schedule);
  const auto isOf = [](Phase phase) {
    return [phase](const Action& action) { return action.phase == phase && action.block == 2; };
  };
  const auto first_backward = std::find_if(actions.begin(), actions.end(), isOf(Phase::backward));
  EXPECT_EQ(std::find_if(first_backward, actions.end(), isOf(Phase::recompute)), actions.end());
}

TEST(Reentrant, leaves_blocks_alone_that_replay_nothing) {
  TrainingSpec spec = smallSpec();
  spec.use_reentrant = true;
  const Schedule schedule = scheduleOf(smallGraph("llama"), "every_n:2", spec);
  std::vector<bool> reentrant;
  for (const Region& region : schedule.regions) reentrant.push_back(region.reentrant);
  EXPECT_THAT(reentrant, ElementsAre(false, true, false, false));
}

// ---- refused
// ---------------------------------------------------------------------------------------------------------

TEST(MakeSchedule, refuses_a_policy_of_another_model) {
  const ModelGraph graph = smallGraph("llama");
  for (const ModelGraph& other : {smallGraph("gpt2"), twoOps()}) {
    const CheckpointPolicy policy = makePolicy("full", other);
    EXPECT_THAT(errorOf(ErrorKind::usage, [&] { (void)makeSchedule(graph, policy, smallSpec()); }),
                HasSubstr("policy full: was made for another model"));
  }
  CheckpointPolicy shorter = makePolicy("full", graph);
  shorter.blocks.pop_back();
  EXPECT_THAT(errorOf(ErrorKind::usage, [&] { (void)makeSchedule(graph, shorter, smallSpec()); }),
              HasSubstr("another model"));
}

}  // namespace
}  // namespace remat
