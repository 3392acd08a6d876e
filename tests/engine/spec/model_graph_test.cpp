// What the graphs of the families look like. The lists of ops are transformers' modeling_<family>.py read line by line.
#include "engine/spec/model_graph.h"

#include <map>
#include <set>

#include <gmock/gmock.h>

#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

/// "group: op op | group: op ...", in order.
std::string outline(const BlockBody& body) {
  std::string text;
  std::string group;
  for (const Op& op : body.ops) {
    if (op.group != group) text += (text.empty() ? "" : " | ") + op.group + ":";
    group = op.group;
    text += " " + op.name;
  }
  return text;
}

std::vector<std::string> parameterNames(const ModelGraph& graph, int block) {
  std::vector<std::string> names;
  for (int index : graph.blocks[block].parameters) names.push_back(graph.parameters[index].name);
  return names;
}

TrainingSpec fusedSpec() {
  TrainingSpec spec = smallSpec();
  spec.norm_spelling = Spelling::fused;
  spec.activation_spelling = Spelling::fused;
  return spec;
}

class GraphOfFamily : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Families, GraphOfFamily, testing::ValuesIn(families()),
                         [](const auto& family) { return family.param; });

TEST_P(GraphOfFamily, is_an_embedding_then_layers_then_a_head) {
  const ModelGraph graph = smallGraph(GetParam());
  std::vector<std::string> names;
  std::vector<BlockKind> kinds;
  std::vector<int> layers;
  for (const Block& block : graph.blocks) {
    names.push_back(block.name);
    kinds.push_back(block.kind);
    layers.push_back(block.layer);
  }
  EXPECT_THAT(names, ElementsAre("embedding", "layer 0", "layer 1", "head"));
  EXPECT_THAT(kinds, ElementsAre(BlockKind::embedding, BlockKind::layer, BlockKind::layer, BlockKind::head));
  EXPECT_THAT(layers, ElementsAre(-1, 0, 1, -1));
}

TEST_P(GraphOfFamily, shares_one_body_among_equal_layers) {
  const ModelGraph graph = smallGraph(GetParam());
  EXPECT_EQ(graph.blocks[1].body, graph.blocks[2].body);
  EXPECT_NE(graph.blocks[1].parameters, graph.blocks[2].parameters);
}

TEST_P(GraphOfFamily, has_names_of_their_own_for_ops_and_activations_of_a_block) {
  for (const bool mixed_and_dropped : {false, true}) {
    TrainingSpec spec = smallSpec();
    spec.dropout = mixed_and_dropped;
    if (mixed_and_dropped) spec.precision = Precision::bf16_mixed;
    const ModelGraph graph = smallGraph(GetParam(), spec);
    for (const BlockBody& body : graph.bodies) {
      std::set<std::string> ops;
      for (const Op& op : body.ops) EXPECT_TRUE(ops.insert(op.name).second) << op.name;
      std::set<std::string> activations;
      for (const Activation& a : body.activations) EXPECT_TRUE(activations.insert(a.name).second) << a.name;
    }
  }
}

TEST_P(GraphOfFamily, makes_every_activation_before_it_is_read_and_only_once) {
  TrainingSpec spec = smallSpec();
  spec.dropout = true;
  spec.precision = Precision::bf16_mixed;
  const ModelGraph graph = smallGraph(GetParam(), spec);
  for (int block = 0; block < graph.blockCount(); ++block) {
    const BlockBody& body = graph.body(block);
    std::set<int> made;
    if (body.input >= 0) made.insert(body.input);
    for (int j = 0; j < static_cast<int>(body.ops.size()); ++j) {
      for (Operand operand : body.ops[j].inputs) {
        const bool is_activation = operand.kind == Operand::Kind::activation;
        EXPECT_TRUE(!is_activation || made.contains(operand.index)) << body.ops[j].name;
        const bool is_parameter = operand.kind == Operand::Kind::parameter;
        EXPECT_TRUE(!is_parameter || operand.index < static_cast<int>(graph.blocks[block].parameters.size()))
            << body.ops[j].name;
      }
      for (int output : body.ops[j].outputs) {
        EXPECT_TRUE(made.insert(output).second) << body.activations[output].name;
        EXPECT_EQ(body.activations[output].producer, j);
      }
    }
    EXPECT_EQ(made.size(), body.activations.size());
    EXPECT_TRUE(made.contains(body.output));
  }
}

