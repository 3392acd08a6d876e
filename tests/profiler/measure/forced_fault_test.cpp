#include "profiler/measure/forced_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/spec/error.h"

namespace remat {
namespace {

std::string refusal(const std::string& text) {
  try {
    (void)parseForcedFault(text);
    return "none";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(ForcedFault, is_read_as_kind_pass_and_policy_with_the_colons_of_a_policy) {
  EXPECT_EQ(parseForcedFault("hang:timing:full"), (ForcedFault{FaultKind::hang, FaultPass::timing, "full"}));
  EXPECT_EQ(parseForcedFault("leak:memory:every_n:2"), (ForcedFault{FaultKind::leak, FaultPass::memory, "every_n:2"}));
  EXPECT_EQ(parseForcedFault("out_of_memory@optimizer:memory:full"),
            (ForcedFault{FaultKind::out_of_memory, FaultPass::memory, "full", Phase::optimizer}));
  EXPECT_EQ(parseForcedFault(""), std::nullopt);
}

TEST(ForcedFault, that_cannot_be_read_is_refused_with_what_can) {
  EXPECT_THAT(refusal("hang"), testing::HasSubstr("expected KIND:PASS:POLICY, found 'hang'; such as"));
  EXPECT_THAT(refusal("burn:timing:full"),
              testing::HasSubstr("expected one of device_error, leak, out_of_memory, hang, crash, found 'burn'"));
  for (const char* text : {"out_of_memory:memory:full", "out_of_memory@setup:memory:full"})
    EXPECT_THAT(refusal(text), testing::HasSubstr("expected one of forward, recompute, backward, optimizer"));
  EXPECT_THAT(refusal("hang:night:full"), testing::HasSubstr("expected one of memory, timing, found 'night'"));
}

TEST(ForcedFault, concerns_its_own_pass_and_policy_only) {
  MeasuredDevice& cpu = measuredDevice("cpu");
  const auto fault = parseForcedFault("device_error:timing:full");
  EXPECT_EQ(failIfForced({}, FaultPass::timing, "full", cpu), nullptr);
  EXPECT_EQ(failIfForced(fault, FaultPass::memory, "full", cpu), nullptr);
  EXPECT_EQ(failIfForced(fault, FaultPass::timing, "cheap", cpu), nullptr);
  EXPECT_THROW((void)failIfForced(fault, FaultPass::timing, "full", cpu), Error);
}

}  // namespace
}  // namespace remat
