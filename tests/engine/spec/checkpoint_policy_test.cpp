#include "engine/spec/checkpoint_policy.h"

#include <fstream>
#include <set>

#include <gmock/gmock.h>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/error.h"
#include "engine/spec/schedule.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kFamilies = {"gpt2", "llama", "mistral", "qwen2", "qwen3", "bert", "roberta"};

/// A model of six small layers.
ModelGraph graphOf(const std::string& model_type, TrainingSpec spec = {}) {
  const std::string sizes =
      model_type == "gpt2"
          ? R"("n_embd": 64, "n_layer": 6, "n_head": 4)"
          : R"("hidden_size": 64, "num_hidden_layers": 6, "num_attention_heads": 4, "intermediate_size": 128)";
  const std::string grouped =
      model_type == "bert" || model_type == "roberta" || model_type == "gpt2" ? "" : R"(, "num_key_value_heads": 2)";
  const std::string json = R"({"model_type": ")" + model_type + R"(", "vocab_size": 100, )" + sizes + grouped + "}";
  return buildModelGraph(parseModelConfig(json, "test", "test"), spec);
}

int firstLayer(const ModelGraph& graph) {
  int block = 0;
  while (graph.blocks[block].kind != BlockKind::layer) ++block;
  return block;
}

/// Names of the roles that a policy recomputes in a layer, of activations that are storage of their own.
std::set<std::string> recomputedRoles(const std::string& policy, const ModelGraph& graph) {
  const CheckpointPolicy made = makePolicy(policy, graph);
  const int block = firstLayer(graph);
  std::set<std::string> roles;
  for (std::size_t i = 0; i < made.blocks[block].size(); ++i)
    if (made.blocks[block][i] == Decision::recompute) roles.emplace(roleName(graph.body(block).activations[i].role));
  return roles;
}

/// Layers of which a policy recomputes anything.
std::vector<int> recomputedLayers(const std::string& policy, const ModelGraph& graph,
                                  Placement placement = Placement::first) {
  const CheckpointPolicy made = makePolicy(policy, graph, placement);
  std::vector<int> layers;
  for (int block = 0; block < graph.blockCount(); ++block) {
    const auto& decisions = made.blocks[block];
    if (std::find(decisions.begin(), decisions.end(), Decision::recompute) != decisions.end())
      layers.push_back(graph.blocks[block].layer);
  }
  return layers;
}

std::string errorOf(const std::string& policy, const ModelGraph& graph) {
  try {
    (void)makePolicy(policy, graph);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "no error";
}

class PolicyOfFamily : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Families, PolicyOfFamily, testing::ValuesIn(kFamilies),
                         [](const auto& family) { return family.param; });

TEST_P(PolicyOfFamily, decides_about_every_activation_of_every_block) {
  const ModelGraph graph = graphOf(GetParam());
  for (const PolicyDescription& known : policyDescriptions()) {
    const std::string argument = known.argument.empty() ? "" : known.argument == "N" ? ":2" : ":projection";
    const CheckpointPolicy policy = makePolicy(std::string(known.name) + argument, graph);
    ASSERT_EQ(policy.blocks.size(), graph.blocks.size());
    for (int block = 0; block < graph.blockCount(); ++block) {
      EXPECT_EQ(policy.blocks[block].size(), graph.body(block).activations.size());
      if (graph.blocks[block].kind == BlockKind::layer) continue;
      EXPECT_THAT(policy.blocks[block], Each(Decision::save));
    }
  }
}

TEST_P(PolicyOfFamily, store_all_recomputes_nothing) {
  EXPECT_THAT(recomputedRoles("store_all", graphOf(GetParam())), IsEmpty());
}

TEST_P(PolicyOfFamily, full_keeps_only_the_input_of_each_layer) {
  const ModelGraph graph = graphOf(GetParam());
  const Schedule schedule = makeSchedule(graph, makePolicy("full", graph), TrainingSpec{});
  const auto retained = retainedActivations(graph, schedule);
  for (int block = 0; block < graph.blockCount(); ++block) {
    if (graph.blocks[block].kind != BlockKind::layer) continue;
    EXPECT_THAT(retained[block], testing::ElementsAre(graph.body(block).input)) << graph.blocks[block].name;
  }
}

TEST_P(PolicyOfFamily, cheap_is_act_discard_and_norm_discard) {
  const ModelGraph graph = graphOf(GetParam());
  std::set<std::string> both = recomputedRoles("act_discard", graph);
  EXPECT_THAT(both, testing::Contains("activation_output"));
  EXPECT_THAT(both, testing::Not(testing::Contains("norm_output")));
  both.merge(recomputedRoles("norm_discard", graph));
  EXPECT_EQ(recomputedRoles("cheap", graph), both);
  EXPECT_THAT(both, AllOf(testing::Contains("norm_output"), testing::Not(testing::Contains("norm_statistic")),
                          testing::Not(testing::Contains("projection"))));
}

TEST_P(PolicyOfFamily, core_attention_recomputes_the_attention_core_only) {
  for (const std::string& role : recomputedRoles("core_attention", graphOf(GetParam())))
    EXPECT_THAT(role, testing::StartsWith("attention_"));
}

TEST_P(PolicyOfFamily, save_attention_out_recomputes_all_but_that) {
  const auto roles = recomputedRoles("save_attention_out", graphOf(GetParam()));
  EXPECT_THAT(roles, AllOf(testing::Contains("projection"), testing::Contains("norm_output")));
  EXPECT_THAT(roles, AllOf(testing::Not(testing::Contains("attention_output")),
                           testing::Not(testing::Contains("block_input"))));
}