TEST_P(GraphOfFamily, hands_on_from_block_to_block_what_the_next_one_takes) {
  for (const Precision precision : {Precision::float32, Precision::bfloat16, Precision::bf16_mixed}) {
    TrainingSpec spec = smallSpec();
    spec.precision = precision;
    const ModelGraph graph = smallGraph(GetParam(), spec);
    for (int block = 1; block < graph.blockCount(); ++block) {
      const BlockBody& before = graph.body(block - 1);
      const BlockBody& after = graph.body(block);
      EXPECT_EQ(before.activations[before.output].shape, after.activations[after.input].shape);
      EXPECT_EQ(before.activations[before.output].dtype, after.activations[after.input].dtype);
    }
    const BlockBody& head = graph.bodies[graph.blocks.back().body];
    EXPECT_EQ(head.activations[head.output].role, Role::loss);
  }
}

TEST_P(GraphOfFamily, has_the_groups_and_roles_that_policies_speak_of) {
  TrainingSpec spec = smallSpec();
  spec.dropout = true;
  const ModelGraph graph = smallGraph(GetParam(), spec);
  std::set<std::string> groups;
  std::set<std::string> roles;
  for (const Op& op : layerBody(graph).ops) groups.insert(op.group);
  for (const Activation& a : layerBody(graph).activations) roles.emplace(roleName(a.role));
  for (const char* group : {"attn_qkv", "attention", "attn_out", "residual", "mlp_norm", "mlp"})
    EXPECT_THAT(groups, Contains(group));
  for (const char* role : {"block_input", "norm_output", "norm_statistic", "projection", "attention_output",
                           "activation_output", "residual"})
    EXPECT_THAT(roles, Contains(role));
}

TEST_P(GraphOfFamily, has_every_policy_change_something) {
  const ModelGraph graph = smallGraph(GetParam());
  for (const PolicyDescription& known : policyDescriptions()) {
    if (known.name == "store_all" || !known.argument.empty()) continue;
    const BlockDecisions decisions = makePolicy(std::string(known.name), graph).blocks[firstLayer(graph)];
    const bool offloads = known.name.starts_with("offload");
    EXPECT_THAT(decisions, Contains(offloads ? Decision::offload : Decision::recompute)) << known.name;
    if (!offloads) {
      EXPECT_THAT(decisions, Contains(Decision::save)) << known.name;
    }
  }
}

TEST_P(GraphOfFamily, counts_a_parameter_once_however_often_it_is_used) {
  const ModelGraph graph = smallGraph(GetParam());
  std::set<std::string> names;
  std::int64_t count = 0;
  for (const Parameter& parameter : graph.parameters) {
    EXPECT_TRUE(names.insert(parameter.name).second) << parameter.name;
    count += elementCount(parameter.shape, {});
  }
  EXPECT_EQ(parameterCount(graph), count);
  EXPECT_EQ(parameterBytes(graph), 4 * count);
}

TEST_P(GraphOfFamily, adds_up_the_flops_of_ops_blocks_and_model) {
  const ModelGraph graph = smallGraph(GetParam());
  const Sizes sizes = smallSpec().sizes();
  std::int64_t all = 0;
  for (int block = 0; block < graph.blockCount(); ++block) {
    std::int64_t of_block = 0;
    for (const Op& op : graph.body(block).ops) of_block += forwardFlops(graph, block, op, sizes);
    EXPECT_EQ(forwardFlops(graph, block, sizes), of_block);
    all += of_block;
  }
  EXPECT_EQ(forwardFlops(graph, sizes), all);
}

// ---- ops, in order --------------------------------------------------------------------------------------------------

TEST(GraphOf, llama_with_fused_norms) {
  EXPECT_EQ(outline(layerBody(smallGraph("llama", fusedSpec()))),
            "attn_norm: attn_norm | attn_qkv: q k v | rope: rope | attention: attention | attn_out: o | "
            "residual: attn_residual | mlp_norm: mlp_norm | mlp: gate act up product down | residual: out");
}

TEST(GraphOf, llama_as_transformers_writes_it) {
  EXPECT_EQ(outline(layerBody(smallGraph("llama"))),
            "attn_norm: attn_norm_square attn_norm_mean attn_norm_rstd attn_norm_normalised attn_norm | "
            "attn_qkv: q k v | rope: rope | attention: attention | attn_out: o | residual: attn_residual | "
            "mlp_norm: mlp_norm_square mlp_norm_mean mlp_norm_rstd mlp_norm_normalised mlp_norm | "
            "mlp: gate act up product down | residual: out");
}

TEST(GraphOf, qwen3_norms_queries_and_keys_head_by_head) {
  const ModelGraph graph = smallGraph("qwen3", fusedSpec());
  EXPECT_EQ(outline(layerBody(graph)),
            "attn_norm: attn_norm | attn_qkv: q k v | attn_qk_norm: q_heads q_norm k_heads k_norm | rope: rope | "
            "attention: attention | attn_out: o | residual: attn_residual | mlp_norm: mlp_norm | "
            "mlp: gate act up product down | residual: out");
  EXPECT_THAT(parameterNames(graph, 1), testing::IsSupersetOf({"model.layers.0.self_attn.q_norm.weight",
                                                               "model.layers.0.self_attn.k_norm.weight"}));
}

