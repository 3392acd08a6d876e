// The JSON form of policies: what it means, and what is said about one that means nothing.
#include <random>

#include <gmock/gmock.h>

#include "engine/spec/build_model_graph.h"
#include "engine/spec/checkpoint_policy.h"
#include "engine/spec/error.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct PolicyJson : testing::Test {
  ModelGraph graph = buildModelGraph(parseModelConfig(R"({"model_type": "llama", "vocab_size": 100, "hidden_size": 64,
      "num_hidden_layers": 8, "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 128})",
                                                      "test", "test"),
                                     TrainingSpec{});

  CheckpointPolicy read(const std::string& json) const { return policyFromJson(json, "dir/mine.json", graph); }
  BlockDecisions layer(const CheckpointPolicy& policy, int layer) const { return policy.blocks[layer + 1]; }
  BlockDecisions layerOf(const std::string& policy, int index) const { return layer(makePolicy(policy, graph), index); }
  Decision decision(const CheckpointPolicy& policy, int of_layer, const std::string& activation) const {
    const BlockBody& body = graph.body(of_layer + 1);
    for (std::size_t i = 0; i < body.activations.size(); ++i)
      if (body.activations[i].name == activation) return policy.blocks[of_layer + 1][i];
    ADD_FAILURE() << "no activation " << activation;
    return Decision::save;
  }
  std::string errorOf(const std::string& json) const {
    try {
      (void)read(json);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      return error.what();
    }
    return "no error";
  }
};

TEST_F(PolicyJson, takes_named_policies_per_range_of_layers) {
  const CheckpointPolicy policy = read(R"({"name": "mine", "default": "cheap",
      "blocks": [{"layers": "0-2,7", "policy": "full"}, {"layers": "4", "policy": "store_all"}]})");
  EXPECT_EQ(policy.name, "mine");
  for (int i : {0, 1, 2, 7}) EXPECT_EQ(layer(policy, i), layerOf("full", i)) << i;
  for (int i : {3, 5, 6}) EXPECT_EQ(layer(policy, i), layerOf("cheap", i)) << i;
  EXPECT_EQ(layer(policy, 4), layerOf("store_all", 4));
}

TEST_F(PolicyJson, stores_all_by_default_and_is_named_after_its_file) {
  const CheckpointPolicy policy = read("{}");
  EXPECT_EQ(policy.name, "mine");
  EXPECT_EQ(policy.blocks, makePolicy("store_all", graph).blocks);
}

TEST_F(PolicyJson, takes_lists_of_names_on_top_of_a_base) {
  const CheckpointPolicy policy = read(R"({"blocks": [
      {"layers": "0", "recompute": ["mlp", "attn_norm"], "save": ["gate"]},
      {"layers": "1", "policy": "full", "save": ["attention"]},
      {"layers": "2", "offload": ["gated_product"]}]})");
  EXPECT_EQ(decision(policy, 0, "up"), Decision::recompute);
  EXPECT_EQ(decision(policy, 0, "gate"), Decision::save);
  EXPECT_EQ(decision(policy, 0, "q"), Decision::save);
  EXPECT_EQ(layer(policy, 1), layerOf("save:attention", 1));
  EXPECT_EQ(decision(policy, 2, "product"), Decision::offload);
}

TEST_F(PolicyJson, lets_an_own_name_beat_a_group_in_any_list) {
  const CheckpointPolicy policy =
      read(R"({"blocks": [{"layers": "0", "recompute": ["gate"], "save": ["mlp"], "policy": "full"}]})");
  EXPECT_EQ(decision(policy, 0, "gate"), Decision::recompute);
  EXPECT_EQ(decision(policy, 0, "up"), Decision::save);
}

TEST_F(PolicyJson, can_join_layers_and_decide_about_other_blocks) {
  const CheckpointPolicy policy = read(R"({"blocks": [{"layers": "0", "policy": "full"},
      {"layers": "1", "policy": "full", "recompute": ["block_input"]}, {"block": "head", "recompute": ["final_norm"]}]})");
  EXPECT_EQ(layer(policy, 1), layerOf("segment:2", 1));
  EXPECT_EQ(policyFromJson(policyToJson(policy, graph), "mine.json", graph), policy);
}