TEST_P(PolicyOfFamily, blocks_of_attention_and_mlp_share_nothing) {
  const ModelGraph graph = graphOf(GetParam());
  const CheckpointPolicy attention = makePolicy("attention_block", graph);
  const CheckpointPolicy mlp = makePolicy("ffn_block", graph);
  const int block = firstLayer(graph);
  for (std::size_t i = 0; i < attention.blocks[block].size(); ++i)
    EXPECT_FALSE(attention.blocks[block][i] == Decision::recompute && mlp.blocks[block][i] == Decision::recompute)
        << graph.body(block).activations[i].name;
}

TEST_P(PolicyOfFamily, dots_keeps_matrix_products) {
  const auto roles = recomputedRoles("dots", graphOf(GetParam()));
  EXPECT_THAT(roles,
              AllOf(testing::Not(testing::Contains("attention_output")), testing::Contains("activation_output")));
}

TEST_P(PolicyOfFamily, has_a_json_form_that_reads_back_as_the_same_policy) {
  for (const bool mixed : {false, true}) {
    TrainingSpec spec;
    if (mixed) spec.precision = Precision::bf16_mixed;
    spec.dropout = mixed;
    const ModelGraph graph = graphOf(GetParam(), spec);
    for (const PolicyDescription& known : policyDescriptions()) {
      std::string text(known.name);
      if (!known.argument.empty()) text += known.argument == "N" ? ":4" : ":projection+attention+mlp_norm";
      const CheckpointPolicy policy = makePolicy(text, graph);
      const std::string json = policyToJson(policy, graph);
      EXPECT_EQ(policyFromJson(json, "test.json", graph), policy) << json;
    }
  }
}

TEST(CheckpointPolicy, places_full_on_the_layers_that_are_named) {
  const ModelGraph graph = graphOf("llama");
  EXPECT_THAT(recomputedLayers("every_n:2", graph), testing::ElementsAre(0, 2, 4));
  EXPECT_THAT(recomputedLayers("every_n:2", graph, Placement::last), testing::ElementsAre(1, 3, 5));
  EXPECT_THAT(recomputedLayers("every_n:4", graph, Placement::last), testing::ElementsAre(3));
  EXPECT_THAT(recomputedLayers("first_n:2", graph), testing::ElementsAre(0, 1));
  EXPECT_THAT(recomputedLayers("last_n:2", graph), testing::ElementsAre(4, 5));
  EXPECT_THAT(recomputedLayers("first_n:99", graph), testing::SizeIs(6));
}

TEST(CheckpointPolicy, segment_keeps_one_input_for_several_layers) {
  const ModelGraph graph = graphOf("llama");
  const CheckpointPolicy policy = makePolicy("segment:4", graph);
  const Schedule schedule = makeSchedule(graph, policy, TrainingSpec{});
  std::vector<int> lengths;
  for (const Region& region : schedule.regions) lengths.push_back(region.block_count);
  EXPECT_THAT(lengths, testing::ElementsAre(1, 4, 2, 1));  // embedding, two segments, head
}

TEST(CheckpointPolicy, save_and_recompute_are_complements) {
  const ModelGraph graph = graphOf("gpt2");
  const CheckpointPolicy save = makePolicy("save:mlp", graph);
  const CheckpointPolicy recompute = makePolicy("recompute:mlp", graph);
  const int block = firstLayer(graph);
  for (int i = 0; i < static_cast<int>(save.blocks[block].size()); ++i) {
    if (i == graph.body(block).input) continue;
    EXPECT_NE(save.blocks[block][i], recompute.blocks[block][i]) << graph.body(block).activations[i].name;
  }
}

TEST(CheckpointPolicy, takes_names_of_activations_ops_groups_kinds_and_roles) {
  const ModelGraph graph = graphOf("llama");
  for (const char* name : {"gate", "q_rotated", "rope", "mlp", "silu", "gated_product"})
    EXPECT_NO_THROW((void)makePolicy(std::string("recompute:") + name, graph)) << name;
}

TEST(CheckpointPolicy, says_what_was_meant) {
  const ModelGraph graph = graphOf("llama");
  EXPECT_THAT(errorOf("ful", graph), HasSubstr("did you mean 'full'?"));
  EXPECT_THAT(errorOf("every:2", graph), HasSubstr("did you mean 'every_n'?"));
  EXPECT_THAT(errorOf("full:2", graph), HasSubstr("takes no argument"));
  EXPECT_THAT(errorOf("every_n", graph), HasSubstr("every_n:2"));
  for (const char* text :
       {"every_n:0", "every_n:-1", "every_n:x", "every_n:", "every_n:1.5", "segment:99999999999999999999"})
    EXPECT_THAT(errorOf(text, graph), HasSubstr("whole number of at least 1")) << text;
  EXPECT_THAT(errorOf("save:", graph), HasSubstr("expected names"));
  EXPECT_THAT(errorOf("save:gat", graph), HasSubstr("did you mean 'gate'?"));
  EXPECT_THAT(errorOf("recompute:gate+nothing_like_it", graph), HasSubstr("'nothing_like_it'"));
  EXPECT_THAT(errorOf("/nowhere/policy.json", graph), HasSubstr("/nowhere/policy.json"));
  EXPECT_THAT(errorOf("", graph), HasSubstr("expected one of store_all"));
  EXPECT_LT(errorOf(std::string(1 << 20, 'x'), graph).size(), 2000U);
}

TEST(CheckpointPolicy, notes_a_policy_that_changes_nothing) {
  const ModelGraph graph = graphOf("llama");
  EXPECT_THAT(policyNote(makePolicy("full", graph), graph), IsEmpty());
  EXPECT_THAT(policyNote(makePolicy("store_all", graph), graph), IsEmpty());
  EXPECT_THAT(policyNote(makePolicy("every_n:99", graph, Placement::last), graph), HasSubstr("same as store_all"));
}

}  // namespace
}  // namespace remat
