#include "engine/spec/mixed_precision.h"

#include <map>

#include <gmock/gmock.h>

#include "engine/spec/graph_builder.h"
#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TrainingSpec mixedSpec() {
  TrainingSpec spec = smallSpec();
  spec.precision = Precision::bf16_mixed;
  return spec;
}

/// "q: x weight": which operands of which op of a block are casts, by the name of what they are casts of.
std::vector<std::string> castsIn(const ModelGraph& graph, int block) {
  const BlockBody& body = graph.body(block);
  std::vector<std::string> casts;
  for (const Op& op : body.ops) {
    if (op.kind == OpKind::cast) continue;
    std::string line;
    for (Operand operand : op.inputs) {
      if (operand.kind != Operand::Kind::activation || body.activations[operand.index].role != Role::cast) continue;
      const Operand source = body.ops[body.activations[operand.index].producer].inputs[0];
      const bool parameter = source.kind == Operand::Kind::parameter;
      const std::string name = parameter ? graph.parameters[graph.blocks[block].parameters[source.index]].name
                                         : body.activations[source.index].name;
      line += " " + name.substr(name.rfind('.') + 1);
    }
    if (!line.empty()) casts.push_back(op.name + ":" + line);
  }
  return casts;
}

std::string dtypeOf(const BlockBody& body, const std::string& activation) {
  return std::string(dtypeName(body.activations[activationNamed(body, activation)].dtype));
}

TEST(MixedPrecision, casts_inputs_and_weights_of_projections_and_attention) {
  const ModelGraph graph = smallGraph("llama", mixedSpec());
  EXPECT_THAT(castsIn(graph, 0), IsEmpty());
  EXPECT_THAT(castsIn(graph, 1), ElementsAre("q: attn_norm weight", "k: attn_norm weight", "v: attn_norm weight",
                                             "attention: q_rotated k_rotated", "o: weight", "gate: mlp_norm weight",
                                             "up: mlp_norm weight", "down: weight"));
  EXPECT_THAT(castsIn(graph, 3), ElementsAre("logits: final_norm weight", "log_softmax: logits"));
}

TEST(MixedPrecision, casts_biases_too) {
  EXPECT_THAT(castsIn(smallGraph("bert", mixedSpec()), 1),
              ElementsAre("q: x weight bias", "k: x weight bias", "v: x weight bias", "o: weight bias",
                          "up: mlp_norm weight bias", "down: weight bias"));
}

TEST(MixedPrecision, casts_up_what_runs_in_float32) {
  TrainingSpec spec = mixedSpec();
  // on a GPU power is on the float32 list, so the rest of GELU runs in float32
  EXPECT_THAT(castsIn(smallGraph("gpt2", spec, Backend::cuda), 1),
              ElementsAre("qkv: attn_norm weight bias", "o: weight bias", "up: mlp_norm weight bias", "act_cube: up",
                          "down: act weight bias"));
}

TEST(MixedPrecision, computes_written_out_attention_in_float32_of_narrow_inputs) {  // as torch's math path does
  TrainingSpec spec = mixedSpec();
  spec.attention = AttentionKernel::math;
  const ModelGraph graph = smallGraph("llama", spec);
  const BlockBody& layer = layerBody(graph);
  for (const char* name : {"q_low", "k_low"}) EXPECT_EQ(dtypeOf(layer, name), "bfloat16") << name;
  EXPECT_THROW((void)activationNamed(layer, "v_low"), std::out_of_range)
      << "v is narrow as it comes from its projection";
  for (const std::string name : {"q_scaled", "k_scaled", "v_heads", "attention_scores", "attention_probabilities"})
    EXPECT_EQ(dtypeOf(layer, name), "float32") << name;
  EXPECT_EQ(dtypeOf(layer, "attention_out"), "bfloat16");
}

TEST(MixedPrecision, keeps_the_residual_stream_norms_and_loss_in_float32) {
  for (const std::string& family : families()) {
    const ModelGraph graph = smallGraph(family, mixedSpec());
    const BlockBody& layer = layerBody(graph);
    EXPECT_EQ(dtypeOf(layer, "x"), "float32") << family;
    EXPECT_EQ(dtypeOf(layer, "attn_residual"), "float32") << family;
    EXPECT_EQ(dtypeOf(layer, "mlp_norm"), "float32") << family;
    EXPECT_EQ(dtypeOf(layer, "out"), "float32") << family;
    EXPECT_EQ(dtypeOf(layer, "attention_out"), "bfloat16") << family;
    EXPECT_EQ(dtypeOf(layer, "attention_lse"), "float32") << family;
    EXPECT_EQ(dtypeOf(layer, "down"), "bfloat16") << family;
    EXPECT_EQ(dtypeOf(graph.bodies.back(), "loss"), "float32") << family;
  }
}