TEST_F(PolicyJson, writes_any_decisions_so_that_they_read_back_equal) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    CheckpointPolicy policy = makePolicy("store_all", graph);
    policy.name = "random";
    for (BlockDecisions& decisions : policy.blocks) {
      if (random() % 3 == 0 && &decisions != &policy.blocks.front())
        decisions = layerOf("full", 0).size() == decisions.size() ? layerOf("full", 0) : decisions;
      for (Decision& one : decisions)
        if (random() % 4 == 0) one = static_cast<Decision>(random() % 3);
    }
    const std::string json = policyToJson(policy, graph);
    ASSERT_EQ(policyFromJson(json, "random.json", graph), policy) << json;
  }
}

TEST_F(PolicyJson, writes_one_entry_for_layers_that_are_alike) {
  const std::string json = policyToJson(makePolicy("every_n:2", graph), graph);
  EXPECT_THAT(json, HasSubstr(R"("layers": "0,2,4,6")"));
  EXPECT_THAT(json, HasSubstr(R"("policy": "full")"));
  EXPECT_THAT(policyToJson(makePolicy("first_n:3", graph), graph), HasSubstr(R"("layers": "0-2")"));
}

TEST_F(PolicyJson, names_the_place_of_every_mistake) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "dir/mine.json line 1 column 1: expected JSON"},
      {"[", "expected JSON"},
      {"[]", "dir/mine.json: expected an object, got []"},
      {"NaN", "expected JSON"},
      {R"({"name": 3})", "dir/mine.json /name: expected a text, got 3"},
      {R"({"defualt": "full"})", "did you mean 'default'?"},
      {R"({"default": "fulll"})", "did you mean 'full'?"},
      {R"({"default": "other.json"})", "/default: expected the name of a policy, got a file"},
      {R"({"blocks": {}})", "/blocks: expected a list of entries, got {}"},
      {R"({"blocks": [1]})", "/blocks/0: expected an object, got 1"},
      {R"({"blocks": [{}]})", "/blocks/0: expected either layers or block"},
      {R"({"blocks": [{"layers": "0"}]})", "/blocks/0: expected a policy, or a list"},
      {R"({"blocks": [{"layers": 0, "policy": "full"}]})", "/blocks/0/layers: expected a text, got 0"},
      {R"({"blocks": [{"layers": "8", "policy": "full"}]})", "/blocks/0/layers: expected layers from 0 to 7"},
      {R"({"blocks": [{"layers": "3-1", "policy": "full"}]})", "the model has 8 layers"},
      {R"({"blocks": [{"layers": "0-", "policy": "full"}]})", "got '0-'"},
      {R"({"blocks": [{"layers": "", "policy": "full"}]})", "got ''"},
      {R"({"blocks": [{"layers": "0,,1", "policy": "full"}]})", "got '0,,1'"},
      {R"({"blocks": [{"layers": "99999999999999999999", "policy": "full"}]})", "the model has 8 layers"},
      {R"({"blocks": [{"layers": "0-3", "policy": "full"}, {"layers": "3", "policy": "cheap"}]})",
       "/blocks/1: expected each block in one entry only, got layer 3, which is in entry 0 too"},
      {R"({"blocks": [{"layers": "1,1", "policy": "full"}]})", "layer 1, which is in entry 0 too"},
      {R"({"blocks": [{"layers": "0", "save": []}]})", "/blocks/0/save: expected a list of names, got []"},
      {R"({"blocks": [{"layers": "0", "save": ["gat"]}]})", "/blocks/0/save/0: expected the name"},
      {R"({"blocks": [{"layers": "0", "save": ["gat"]}]})", "did you mean 'gate'?"},
      {R"({"blocks": [{"layers": "0", "save": ["gate"], "recompute": ["gate"]}]})", "which is in recompute too"},
      {R"({"blocks": [{"block": "haed", "save": ["logits"]}]})", "did you mean 'head'?"},
  };
  for (const auto& [json, message] : cases) EXPECT_THAT(errorOf(json), HasSubstr(message)) << json;
}

TEST_F(PolicyJson, refuses_what_would_cost_too_much) {
  EXPECT_THAT(errorOf(std::string(100'000, '[')), HasSubstr("nested at most"));
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += R"({"blocks":)";
  EXPECT_THAT(errorOf(nested), HasSubstr("nested at most"));
  EXPECT_THAT(errorOf(std::string(5 << 20, ' ')), HasSubstr("4 MiB"));
  std::string entries = R"({"blocks": [)";
  for (int i = 0; i < 10'000; ++i) entries += R"({"layers": "0", "policy": "full"},)";
  EXPECT_THAT(errorOf(entries + "{}]}"), HasSubstr("entry 0 too"));
  EXPECT_LT(errorOf(R"({"default": ")" + std::string(500'000, 'x') + "\"}").size(), 3000U);
}

}  // namespace
}  // namespace remat
