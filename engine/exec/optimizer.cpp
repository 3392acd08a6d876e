#include "engine/exec/optimizer.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_sub.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

namespace remat {

void OptimizerState::allocate(const ModelState& state) {
  (void)lossScale(state);
  if (kind_ != Optimizer::adamw || !first_moments_.empty()) return;
  const at::NoGradGuard no_grad;
  for (const at::Tensor& parameter : state.parameters) {
    first_moments_.push_back(at::zeros_like(parameter));
    second_moments_.push_back(at::zeros_like(parameter));
    step_counts_.push_back(at::zeros({}, parameter.options().dtype(at::kFloat)));
  }
  for (const auto* list : {&first_moments_, &second_moments_, &step_counts_})
    all_.insert(all_.end(), list->begin(), list->end());
}

at::Tensor OptimizerState::lossScale(const ModelState& state) {
  if (!scales_loss_) return {};
  if (!scaler_) scaler_.emplace(state.parameters.front().device());
  return scaler_->scale();
}

bool OptimizerState::leftOut() const { return scaler_ && scaler_->foundInf().item<float>() != 0.0F; }

void OptimizerState::step(ModelState& state, double learning_rate) {
  allocate(state);
  const at::NoGradGuard no_grad;
  if (scaler_) scaler_->unscale(state);
  if (kind_ == Optimizer::sgd) stepSgd(state, learning_rate);
  if (kind_ == Optimizer::adamw) stepAdamw(state, learning_rate);
  if (scaler_) scaler_->update();
}

std::optional<at::Tensor> OptimizerState::foundInf() const {
  return scaler_ ? std::optional(scaler_->foundInf()) : std::nullopt;
}

void OptimizerState::stepSgd(ModelState& state, double learning_rate) {
  std::vector<at::Tensor> parameters, gradients;
  for (const at::Tensor& parameter : state.parameters) {
    if (!parameter.grad().defined()) continue;
    parameters.push_back(parameter);
    gradients.push_back(parameter.grad());
  }
  if (parameters.empty()) return;
  at::_fused_sgd_(parameters, gradients, /*momentum_buffer_list=*/{}, /*weight_decay=*/0.0, /*momentum=*/0.0,
                  learning_rate, /*dampening=*/0.0, /*nesterov=*/false, /*maximize=*/false, /*is_first_step=*/false,
                  /*grad_scale=*/{}, foundInf());
}

void OptimizerState::stepAdamw(ModelState& state, double learning_rate) {
  std::vector<at::Tensor> parameters, gradients, first, second, counts;
  for (std::size_t i = 0; i < state.parameters.size(); ++i) {
    if (!state.parameters[i].grad().defined()) continue;
    parameters.push_back(state.parameters[i]);
    gradients.push_back(state.parameters[i].grad());
    first.push_back(first_moments_[i]);
    second.push_back(second_moments_[i]);
    counts.push_back(step_counts_[i]);
  }
  if (parameters.empty()) return;
  at::_foreach_add_(counts, 1);
  at::_fused_adamw_(parameters, gradients, first, second, /*max_exp_avg_sqs=*/{}, counts, learning_rate, /*beta1=*/0.9,
                    /*beta2=*/0.999, /*weight_decay=*/0.01, /*eps=*/1e-8, /*amsgrad=*/false, /*maximize=*/false,
                    /*grad_scale=*/{}, foundInf());
  if (scaler_) at::_foreach_sub_(counts, std::vector<at::Tensor>(counts.size(), scaler_->foundInf()));
}

}  // namespace remat
