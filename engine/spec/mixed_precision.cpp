#include "engine/spec/mixed_precision.h"

#include <map>
#include <optional>

namespace remat {
namespace {

/// Rebuilds one body with casts. Activations of the old body are mapped to the new one as their ops are copied.
class BodyRewriter {
 public:
  BodyRewriter(const ModelGraph& graph, int block, Dtype low, Backend backend)
      : graph_(graph), block_(block), old_(graph.body(block)), low_(low), backend_(backend) {}

  BlockBody rewrite() {
    map_.assign(old_.activations.size(), -1);
    if (old_.input >= 0) {
      new_.input = 0;
      new_.activations.push_back(old_.activations[old_.input]);
      map_[old_.input] = 0;
    }
    for (const Op& op : old_.ops) copy(op);
    new_.output = map_[old_.output];
    return std::move(new_);
  }

 private:
  [[nodiscard]] TensorType typeOf(Operand operand) const {
    if (operand.kind != Operand::Kind::activation) return operandType(graph_, block_, operand);
    const Activation& a = new_.activations[operand.index];
    return {a.shape, a.dtype};
  }

  void copy(const Op& old_op) {
    if (isCastToItsOwn(old_op)) {
      map_[old_op.outputs[0]] = map_[old_op.inputs[0].index];
      return;
    }
    Op op = old_op;
    const AutocastRule rule = autocastRule(op.kind, backend_);
    std::vector<TensorType> types;
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      Operand& operand = op.inputs[i];
      if (operand.kind == Operand::Kind::activation) operand.index = map_[operand.index];
      if (const std::optional<Dtype> wanted = castFor(rule, typeOf(operand).dtype))
        operand = cast(op, operand, *wanted);
      types.push_back(typeOf(operand));
    }
    const std::vector<OutputType> outputs = outputTypes(op.kind, op.attributes, types, backend_);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      Activation activation = old_.activations[old_op.outputs[k]];
      activation.dtype = outputs[k].type.dtype;
      activation.producer = static_cast<int>(new_.ops.size());
      activation.alias_of = outputs[k].alias_of_input < 0 ? -1 : op.inputs[outputs[k].alias_of_input].index;
      map_[old_op.outputs[k]] = op.outputs[k] = append(std::move(activation));
    }
    new_.ops.push_back(std::move(op));
  }

  /// A cast of the model's own code to what its input has become: torch hands on the tensor itself.
  [[nodiscard]] bool isCastToItsOwn(const Op& op) const {
    if (op.kind != OpKind::cast || op.inputs[0].kind != Operand::Kind::activation) return false;
    return new_.activations[map_[op.inputs[0].index]].dtype == op.attributes.dtype;
  }

  [[nodiscard]] std::optional<Dtype> castFor(AutocastRule rule, Dtype dtype) const {
    if (rule == AutocastRule::low_precision && dtype == Dtype::float32) return low_;
    if (rule == AutocastRule::full_precision && dtype == low_) return Dtype::float32;
    return std::nullopt;
  }

  Operand cast(const Op& reader, Operand operand, Dtype dtype) {
    if (operand.kind == Operand::Kind::table) return operand;  // kernels take a mask of another dtype
    const bool parameter = operand.kind == Operand::Kind::parameter;
    if (parameter && cast_parameters_.contains(operand.index)) return cast_parameters_.at(operand.index);
    const TensorType type = typeOf(operand);
    Op op;
    op.kind = OpKind::cast;
    op.group = reader.group;
    op.name = reader.name + (parameter ? "_parameter" : "_input") + std::to_string(casts_++) + "_cast";
    op.inputs = {operand};
    op.attributes.dtype = dtype;
    op.outputs = {append({op.name, Role::cast, type.shape, dtype, -1, static_cast<int>(new_.ops.size())})};
    const Operand result{Operand::Kind::activation, op.outputs[0]};
    new_.ops.push_back(std::move(op));
    if (parameter) cast_parameters_[operand.index] = result;
    return result;
  }

  int append(Activation activation) {
    new_.activations.push_back(std::move(activation));
    return static_cast<int>(new_.activations.size()) - 1;
  }

  const ModelGraph& graph_;
  int block_;
  const BlockBody& old_;
  Dtype low_;
  Backend backend_;
  BlockBody new_;
  std::vector<int> map_;
  std::map<int, Operand> cast_parameters_;
  int casts_ = 0;
};

}  // namespace

ModelGraph withAutocast(const ModelGraph& graph, Dtype low, Backend backend) {
  ModelGraph result = graph;
  std::vector<bool> done(graph.bodies.size(), false);
  for (int block = 0; block < graph.blockCount(); ++block) {
    const int body = graph.blocks[block].body;
    if (done[body]) continue;
    result.bodies[body] = BodyRewriter(graph, block, low, backend).rewrite();
    done[body] = true;
  }
  return result;
}

}  // namespace remat
