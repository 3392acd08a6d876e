#include "engine/spec/graph_builder.h"

#include <algorithm>

#include "engine/spec/error.h"

namespace remat {

BlockBuilder::BlockBuilder(ModelGraph& graph, int block, int op_count)
    : graph_(graph), backend_(Backend::cpu), body_(graph.body(block)) {
  body_.ops.resize(op_count);
  std::erase_if(body_.activations, [&](const Activation& activation) { return activation.producer >= op_count; });
  for (const Activation& activation : body_.activations) types_.push_back({activation.shape, activation.dtype});
  for (int parameter : graph.blocks[block].parameters) parameters_.push_back(graph.parameters[parameter]);
}

int BlockBuilder::input(const std::string& name, const TensorType& type) {
  body_.input = static_cast<int>(body_.activations.size());
  body_.activations.push_back({name, Role::block_input, type.shape, type.dtype});
  types_.push_back(type);
  return body_.input;
}

Operand BlockBuilder::parameter(const std::string& name, Shape shape, Parameter::Initial initial) {
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (parameters_[i].name == name) return {Operand::Kind::parameter, static_cast<int>(i)};
  parameters_.push_back({name, std::move(shape), parameter_dtype_, initial});
  return {Operand::Kind::parameter, static_cast<int>(parameters_.size()) - 1};
}

Operand BlockBuilder::table(TableKind kind, Shape shape, Dtype dtype) {
  auto& tables = graph_.tables;
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const Table& table) { return table.kind == kind; });
  const auto index = static_cast<int>(found - tables.begin());
  if (found == tables.end()) tables.push_back({kind, std::move(shape), dtype});
  return {Operand::Kind::table, index};
}

TensorType BlockBuilder::typeOf(Operand operand) const {
  switch (operand.kind) {
    case Operand::Kind::activation: return types_[operand.index];
    case Operand::Kind::parameter: return {parameters_[operand.index].shape, parameters_[operand.index].dtype};
    case Operand::Kind::table: return {graph_.tables[operand.index].shape, graph_.tables[operand.index].dtype};
  }
  return {};
}

std::vector<int> BlockBuilder::add(const std::string& name, OpKind kind, const std::vector<Operand>& inputs,
                                   const std::vector<Result>& outputs, const OpAttributes& attributes) {
  std::vector<TensorType> input_types;
  for (Operand operand : inputs) input_types.push_back(typeOf(operand));
  const std::vector<OutputType> types = outputTypes(kind, attributes, input_types, backend_);
  if (types.size() != outputs.size())
    throw Error(
        ErrorKind::failed, name,
        "expected names for " + std::to_string(types.size()) + " outputs, got " + std::to_string(outputs.size()));
  const int op_index = static_cast<int>(body_.ops.size());
  Op op{name, kind, group_, inputs, {}, attributes};
  for (std::size_t k = 0; k < types.size(); ++k) {
    int alias = -1;
    if (types[k].alias_of_input >= 0) alias = inputs[types[k].alias_of_input].index;
    op.outputs.push_back(static_cast<int>(body_.activations.size()));
    body_.activations.push_back(
        {outputs[k].name, outputs[k].role, types[k].type.shape, types[k].type.dtype, alias, op_index});
    types_.push_back(types[k].type);
  }
  body_.ops.push_back(op);
  return op.outputs;
}

int BlockBuilder::add(const std::string& name, OpKind kind, int input, Role role, const OpAttributes& attributes) {
  return add(name, kind, {activation(input)}, {{name, role}}, attributes)[0];
}

BlockBody BlockBuilder::finish(int output) {
  body_.output = output;
  return std::move(body_);
}

BlockTemplate addBody(ModelGraph& graph, BlockBuilder& builder, int output) {
  graph.bodies.push_back(builder.finish(output));
  return {static_cast<int>(graph.bodies.size()) - 1, builder.parameters()};
}

void addBlock(ModelGraph& graph, const BlockTemplate& block, BlockKind kind, const std::string& name, int layer,
              const std::string& prefix) {
  Block added{name, kind, layer, block.body, {}};
  for (const Parameter& wanted : block.parameters) {
    const bool absolute = wanted.name.starts_with("/");
    Parameter parameter = wanted;
    parameter.name = absolute ? wanted.name.substr(1) : prefix + wanted.name;
    // Only absolute names can be there already (a tied weight), so layers pay no search.
    const auto found = absolute ? std::find_if(graph.parameters.begin(), graph.parameters.end(),
                                               [&](const Parameter& p) { return p.name == parameter.name; })
                                : graph.parameters.end();
    added.parameters.push_back(static_cast<int>(found - graph.parameters.begin()));
    if (found == graph.parameters.end()) graph.parameters.push_back(std::move(parameter));
  }
  graph.blocks.push_back(std::move(added));
}

}  // namespace remat
