#include "profiler/measure/gradient_check.h"

#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

namespace remat {
namespace {

ModelState stateWith(double large, double small) {
  ModelState state;
  for (const double gradient : {large, small}) {
    at::Tensor parameter = at::full({4}, 1.0).requires_grad_();
    parameter.mutable_grad() = at::full({4}, gradient);
    state.parameters.push_back(parameter);
  }
  return state;
}

TEST(GradientCheck, finds_equal_bits_equal_and_nothing_else) {
  const GradientSnapshot snapshot(stateWith(1.0, 0.5), 2.0);
  EXPECT_EQ(snapshot.compare(stateWith(1.0, 0.5), 2.0).verdict, GradientVerdict::bit_equal);
  EXPECT_EQ(snapshot.compare(stateWith(1.000001, 0.5), 2.0).verdict, GradientVerdict::within_tolerance);
  EXPECT_EQ(snapshot.compare(stateWith(1.001, 0.5), 2.0).verdict, GradientVerdict::different);
}

TEST(GradientCheck, measures_a_gradient_that_cancels_to_nothing_against_the_largest_of_all) {
  const GradientSnapshot snapshot(stateWith(1.0, 1e-9), 2.0);
  const auto comparison = snapshot.compare(stateWith(1.0, 2e-9), 2.0);
  EXPECT_EQ(comparison.verdict, GradientVerdict::within_tolerance) << "the large one is equal, and counts all the same";
  EXPECT_NEAR(comparison.max_relative_difference, 1e-7, 1e-9);
}

TEST(GradientCheck, takes_bits_and_not_values) {
  EXPECT_NE(GradientSnapshot(stateWith(0.0, 1.0), 2.0).compare(stateWith(-0.0, 1.0), 2.0).verdict,
            GradientVerdict::bit_equal);
}

TEST(GradientCheck, calls_what_is_no_number_different) {
  const GradientSnapshot snapshot(stateWith(1.0, 0.5), 2.0);
  EXPECT_EQ(snapshot.compare(stateWith(NAN, 0.5), 2.0).verdict, GradientVerdict::different);
  EXPECT_EQ(snapshot.compare(stateWith(INFINITY, 0.5), 2.0).verdict, GradientVerdict::different);
  EXPECT_FALSE(isFinite(stateWith(NAN, 0.5), 2.0));
  EXPECT_FALSE(isFinite(stateWith(1.0, -INFINITY), 2.0));
  EXPECT_FALSE(isFinite(stateWith(1.0, 0.5), NAN));
  EXPECT_TRUE(isFinite(stateWith(1.0, 0.5), 2.0));
}

TEST(GradientCheck, allows_what_the_precision_rounds) {
  const auto verdictAt = [](Precision precision, double gradient) {
    return GradientSnapshot(stateWith(1.0, 0.5), 2.0, precision).compare(stateWith(gradient, 0.5), 2.0).verdict;
  };
  EXPECT_EQ(verdictAt(Precision::float32, 1.0005), GradientVerdict::different);
  EXPECT_EQ(verdictAt(Precision::tf32, 1.0005), GradientVerdict::within_tolerance);
  EXPECT_EQ(verdictAt(Precision::tf32, 1.005), GradientVerdict::different);
  EXPECT_EQ(verdictAt(Precision::bf16_mixed, 1.005), GradientVerdict::within_tolerance);
}

TEST(GradientCheck, reads_a_gradient_whatever_its_strides) {
  ModelState dense, transposed;
  for (ModelState* state : {&dense, &transposed}) {
    at::Tensor parameter = at::full({2, 3}, 1.0).requires_grad_();
    const at::Tensor values = at::arange(6, at::kFloat).view({2, 3});
    parameter.mutable_grad() = state == &dense ? values : values.t().contiguous().t();
    state->parameters.push_back(parameter);
  }
  EXPECT_EQ(GradientSnapshot(dense, 1.0).compare(transposed, 1.0).verdict, GradientVerdict::bit_equal);
}

}  // namespace
}  // namespace remat
