#include "engine/spec/graph_builder.h"

#include <gmock/gmock.h>

#include "tests/engine/spec/graphs.h"

namespace remat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const TensorType kInput{{kBatch, kSequence, 8}, Dtype::float32};

TEST(BlockBuilder, takes_over_the_block_before_as_its_first_activation) {
  ModelGraph graph;
  BlockBuilder block(graph, Backend::cpu);
  const int x = block.input("x", kInput);
  const BlockBody body = block.finish(x);
  EXPECT_EQ(body.input, x);
  EXPECT_EQ(body.output, x);
  EXPECT_EQ(body.activations[x].role, Role::block_input);
  EXPECT_EQ(body.activations[x].producer, -1);
}

TEST(BlockBuilder, gives_outputs_the_types_of_the_op_table_and_the_current_group) {
  ModelGraph graph;
  BlockBuilder block(graph, Backend::cpu);
  const int x = block.input("x", kInput);
  block.group("mlp");
  const Operand weight = block.parameter("w.weight", {10, 8});
  const int y = block.add("up", OpKind::linear, {BlockBuilder::activation(x), weight}, {{"up", Role::projection}})[0];
  EXPECT_EQ(block.type(y), (TensorType{{kBatch, kSequence, 10}, Dtype::float32}));
  const BlockBody body = block.finish(y);
  EXPECT_EQ(body.ops[0].group, "mlp");
  EXPECT_EQ(body.activations[y].producer, 0);
  EXPECT_EQ(body.activations[y].alias_of, -1);
}

TEST(BlockBuilder, knows_which_activation_a_view_shares_storage_with) {
  ModelGraph graph;
  BlockBuilder block(graph, Backend::cpu);
  block.input("unused", kInput);
  const int qkv = block.input("qkv", {{kBatch, kSequence, 24}, Dtype::float32});
  OpAttributes heads;
  heads.heads = 2;
  heads.head_dim = 4;
  const std::vector<int> parts =
      block.add("split", OpKind::split_qkv, {BlockBuilder::activation(qkv)},
                {{"q", Role::projection}, {"k", Role::projection}, {"v", Role::projection}}, heads);
  const int q_heads = block.add("q_heads", OpKind::split_heads, parts[0], Role::projection, heads);
  const BlockBody body = block.finish(q_heads);
  for (int part : parts) EXPECT_EQ(body.activations[part].alias_of, qkv);
  EXPECT_EQ(body.activations[q_heads].alias_of, parts[0]);
  EXPECT_EQ(storageOf(body, q_heads), qkv);
  EXPECT_EQ(storageBytes(body, q_heads, {2, 3}), 0);
  EXPECT_EQ(storageBytes(body, qkv, {2, 3}), 2 * 3 * 24 * 4);
}

TEST(BlockBuilder, wants_a_name_for_every_output) {
  ModelGraph graph;
  BlockBuilder block(graph, Backend::cpu);
  const Operand x = BlockBuilder::activation(block.input("x", kInput));
  EXPECT_THAT(errorOf(ErrorKind::failed,
                      [&] {
                        block.add("drop", OpKind::dropout, {x}, {{"y", Role::dropout_output}});
                      }),
              HasSubstr("drop: expected names for 2 outputs, got 1"));
}

TEST(BlockBuilder, has_one_slot_per_parameter_name) {
  ModelGraph graph;
  BlockBuilder block(graph, Backend::cpu);
  const Operand first = block.parameter("a.weight", {8});
  const Operand second = block.parameter("b.weight", {8});
  EXPECT_EQ(block.parameter("a.weight", {8}), first);
  EXPECT_NE(first, second);
  EXPECT_EQ(block.parameters().size(), 2U);
}

TEST(BlockBuilder, shares_tables_between_blocks) {
  ModelGraph graph;
  BlockBuilder one(graph, Backend::cpu);
  BlockBuilder other(graph, Backend::cpu);
  const Operand ids = one.table(TableKind::input_ids, {kBatch, kSequence}, Dtype::int64);
  const Operand labels = other.table(TableKind::labels, {kTokens}, Dtype::int64);
  EXPECT_EQ(other.table(TableKind::input_ids, {kBatch, kSequence}, Dtype::int64), ids);
  EXPECT_NE(labels, ids);
  EXPECT_EQ(graph.tables.size(), 2U);
}

TEST(AddBlock, makes_equal_blocks_share_their_body_but_not_their_parameters) {
  ModelGraph graph;
  BlockBuilder builder(graph, Backend::cpu);
  const int x = builder.input("x", kInput);
  (void)builder.parameter("norm.weight", {8});
  (void)builder.parameter("/shared.weight", {8});
  const BlockTemplate layer = addBody(graph, builder, x);
  addBlock(graph, layer, BlockKind::layer, "layer 0", 0, "layers.0.");
  addBlock(graph, layer, BlockKind::layer, "layer 1", 1, "layers.1.");

  std::vector<std::string> names;
  for (const Parameter& parameter : graph.parameters) names.push_back(parameter.name);
  EXPECT_THAT(names, ElementsAre("layers.0.norm.weight", "shared.weight", "layers.1.norm.weight"));
  EXPECT_EQ(graph.bodies.size(), 1U);
  EXPECT_THAT(graph.blocks[0].parameters, ElementsAre(0, 1));
  EXPECT_THAT(graph.blocks[1].parameters,
              ElementsAre(2, 1));  // an absolute name that is there already is the same weight
}

}  // namespace
}  // namespace remat
