// The one place for what differs between versions of LibTorch, and for the narrow set of headers that the engine uses:
// ATen and autograd only, never torch/torch.h (compile time, memory). Written against 2.11; points of drift:
//   - torch::autograd::Node is held by std::shared_ptr here, by c10::intrusive_ptr from 2.14 on: say NodePtr;
//   - the header of Node is function.h here, node.h from 2.13 on.
#pragma once

#include <memory>

#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/edge.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable_hooks.h>
#include <torch/csrc/autograd/variable.h>

namespace remat {

using NodePtr = std::shared_ptr<torch::autograd::Node>;

template <typename T>
std::shared_ptr<T> makeNode() {
  return std::make_shared<T>();
}

}  // namespace remat
