#include "engine/exec/training_step.h"

#include <memory>

#include <ATen/ops/ones_like.h>
#include <c10/core/AutogradState.h>

#include "engine/exec/backward_tracker.h"
#include "engine/exec/random_state.h"
#include "engine/exec/reentrant_run.h"
#include "engine/exec/step_scope.h"
#include "engine/exec/torch_compat.h"
#include "engine/spec/error.h"

namespace remat {

using at::Tensor;

TrainingStep::TrainingStep(const ModelGraph& graph, const Schedule& schedule, const ModelState& state, StepMarks marks)
    : graph_(graph),
      device_(state.parameters.front().device()),
      program_(makeProgram(graph, state)),
      clock_(graph.blockCount(), device_, marks),
      context_{program_, clock_, device_, schedule.early_stop, schedule.preserve_rng_state} {
  installHookEngine();
  if (schedule.anyOffload()) transfers_ = std::make_unique<ActivationTransfers>(schedule, device_);
  context_.transfers = transfers_.get();
  for (const Region& region : schedule.regions) {
    const Tape& tape = schedule.tapes[region.tape];
    const RegionPlan& plan = schedule.plans[region.plan];
    if (region.reentrant)
      regions_.push_back(std::make_unique<ReentrantRun>(tape, plan, region, context_));
    else
      regions_.push_back(std::make_unique<RegionRun>(tape, plan, region, context_));
    if (transfers_) transfers_->addRegion(*regions_.back(), region.block_count);
  }
}

TrainingStep::Result TrainingStep::run(ModelState& state, OptimizerState& optimizer, std::uint64_t seed,
                                       StepObserver* observer, double learning_rate,
                                       const std::function<void()>& launched) {
  const Tensor loss = forwardAndBackward(seed, observer, optimizer.lossScale(state));
  {
    const ScopeGuard scope({Phase::optimizer, -1, -1});
    if (observer) observer->began({Phase::optimizer, -1, -1});
    optimizer.step(state, learning_rate);
  }
  return finish(loss, launched);
}

TrainingStep::Result TrainingStep::runGradients(std::uint64_t seed, StepObserver* observer) {
  return finish(forwardAndBackward(seed, observer, {}));
}

/// Reading the loss waits for the device, so it comes after the end of the step.
TrainingStep::Result TrainingStep::finish(const Tensor& loss, const std::function<void()>& launched) {
  clock_.endStep();
  if (launched) launched();
  Result result{loss.item().toDouble(), clock_.times(), std::nullopt};
  if (transfers_) result.transfers = transfers_->times();
  return result;
}

Tensor TrainingStep::forwardAndBackward(std::uint64_t seed, StepObserver* observer, const Tensor& scale) {
  c10::AutogradState::get_tls_state().set_multithreading_enabled(false);
  seedRandom(device_, seed);
  const ScopeGuard scope({Phase::forward, 0, -1});
  const at::AutoGradMode with_grad(true);
  std::unique_ptr<BackwardTracker> tracker = observer ? std::make_unique<BackwardTracker>(*observer) : nullptr;
  context_.observer = observer;
  context_.tracker = tracker.get();
  try {
    clock_.start();
    if (transfers_) transfers_->start();
    torch::autograd::Edge root;
    Tensor loss = forward(root);
    backward(std::move(root), loss, scale);
    return loss;
  } catch (...) {
    if (transfers_) transfers_->abandon();  // before memory goes that a copy may still read or write
    for (const auto& region : regions_) region->clear();
    throw;
  }
}

/// Saved tensors refer to the regions: the graph is held by `root` only.
Tensor TrainingStep::forward(torch::autograd::Edge& root) {
  Tensor out;
  for (const auto& region : regions_) out = region->forward(std::move(out));
  if (transfers_) transfers_->endForward();
  root = torch::autograd::impl::gradient_edge(out);
  Tensor loss = out.detach();
  out.reset();
  clock_.endForward();
  if (context_.observer) context_.observer->forwardEnded();
  if (context_.tracker) context_.tracker->listen();
  return loss;
}

void TrainingStep::backward(torch::autograd::Edge root, const Tensor& loss, const Tensor& scale) {
  enterScope({Phase::backward, graph_.blockCount() - 1, -1});
  if (transfers_) transfers_->enterBackward(graph_.blockCount() - 1);
  runBackward(root, scale.defined() ? scale : at::ones_like(loss));
  clock_.endBlockBackward(0);  // the embedding has no block before it, and so no border
  root = {};
  clock_.endBackward();
  for (const auto& region : regions_)
    if (region->openReferences() != 0)
      throw Error(ErrorKind::failed, "engine", "backward left saved activations that nothing read");
  if (transfers_ && transfers_->host().liveBytes() != 0)
    throw Error(ErrorKind::failed, "engine", "backward left offloaded activations that nothing read");
}

Tensor plainForward(const Program& program, const std::function<void(int block, int op)>& after) {
  const ModelGraph& graph = *program.graph;
  std::vector<Tensor> inputs, outputs;
  Tensor out;
  for (int block = 0; block < graph.blockCount(); ++block) {
    const BlockBody& body = graph.body(block);
    std::vector<int> reads(body.activations.size(), 0);
    for (const Op& op : body.ops)
      for (Operand operand : op.inputs)
        if (operand.kind == Operand::Kind::activation) ++reads[operand.index];
    ++reads[body.output];
    std::vector<Tensor> environment(body.activations.size());
    if (body.input >= 0) environment[body.input] = std::move(out);
    for (const ProgramOp& op : program.blocks[block].ops) {
      runOp(
          op, [&](std::size_t i) -> const Tensor& { return environment[op.op->inputs[i].index]; }, inputs, outputs);
      inputs.clear();
      for (std::size_t k = 0; k < outputs.size(); ++k)
        if (reads[op.op->outputs[k]] > 0) environment[op.op->outputs[k]] = std::move(outputs[k]);
      outputs.clear();
      for (Operand operand : op.op->inputs)
        if (operand.kind == Operand::Kind::activation && --reads[operand.index] == 0)
          environment[operand.index].reset();
      if (after) after(block, static_cast<int>(op.op - body.ops.data()));
    }
    out = std::move(environment[body.output]);
  }
  return out;
}

}  // namespace remat