TEST(GraphOf, gpt2_with_dropout) {
  TrainingSpec spec = fusedSpec();
  spec.dropout = true;
  EXPECT_EQ(outline(layerBody(smallGraph("gpt2", spec))),
            "attn_norm: attn_norm | attn_qkv: qkv split_qkv | "
            "attention: q_scaled k_scaled v_heads attention_scores attention_probabilities attention_dropout "
            "attention_context | attn_out: o | residual: attn_dropout attn_residual | mlp_norm: mlp_norm | "
            "mlp: up act down | residual: mlp_dropout out");
}

TEST(GraphOf, gpt2_writes_gelu_out_unless_fused) {
  EXPECT_EQ(
      outline(layerBody(smallGraph("gpt2"))),
      "attn_norm: attn_norm | attn_qkv: qkv split_qkv | attention: attention | attn_out: o | "
      "residual: attn_residual | mlp_norm: mlp_norm | "
      "mlp: up act_half act_cube act_scaled_cube act_sum act_inner act_tanh act_one_plus act down | residual: out");
}

TEST(GraphOf, bert_norms_after_each_sum) {
  EXPECT_EQ(outline(layerBody(smallGraph("bert"))),
            "attn_qkv: q k v | attention: attention | attn_out: o | residual: attn_residual | mlp_norm: mlp_norm | "
            "mlp: up act down | residual: mlp_residual | out_norm: out");
}

TEST(GraphOf, embeddings) {
  EXPECT_EQ(outline(smallGraph("llama").body(0)), "embedding: embedding");
  EXPECT_EQ(outline(smallGraph("gpt2").body(0)), "embedding: token_embedding position_embedding embedding");
  EXPECT_EQ(outline(smallGraph("bert").body(0)),
            "embedding: word_embedding token_type_embedding typed_embedding position_embedding embedding_sum "
            "embedding_norm");
}

TEST(GraphOf, heads) {
  EXPECT_EQ(outline(smallGraph("llama", fusedSpec()).bodies.back()),
            "final_norm: final_norm | head: logits | loss: log_softmax nll_loss");
  EXPECT_EQ(outline(smallGraph("gpt2").bodies.back()),
            "final_norm: final_norm | head: logits | loss: log_softmax nll_loss");
  EXPECT_EQ(outline(smallGraph("bert").bodies.back()),
            "head: head_dense act head_norm logits | loss: log_softmax nll_loss");
  TrainingSpec classification = smallSpec();
  classification.head = Head::sequence_classification;
  classification.dropout = true;
  EXPECT_EQ(outline(smallGraph("bert", classification).bodies.back()),
            "head: first_token pooler_dense pooler classifier_dropout logits | loss: log_softmax nll_loss");
  EXPECT_EQ(outline(smallGraph("roberta", classification).bodies.back()),
            "head: first_token classifier_input_dropout pooler_dense pooler classifier_dropout logits | "
            "loss: log_softmax nll_loss");
}

TEST(GraphOf, decoders_upcast_their_logits_and_encoders_do_not) {
  TrainingSpec spec = smallSpec();
  spec.precision = Precision::bfloat16;
  for (const std::string& family : families()) {
    const BlockBody head = smallGraph(family, spec).bodies.back();
    const bool encoder = family == "bert" || family == "roberta";
    const Dtype logits = head.activations[activationNamed(head, "log_probabilities")].dtype;
    EXPECT_EQ(logits, encoder ? Dtype::bfloat16 : Dtype::float32) << family;
  }
}

// ---- parameters: names of the state dict, shared ones
// ----------------------------------------------------------------

TEST(ParametersOf, llama) {
  const ModelGraph graph = smallGraph("llama");
  EXPECT_THAT(parameterNames(graph, 0), ElementsAre("model.embed_tokens.weight"));
  EXPECT_THAT(parameterNames(graph, 2),
              ElementsAre("model.layers.1.input_layernorm.weight", "model.layers.1.self_attn.q_proj.weight",
                          "model.layers.1.self_attn.k_proj.weight", "model.layers.1.self_attn.v_proj.weight",
                          "model.layers.1.self_attn.o_proj.weight", "model.layers.1.post_attention_layernorm.weight",
                          "model.layers.1.mlp.gate_proj.weight", "model.layers.1.mlp.up_proj.weight",
                          "model.layers.1.mlp.down_proj.weight"));
  EXPECT_THAT(parameterNames(graph, 3), ElementsAre("model.norm.weight", "lm_head.weight"));
}

