// How a config and a spec become a graph, and which pairs are refused.
#include "engine/spec/build_model_graph.h"

#include <gmock/gmock.h>

#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const ModelConfig& config, const TrainingSpec& spec) {
  return errorOf(ErrorKind::usage, [&] { (void)buildModelGraph(config, spec); });
}

bool hasMask(const ModelGraph& graph, int block) {
  const BlockBody& body = graph.body(block);
  return body.ops[opNamed(body, "attention")].inputs.size() == 4;
}

TEST(BuildModelGraph, refuses_a_sequence_longer_than_the_table_of_positions) {
  TrainingSpec spec = smallSpec();
  for (const std::string family : {"gpt2", "bert"}) {  // a table of 16 rows
    spec.sequence_length = 16;
    EXPECT_NO_THROW((void)buildModelGraph(smallConfig(family), spec)) << family;
    spec.sequence_length = 17;
    EXPECT_THAT(refusal(smallConfig(family), spec),
                AllOf(HasSubstr("--sequence: must be at most 16"), HasSubstr("got 17"), HasSubstr("use a shorter")))
        << family;
  }
}

TEST(BuildModelGraph, counts_the_positions_of_roberta_from_behind_its_padding) {
  TrainingSpec spec = smallSpec();  // pad_token_id 1: rows 0 and 1 are taken
  spec.sequence_length = 14;
  EXPECT_NO_THROW((void)buildModelGraph(smallConfig("roberta"), spec));
  spec.sequence_length = 15;
  EXPECT_THAT(refusal(smallConfig("roberta"), spec), HasSubstr("must be at most 14"));
}

TEST(BuildModelGraph, lets_rotary_positions_be_as_long_as_they_like) {
  TrainingSpec spec = smallSpec();
  spec.sequence_length = 1000;
  for (const std::string family : {"llama", "mistral", "qwen2", "qwen3"})
    EXPECT_NO_THROW((void)buildModelGraph(smallConfig(family), spec)) << family;
}

TEST(BuildModelGraph, refuses_sizes_below_one) {
  TrainingSpec spec = smallSpec();
  spec.batch_size = 0;
  EXPECT_THAT(refusal(smallConfig("bert"), spec), HasSubstr("--batch: must be at least 1, got 0"));
  spec = smallSpec();
  spec.sequence_length = -1;
  EXPECT_THAT(refusal(smallConfig("bert"), spec), HasSubstr("--sequence: must be at least 1, got -1"));
  spec = smallSpec();
  spec.num_hidden_layers = 0;
  EXPECT_THAT(refusal(smallConfig("bert"), spec), HasSubstr("--layers: must be from 1 to 100000, got 0"));
}

TEST(BuildModelGraph, refuses_more_layers_than_a_graph_should_hold) {
  TrainingSpec spec = smallSpec();
  spec.num_hidden_layers = 100'001;
  EXPECT_THAT(refusal(smallConfig("gpt2"), spec), HasSubstr("--layers: must be from 1 to 100000, got 100001"));
}

TEST(BuildModelGraph, refuses_a_causal_model_of_one_token_since_nothing_comes_next) {  // its loss would be 0 / 0
  TrainingSpec spec = smallSpec();
  spec.sequence_length = 1;
  for (const std::string family : {"llama", "mistral", "qwen2", "qwen3", "gpt2"})
    EXPECT_THAT(refusal(smallConfig(family), spec), HasSubstr("--sequence: must be at least 2")) << family;
  for (const std::string family : {"bert", "roberta"})
    EXPECT_NO_THROW((void)buildModelGraph(smallConfig(family), spec)) << family;
  spec.sequence_length = 2;
  for (const std::string& family : families())
    EXPECT_NO_THROW((void)buildModelGraph(smallConfig(family), spec)) << family;
}

TEST(BuildModelGraph, refuses_sizes_whose_bytes_or_flops_cannot_be_counted) {
  TrainingSpec spec = smallSpec();
  spec.batch_size = std::int64_t{1} << 40;
  spec.sequence_length = std::int64_t{1} << 30;
  EXPECT_THAT(refusal(smallConfig("llama"), spec), HasSubstr("use a smaller batch"));
  spec.batch_size = std::int64_t{1} << 24;  // bytes are below 2^63, FLOPs of attention are not
  spec.sequence_length = std::int64_t{1} << 22;
  EXPECT_THAT(refusal(smallConfig("llama"), spec), HasSubstr("use a smaller batch"));
  spec.batch_size = 1 << 20;
  spec.sequence_length = 1 << 16;
  EXPECT_NO_THROW((void)buildModelGraph(smallConfig("llama"), spec));
}

