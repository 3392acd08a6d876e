// Writes ModelGraphs: families say which op follows which, types and aliases follow from the op table.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/spec/model_graph.h"

namespace remat {

/// A block under construction. Parameter names are relative to the prefix under which it is added to the graph.
class BlockBuilder {
 public:
  /// `graph`: where tables live. The block takes over the input if `input` has a shape, else it has none.
  BlockBuilder(ModelGraph& graph, Backend backend) : graph_(graph), backend_(backend) {}
  /// Goes on with a block of the graph after its first `op_count` ops, to replace the others by ops that are the same
  /// on every backend.
  BlockBuilder(ModelGraph& graph, int block, int op_count);

  struct Result {
    std::string name;
    Role role;
  };

  int input(const std::string& name, const TensorType& type);
  /// Ops and activations added from here on belong to this group.
  void group(const std::string& name) { group_ = name; }
  Operand parameter(const std::string& name, Shape shape, Parameter::Initial initial = Parameter::Initial::normal);
  Operand table(TableKind kind, Shape shape, Dtype dtype);
  static Operand activation(int index) { return {Operand::Kind::activation, index}; }

  /// Adds an op; returns its output activations.
  std::vector<int> add(const std::string& name, OpKind kind, const std::vector<Operand>& inputs,
                       const std::vector<Result>& outputs, const OpAttributes& attributes = {});
  /// The same for one activation in and one out, named like the op.
  int add(const std::string& name, OpKind kind, int input, Role role, const OpAttributes& attributes = {});

  [[nodiscard]] const TensorType& type(int activation) const { return types_[activation]; }
  void setParameterDtype(Dtype dtype) { parameter_dtype_ = dtype; }

  [[nodiscard]] BlockBody finish(int output);
  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }

 private:
  [[nodiscard]] TensorType typeOf(Operand operand) const;

  ModelGraph& graph_;
  Backend backend_;
  std::string group_;
  Dtype parameter_dtype_ = Dtype::float32;
  BlockBody body_;
  std::vector<TensorType> types_;
  std::vector<Parameter> parameters_;
};

/// A block that is added once or more: its body and the parameters it wants, named relative to a prefix.
struct BlockTemplate {
  int body = 0;
  std::vector<Parameter> parameters;
};

/// Stores the builder's body in the graph.
[[nodiscard]] BlockTemplate addBody(ModelGraph& graph, BlockBuilder& builder, int output);

/// Appends a block. A parameter whose name starts with "/" is absolute; one that the graph has already is shared.
void addBlock(ModelGraph& graph, const BlockTemplate& block, BlockKind kind, const std::string& name, int layer,
              const std::string& prefix);

}  // namespace remat