TEST(ParametersOf, qwen2_have_biases_on_query_key_and_value) {
  const std::vector<std::string> names = parameterNames(smallGraph("qwen2"), 1);
  for (const char* projection : {"q", "k", "v"})
    EXPECT_THAT(names, Contains("model.layers.0.self_attn." + std::string(projection) + "_proj.bias"));
  EXPECT_THAT(names, Not(Contains("model.layers.0.self_attn.o_proj.bias")));
}

TEST(ParametersOf, gpt2_store_projections_as_in_by_out) {
  const ModelGraph graph = smallGraph("gpt2");
  std::map<std::string, std::string> shapes;
  for (const Parameter& parameter : graph.parameters) shapes[parameter.name] = shapeText(parameter.shape);
  EXPECT_EQ(shapes.at("transformer.wte.weight"), "[11, 8]");
  EXPECT_EQ(shapes.at("transformer.wpe.weight"), "[16, 8]");
  EXPECT_EQ(shapes.at("transformer.h.0.attn.c_attn.weight"), "[8, 24]");
  EXPECT_EQ(shapes.at("transformer.h.0.attn.c_attn.bias"), "[24]");
  EXPECT_EQ(shapes.at("transformer.h.1.mlp.c_fc.weight"), "[8, 32]");
  EXPECT_EQ(shapes.at("transformer.h.1.mlp.c_proj.weight"), "[32, 8]");
  EXPECT_EQ(shapes.at("transformer.ln_f.weight"), "[8]");
}

TEST(ParametersOf, encoders_carry_their_familys_prefix) {
  for (const std::string family : {"bert", "roberta"}) {
    const std::vector<std::string> names = parameterNames(smallGraph(family), 1);
    EXPECT_THAT(names, Contains(family + ".encoder.layer.0.attention.self.query.weight"));
    EXPECT_THAT(names, Contains(family + ".encoder.layer.0.output.LayerNorm.bias"));
  }
}

TEST(ParametersOf, a_tied_head_are_those_of_the_embedding) {
  for (const std::string family : {"llama", "gpt2", "bert", "roberta"}) {
    const ModelGraph tied = buildModelGraph(smallConfig(family, R"("tie_word_embeddings": true)"), smallSpec());
    const ModelGraph untied = buildModelGraph(smallConfig(family, R"("tie_word_embeddings": false)"), smallSpec());
    const int table = tied.blocks.front().parameters.front();
    EXPECT_THAT(tied.blocks.back().parameters, Contains(table)) << family;
    EXPECT_THAT(untied.blocks.back().parameters, Not(Contains(table))) << family;
  }
}

TEST(ParametersOf, layers_start_as_transformers_fills_them) {
  const ModelGraph graph = smallGraph("gpt2");
  for (const Parameter& parameter : graph.parameters) {
    const bool norm = parameter.name.find("ln_") != std::string::npos;
    const Parameter::Initial expected = parameter.name.ends_with(".bias") ? Parameter::Initial::zeros
                                        : norm                            ? Parameter::Initial::ones
                                                                          : Parameter::Initial::normal;
    EXPECT_EQ(parameter.initial, expected) << parameter.name;
  }
}

// ---- storage
// ---------------------------------------------------------------------------------------------------------

TEST(StorageOf, queries_keys_and_values_of_gpt2_is_their_joint_projection) {
  const ModelGraph graph = smallGraph("gpt2");
  const BlockBody& body = layerBody(graph);
  const int qkv = activationNamed(body, "qkv");
  for (const char* part : {"q", "k", "v"}) {
    EXPECT_EQ(storageOf(body, activationNamed(body, part)), qkv);
    EXPECT_EQ(storageBytes(body, activationNamed(body, part), smallSpec().sizes()), 0);
  }
  EXPECT_EQ(storageBytes(body, qkv, smallSpec().sizes()), 2 * 5 * 24 * 4);
}

TEST(OperandType, follows_activations_parameters_and_tables) {
  const ModelGraph graph = smallGraph("llama");
  const BlockBody& embedding = graph.body(0);
  EXPECT_EQ(operandType(graph, 0, embedding.ops[0].inputs[0]), (TensorType{{11, 8}, Dtype::float32}));
  EXPECT_EQ(operandType(graph, 0, embedding.ops[0].inputs[1]), (TensorType{{kBatch, kSequence}, Dtype::int64}));
  EXPECT_EQ(operandType(graph, 1, {Operand::Kind::activation, 0}),
            (TensorType{{kBatch, kSequence, 8}, Dtype::float32}));
}

}  // namespace
}  // namespace remat
