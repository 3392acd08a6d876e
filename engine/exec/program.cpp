#include "engine/exec/program.h"

namespace remat {

static const at::Tensor* constantOf(const Block& block, const ModelState& state, Operand operand) {
  switch (operand.kind) {
    case Operand::Kind::parameter: return &state.parameters[block.parameters[operand.index]];
    case Operand::Kind::table: return &state.tables[operand.index];
    case Operand::Kind::activation: break;
  }
  return nullptr;
}

Program makeProgram(const ModelGraph& graph, const ModelState& state) {
  Program program{&graph, {}};
  for (const Block& block : graph.blocks) {
    ProgramBlock& added = program.blocks.emplace_back();
    for (const Op& op : graph.bodies[block.body].ops) {
      ProgramOp& ready = added.ops.emplace_back(ProgramOp{kernelOf(op.kind), &op, {}});
      for (Operand operand : op.inputs) ready.constants.push_back(constantOf(block, state, operand));
    }
  }
  return program;
}

}  // namespace remat