TEST(MixedPrecision, leaves_parameters_in_float32) {
  for (const std::string& family : families()) {
    const ModelGraph graph = smallGraph(family, mixedSpec());
    for (const Parameter& parameter : graph.parameters) EXPECT_EQ(parameter.dtype, Dtype::float32) << parameter.name;
    EXPECT_EQ(parameterBytes(graph), parameterBytes(smallGraph(family))) << family;
  }
}

TEST(MixedPrecision, names_casts_as_activations_of_their_own) {
  const ModelGraph graph = smallGraph("llama", mixedSpec());
  const BlockBody& body = layerBody(graph);
  for (const Op& op : body.ops) {
    if (op.kind != OpKind::cast) continue;
    const Activation& cast = body.activations[op.outputs[0]];
    EXPECT_EQ(cast.name, op.name);
    EXPECT_EQ(cast.role, Role::cast);
    EXPECT_EQ(cast.alias_of, -1);
  }
}

TEST(MixedPrecision, of_a_bfloat16_model_is_the_model_itself_but_for_the_float32_list) {
  TrainingSpec spec = smallSpec();
  spec.precision = Precision::bfloat16;
  const ModelGraph graph = smallGraph("bert", spec);
  const ModelGraph mixed = withAutocast(graph, Dtype::bfloat16, Backend::cpu);
  EXPECT_THAT(castsIn(mixed, 1), IsEmpty());
  EXPECT_THAT(castsIn(mixed, 3), ElementsAre("log_softmax: logits"));
}

// ---- the rules on a graph made by hand
// -------------------------------------------------------------------------------

/// first = linear(x, w), view of first, second = linear(x, w), sum.
ModelGraph sharedWeightGraph() {
  ModelGraph graph;
  BlockBuilder block(graph, Backend::cpu);
  const int x = block.input("x", {{kBatch, kSequence, 8}, Dtype::float32});
  const Operand w = block.parameter("w", {8, 8});
  const Operand in = BlockBuilder::activation(x);
  const int first = block.add("first", OpKind::linear, {in, w}, {{"first", Role::projection}})[0];
  OpAttributes heads;
  heads.heads = 2;
  heads.head_dim = 4;
  block.add("first_heads", OpKind::split_heads, first, Role::projection, heads);
  const int second = block.add("second", OpKind::linear, {in, w}, {{"second", Role::projection}})[0];
  const int sum = block.add("sum", OpKind::add, {BlockBuilder::activation(first), BlockBuilder::activation(second)},
                            {{"sum", Role::residual}})[0];
  addBlock(graph, addBody(graph, block, sum), BlockKind::layer, "layer 0", 0, "");
  return graph;
}

TEST(MixedPrecision, casts_a_parameter_once_per_block_and_an_activation_for_every_op_that_reads_it) {
  const ModelGraph graph = withAutocast(sharedWeightGraph(), Dtype::bfloat16, Backend::cpu);
  std::map<Operand::Kind, int> casts;
  for (const Op& op : graph.body(0).ops)
    if (op.kind == OpKind::cast) ++casts[op.inputs[0].kind];
  EXPECT_EQ(casts[Operand::Kind::parameter], 1);
  EXPECT_EQ(casts[Operand::Kind::activation], 2);
}

TEST(MixedPrecision, carries_aliases_producers_and_the_output_over) {
  const ModelGraph graph = withAutocast(sharedWeightGraph(), Dtype::bfloat16, Backend::cpu);
  const BlockBody& body = graph.body(0);
  const int first = activationNamed(body, "first");
  EXPECT_EQ(body.activations[activationNamed(body, "first_heads")].alias_of, first);
  EXPECT_EQ(body.output, activationNamed(body, "sum"));
  EXPECT_EQ(dtypeOf(body, "sum"), "bfloat16");
  for (int j = 0; j < static_cast<int>(body.ops.size()); ++j)
    for (int output : body.ops[j].outputs) EXPECT_EQ(body.activations[output].producer, j);
}

TEST(MixedPrecision, leaves_the_graph_it_is_given_alone) {
  const ModelGraph graph = sharedWeightGraph();
  (void)withAutocast(graph, Dtype::bfloat16, Backend::cpu);
  EXPECT_THAT(castsIn(graph, 0), IsEmpty());
}

}  // namespace
}  // namespace remat
