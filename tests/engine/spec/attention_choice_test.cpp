#include "engine/spec/attention_choice.h"

#include <gmock/gmock.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

using enum AttentionKernel;

AttentionCall on(Backend backend, Dtype dtype) { return {backend, dtype}; }

TEST(AttentionChoice, takes_on_a_cpu_what_torch_takes) {
  AttentionCall call = on(Backend::cpu, Dtype::float32);
  EXPECT_EQ(chooseAttentionKernel(automatic, call), flash);
  call.masked = call.grouped = true;
  EXPECT_EQ(chooseAttentionKernel(automatic, call), flash);
  call.drops = true;  // the CPU's kernel cannot
  EXPECT_EQ(chooseAttentionKernel(automatic, call), math);
}

TEST(AttentionChoice, guesses_what_torch_takes_on_a_gpu) {
  AttentionCall call = on(Backend::cuda, Dtype::bfloat16);
  EXPECT_EQ(chooseAttentionKernel(automatic, call), flash);
  call.masked = true;
  EXPECT_EQ(chooseAttentionKernel(automatic, call), efficient);
  call = on(Backend::cuda, Dtype::float32);
  EXPECT_EQ(chooseAttentionKernel(automatic, call), efficient);
  call.grouped = true;
  EXPECT_EQ(chooseAttentionKernel(automatic, call), math);
}

TEST(AttentionChoice, does_what_it_is_told) {
  EXPECT_EQ(chooseAttentionKernel(math, on(Backend::cpu, Dtype::float32)), math);
  EXPECT_EQ(chooseAttentionKernel(cudnn, on(Backend::cuda, Dtype::float16)), cudnn);
}

std::string refusal(AttentionKernel kernel, const AttentionCall& call) {
  try {
    (void)chooseAttentionKernel(kernel, call);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(AttentionChoice, refuses_what_a_kernel_cannot_do_and_says_what_can) {
  using ::testing::AllOf;
  using ::testing::HasSubstr;
  EXPECT_THAT(refusal(efficient, on(Backend::cpu, Dtype::float32)),
              AllOf(HasSubstr("--attention efficient"), HasSubstr("needs a GPU"), HasSubstr("math")));
  EXPECT_THAT(refusal(cudnn, on(Backend::cuda, Dtype::float32)), HasSubstr("bfloat16 or float16"));
  EXPECT_THAT(refusal(flash, on(Backend::cuda, Dtype::float32)), HasSubstr("bfloat16 or float16"));
  AttentionCall drops = on(Backend::cpu, Dtype::float32);
  drops.drops = true;
  EXPECT_THAT(refusal(flash, drops), HasSubstr("cannot drop"));
}

}  // namespace
}  // namespace remat
