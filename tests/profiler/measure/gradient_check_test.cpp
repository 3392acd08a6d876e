#include "profiler/measure/gradient_check.h"

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

}  // namespace
}  // namespace remat
