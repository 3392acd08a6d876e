// How each kind of op runs: one ATen call or a few, written so that autograd saves in it nothing but its inputs, its
// outputs and constants. One row per OpKind in kernels.cpp; savedTensors() in engine/spec/op_kind.h states the rule.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/spec/op_kind.h"

namespace remat {

struct KernelCall {
  const OpAttributes& attributes;
  const at::Tensor* inputs;  ///< as many as the op has operands
  int input_count;
  at::Tensor* outputs;  ///< as many as the kind has outputs; to be filled
};

using Kernel = void (*)(const KernelCall&);

[[nodiscard]] Kernel kernelOf(OpKind kind);

[[nodiscard]] at::ScalarType scalarType(Dtype dtype);

}  // namespace remat
