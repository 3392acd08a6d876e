// A ModelGraph ready to run: for every block, its ops with kernels and the tensors of their constants looked up.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "engine/exec/kernels.h"
#include "engine/exec/model_state.h"
#include "engine/spec/model_graph.h"

namespace remat {

struct ProgramOp {
  Kernel kernel = nullptr;
  const Op* op = nullptr;
  std::vector<const at::Tensor*> constants;  ///< per operand: parameter or table, nullptr for an activation
};

struct ProgramBlock {
  std::vector<ProgramOp> ops;
};

struct Program {
  const ModelGraph* graph = nullptr;
  std::vector<ProgramBlock> blocks;
};

/// `graph` and `state` must outlive the program, and state's vectors must not be resized.
[[nodiscard]] Program makeProgram(const ModelGraph& graph, const ModelState& state);

/// Runs one op. `activation(i)` gives the tensor of operand i if it is an activation; `outputs` is filled.
template <typename ActivationOf>
void runOp(const ProgramOp& op, const ActivationOf& activation, std::vector<at::Tensor>& inputs,
           std::vector<at::Tensor>& outputs) {
  inputs.clear();
  for (std::size_t i = 0; i < op.constants.size(); ++i)
    inputs.push_back(op.constants[i] ? *op.constants[i] : activation(i));
  outputs.assign(op.op->outputs.size(), at::Tensor());
  op.kernel({op.op->attributes, inputs.data(), static_cast<int>(inputs.size()), outputs.data()});
}

}  // namespace remat
