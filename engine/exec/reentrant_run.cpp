#include "engine/exec/reentrant_run.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/exec/block_border.h"
#include "engine/exec/random_state.h"
#include "engine/exec/step_scope.h"
#include "engine/exec/torch_compat.h"

namespace remat {
namespace {

using at::Tensor;
using torch::autograd::variable_list;

/// Stands for a whole region in the graph: its backward runs the region again.
struct ReentrantNode final : torch::autograd::Node {
  ReentrantRun* run = nullptr;

  variable_list apply(variable_list&& gradients) override { return {run->rerun(std::move(gradients[0]))}; }
};

}  // namespace

ReentrantRun::ReentrantRun(const Tape& tape, const RegionPlan& plan, const Region& region, const StepContext& context)
    : tape_(tape),
      plan_(plan),
      region_(region),
      context_(context),
      ops_(tape, region, context),
      transfers_(tape, plan, region, context),
      random_(std::any_of(tape.ops.begin(), tape.ops.end(), [](const TapeOp& op) { return op.random; })),
      values_(tape.sites.size()) {}

void ReentrantRun::clear() {
  for (Tensor& value : values_) value.reset();
  input_.reset();
  random_state_.reset();
  ops_.clear();
  transfers_.clear();
}

bool ReentrantRun::startsBlock(int j) const { return j > 0 && tape_.ops[j].block != tape_.ops[j - 1].block; }

void ReentrantRun::keepOutputs(int j, std::vector<Tensor>& outputs) {
  for (std::size_t k = 0; k < outputs.size(); ++k)
    if (reads_[tape_.ops[j].outputs[k]] > 0) values_[tape_.ops[j].outputs[k]] = outputs[k];
  ops_.clear();
  dropRead(tape_.ops[j], reads_, values_);
}

Tensor ReentrantRun::forward(Tensor x) {
  enterScope({Phase::forward, region_.first_block, -1});
  if (random_ && context_.preserve_rng_state) random_state_ = randomState(context_.device);
  ops_.enterForward(region_.first_block);
  transfers_.restart();
  markBlockBorder(x, context_, region_.first_block);
  input_ = x.detach();
  transfers_.offload(tape_.input, input_);
  runWithoutGradients();
  const Tensor output = std::move(values_[tape_.output]);

  auto node = makeNode<ReentrantNode>();
  node->run = this;
  node->add_input_metadata(output);
  if (x.requires_grad()) node->add_next_edge(torch::autograd::impl::gradient_edge(x));
  Tensor tail = output.detach();
  torch::autograd::impl::set_gradient_edge(tail, {std::move(node), 0});
  return tail;
}

void ReentrantRun::runWithoutGradients() {
  const at::NoGradGuard no_grad;
  reads_ = tape_.reads;
  values_[tape_.input] = plan_.offload[tape_.input] ? std::move(input_) : input_;
  for (int j = 0; j < static_cast<int>(tape_.ops.size()); ++j) {
    if (startsBlock(j)) {
      context_.clock.endBlockForward(ops_.blockOf(j) - 1);
      ops_.enterForward(ops_.blockOf(j));
    }
    keepOutputs(j, ops_.run(Phase::forward, j, values_));
  }
  context_.clock.endBlockForward(region_.first_block + region_.block_count - 1);
}

/// Blocks inside the region get their borders here: their graphs exist only now.
Tensor ReentrantRun::runWithGradients(const Tensor& x) {
  const at::AutoGradMode with_grad(true);
  std::optional<RandomStateGuard> random;
  if (random_state_.defined()) random.emplace(context_.device, std::exchange(random_state_, Tensor()));
  reads_ = tape_.reads;
  values_[tape_.input] = x;
  context_.clock.beginRecompute();
  for (int j = 0; j < static_cast<int>(tape_.ops.size()); ++j) {
    if (startsBlock(j)) {
      const int block = ops_.blockOf(j);
      context_.clock.endRecompute(block - 1);
      for (int site : tape_.ops[j].inputs)
        if (site != kConstant && tape_.sites[site].block != tape_.ops[j].block)
          markBlockBorder(values_[site], context_, block);
    }
    keepOutputs(j, ops_.runTracked(Phase::recompute, j, values_));
  }
  context_.clock.endRecompute(region_.first_block + region_.block_count - 1);
  return std::move(values_[tape_.output]);
}

Tensor ReentrantRun::rerun(Tensor gradient) {
  Tensor x = plan_.offload[tape_.input] ? transfers_.take(tape_.input) : std::move(input_);
  x.set_requires_grad(true);  // a leaf, as torch's reentrant checkpoint makes it
  torch::autograd::edge_list roots{torch::autograd::impl::gradient_edge(runWithGradients(x))};
  variable_list gradients{std::move(gradient)};
  enterScope({Phase::backward, region_.first_block + region_.block_count - 1, -1});
  torch::autograd::Engine::get_default_engine().execute(roots, gradients, /*keep_graph=*/false, /*create_graph=*/false,
                                                        /*accumulate_grad=*/true, {});
  return std::move(x.mutable_grad());
}

}  // namespace remat
