#include "engine/spec/tape.h"

#include <numeric>
#include <utility>

namespace remat {
namespace {

std::vector<bool> gradientsOf(const Op& op) {
  std::vector<bool> grads;
  for (Operand operand : op.inputs) grads.push_back(operand.kind != Operand::Kind::table);
  return grads;
}

/// Appends the ops of one block to a tape. `input_site`: where the block's input is already, or -1.
void appendBlock(Tape& tape, const ModelGraph& graph, int block, int relative_block, int input_site, Backend backend) {
  const BlockBody& body = graph.body(block);
  std::vector<int> site_of(body.activations.size(), kConstant);
  for (int a = 0; a < static_cast<int>(body.activations.size()); ++a) {
    if (a == body.input && input_site >= 0) {
      site_of[a] = input_site;
      continue;
    }
    site_of[a] = static_cast<int>(tape.sites.size());
    tape.sites.push_back({relative_block, a});
  }
  for (int index = 0; index < static_cast<int>(body.ops.size()); ++index) {
    const Op& op = body.ops[index];
    TapeOp added{relative_block, index, {}, {}, {}, isRandom(op.kind, op.attributes)};
    std::vector<TensorType> types;
    for (Operand operand : op.inputs) {
      added.inputs.push_back(operand.kind == Operand::Kind::activation ? site_of[operand.index] : kConstant);
      types.push_back(operandType(graph, block, operand));
    }
    for (int output : op.outputs) added.outputs.push_back(site_of[output]);
    for (Saved saved : savedTensors(op.kind, op.attributes, gradientsOf(op), types, backend))
      added.saves.push_back(saved.side == Saved::Side::output ? added.outputs[saved.index] : added.inputs[saved.index]);
    tape.ops.push_back(std::move(added));
  }
  if (relative_block == 0 && body.input >= 0) tape.input = site_of[body.input];
  tape.output = site_of[body.output];
}

}  // namespace

Tape makeTape(const ModelGraph& graph, int first_block, int block_count, Backend backend) {
  Tape tape;
  for (int i = 0; i < block_count; ++i) {
    tape.bodies.push_back(graph.blocks[first_block + i].body);
    appendBlock(tape, graph, first_block + i, i, i == 0 ? -1 : tape.output, backend);
  }
  tape.producer.assign(tape.sites.size(), -1);
  tape.reads.assign(tape.sites.size(), 0);
  tape.storage.resize(tape.sites.size());
  std::iota(tape.storage.begin(), tape.storage.end(), 0);
  for (int j = 0; j < static_cast<int>(tape.ops.size()); ++j) {
    for (int site : tape.ops[j].inputs)
      if (site != kConstant) ++tape.reads[site];
    for (int site : tape.ops[j].outputs) {
      tape.producer[site] = j;
      const BlockBody& body = graph.body(first_block + tape.ops[j].block);
      const int alias = body.activations[tape.sites[site].activation].alias_of;
      if (alias < 0) continue;
      for (std::size_t i = 0; i < tape.ops[j].inputs.size(); ++i)
        if (body.ops[tape.ops[j].op].inputs[i] == Operand{Operand::Kind::activation, alias})
          tape.storage[site] = tape.storage[tape.ops[j].inputs[i]];
    }
  }
  ++tape.reads[tape.output];
  for (TapeOp& op : tape.ops)
    for (int& site : op.saves)
      if (site != kConstant) site = tape.storage[site];
  return tape;
}

}  // namespace remat
