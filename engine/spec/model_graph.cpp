#include "engine/spec/model_graph.h"

#include <numeric>

namespace remat {

std::int64_t parameterCount(const ModelGraph& graph) {
  std::int64_t count = 0;
  for (const Parameter& parameter : graph.parameters) count += elementCount(parameter.shape, {});
  return count;
}

std::int64_t parameterBytes(const ModelGraph& graph) {
  std::int64_t bytes = 0;
  for (const Parameter& parameter : graph.parameters)
    bytes += elementCount(parameter.shape, {}) * itemBytes(parameter.dtype);
  return bytes;
}

int storageOf(const BlockBody& body, int activation) {
  while (body.activations[activation].alias_of >= 0) activation = body.activations[activation].alias_of;
  return activation;
}

std::int64_t storageBytes(const BlockBody& body, int activation, Sizes sizes) {
  const Activation& a = body.activations[activation];
  return a.alias_of >= 0 ? 0 : product(elementCount(a.shape, sizes), itemBytes(a.dtype));
}

TensorType operandType(const ModelGraph& graph, int block, Operand operand) {
  switch (operand.kind) {
    case Operand::Kind::activation: {
      const Activation& a = graph.body(block).activations[operand.index];
      return {a.shape, a.dtype};
    }
    case Operand::Kind::parameter: {
      const Parameter& p = graph.parameters[graph.blocks[block].parameters[operand.index]];
      return {p.shape, p.dtype};
    }
    case Operand::Kind::table: {
      const Table& t = graph.tables[operand.index];
      return {t.shape, t.dtype};
    }
  }
  return {};
}

std::int64_t forwardFlops(const ModelGraph& graph, int block, const Op& op, Sizes sizes) {
  std::vector<TensorType> inputs;
  for (Operand operand : op.inputs) inputs.push_back(operandType(graph, block, operand));
  return opFlops(op.kind, op.attributes, inputs, sizes);
}

std::int64_t forwardFlops(const ModelGraph& graph, int block, Sizes sizes) {
  std::int64_t flops = 0;
  for (const Op& op : graph.body(block).ops) flops = sum(flops, forwardFlops(graph, block, op, sizes));
  return flops;
}

std::int64_t forwardFlops(const ModelGraph& graph, Sizes sizes) {
  std::int64_t flops = 0;
  for (int block = 0; block < graph.blockCount(); ++block) flops = sum(flops, forwardFlops(graph, block, sizes));
  return flops;
}

}  // namespace remat