TEST(BuildModelGraph, has_the_heads_of_the_family_only) {
  TrainingSpec spec = smallSpec();
  const auto architecture = [&](const std::string& family, Head head) {
    spec.head = head;
    return buildModelGraph(smallConfig(family), spec).architecture;
  };
  EXPECT_EQ(architecture("llama", Head::automatic), "LlamaForCausalLM");
  EXPECT_EQ(architecture("gpt2", Head::causal_lm), "GPT2LMHeadModel");
  EXPECT_EQ(architecture("bert", Head::automatic), "BertForMaskedLM");
  EXPECT_EQ(architecture("bert", Head::sequence_classification), "BertForSequenceClassification");
  EXPECT_EQ(architecture("roberta", Head::sequence_classification), "RobertaForSequenceClassification");
  spec.head = Head::masked_lm;
  EXPECT_THAT(refusal(smallConfig("gpt2"), spec), HasSubstr("--head: model type gpt2 has no such head"));
  spec.head = Head::causal_lm;
  EXPECT_THAT(refusal(smallConfig("bert"), spec), HasSubstr("--head: model type bert has no such head"));
  spec.head = Head::sequence_classification;
  EXPECT_THAT(refusal(smallConfig("llama"), spec), HasSubstr("--head: model type llama has no such head"));
}

TEST(BuildModelGraph, classifies_with_as_many_labels_as_the_config_has) {
  TrainingSpec spec = smallSpec();
  spec.head = Head::sequence_classification;
  const ModelGraph graph = buildModelGraph(smallConfig("bert", R"("num_labels": 5)"), spec);
  const BlockBody& head = graph.bodies.back();
  EXPECT_EQ(shapeText(head.activations[activationNamed(head, "logits")].shape), "[B, 5]");
  EXPECT_THAT(refusal(smallConfig("bert", R"("num_labels": 1)"), spec), HasSubstr("/num_labels: must be at least 2"));
}

TEST(BuildModelGraph, takes_the_number_of_layers_of_the_spec_before_that_of_the_config) {
  TrainingSpec spec = smallSpec();
  for (const std::string& family : families()) {
    EXPECT_EQ(smallGraph(family, spec).blockCount(), 2 + 2);
    spec.num_hidden_layers = 7;
    EXPECT_EQ(smallGraph(family, spec).blockCount(), 7 + 2);
    spec.num_hidden_layers.reset();
  }
}

TEST(BuildModelGraph, masks_a_window_that_is_shorter_than_the_sequence) {
  TrainingSpec spec = smallSpec();  // five tokens
  EXPECT_TRUE(hasMask(buildModelGraph(smallConfig("mistral", R"("sliding_window": 4)"), spec), 1));
  EXPECT_FALSE(hasMask(buildModelGraph(smallConfig("mistral", R"("sliding_window": 5)"), spec), 1));
  EXPECT_FALSE(hasMask(buildModelGraph(smallConfig("mistral", R"("sliding_window": null)"), spec), 1));
}

TEST(BuildModelGraph, repeats_keys_and_values_for_a_masked_kernel) {
  const ModelGraph graph = buildModelGraph(smallConfig("mistral", R"("sliding_window": 4)"), smallSpec());
  const BlockBody& body = layerBody(graph);
  EXPECT_EQ(shapeText(body.activations[activationNamed(body, "k_repeated")].shape), "[B, 2, S, 4]");
  const ModelGraph full = buildModelGraph(smallConfig("mistral", R"("sliding_window": 5)"), smallSpec());
  EXPECT_THROW((void)activationNamed(layerBody(full), "k_repeated"), std::out_of_range);
}

TEST(BuildModelGraph, gives_windowed_layers_a_body_of_their_own) {
  const ModelConfig config =
      smallConfig("qwen2", R"("use_sliding_window": true, "sliding_window": 4, "max_window_layers": 1)");
  const ModelGraph graph = buildModelGraph(config, smallSpec());
  EXPECT_FALSE(hasMask(graph, 1));
  EXPECT_TRUE(hasMask(graph, 2));
  EXPECT_NE(graph.blocks[1].body, graph.blocks[2].body);
}

TEST(BuildModelGraph, masks_the_scores_where_probabilities_are_dropped_in_a_window) {
  TrainingSpec spec = smallSpec();
  spec.dropout = true;
  const ModelGraph graph =
      buildModelGraph(smallConfig("mistral", R"("sliding_window": 4, "attention_dropout": 0.1)"), spec);
  EXPECT_NO_THROW((void)activationNamed(layerBody(graph), "attention_masked_scores"));
}

TEST(BuildModelGraph, drops_nothing_unless_the_spec_says_so) {
  const auto dropouts = [](const ModelGraph& graph) {
    int count = 0;
    for (int block = 0; block < graph.blockCount(); ++block)
      for (const Op& op : graph.body(block).ops) count += op.kind == OpKind::dropout;
    return count;
  };
  TrainingSpec spec = smallSpec();
  EXPECT_EQ(dropouts(smallGraph("gpt2", spec)), 0);
  spec.dropout = true;
  EXPECT_EQ(dropouts(smallGraph("gpt2", spec)), 1 + 2 * 3);  // embedding; attention, its projection and MLP of a layer
  EXPECT_EQ(dropouts(smallGraph("llama", spec)), 0);         // its config has none
}

TEST(BuildModelGraph, refuses_a_family_it_does_not_know) {
  ModelConfig config = smallConfig("llama");
  config.model_type = "mamba";
  EXPECT_THAT(refusal(config, smallSpec()), HasSubstr("expected a supported family, got mamba"));
}

}  // namespace
}  // namespace remat
