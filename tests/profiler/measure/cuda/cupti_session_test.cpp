// A session with a stand-in for CUPTI: what it is told, in which order, and what comes back.
#include "profiler/measure/cuda/cupti_session.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "profiler/core/attribution.h"
#include "tests/profiler/measure/cuda/fake_cupti.h"

namespace remat {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr ScopeId kForward{.step = 1, .phase = Phase::forward, .block = 0, .op = 0};
constexpr ScopeId kReplay{.step = 1, .phase = Phase::recompute, .block = 0, .op = 0};
constexpr ScopeId kBackward{.step = 1, .phase = Phase::backward, .block = 0, .op = 0};

std::unique_ptr<CuptiSession> opened(const FakeCupti& cupti, const CuptiOptions& options = {}) {
  OpenedCupti result = CuptiSession::open(options, cupti.functions());
  EXPECT_EQ(result.reason, "");
  return std::move(result.session);
}

std::size_t positionOf(const FakeCupti& cupti, const std::string& call) {
  return static_cast<std::size_t>(std::find(cupti.calls.begin(), cupti.calls.end(), call) - cupti.calls.begin());
}

TEST(CuptiSession, claims_the_slot_first_and_sets_the_clock_before_anything_is_enabled) {
  FakeCupti cupti;
  const auto session = opened(cupti);
  EXPECT_EQ(cupti.calls.front(), "subscribe");
  EXPECT_THAT(cupti.calls, Not(Contains("enable")));
  session->begin();
  EXPECT_LT(positionOf(cupti, "register_timestamp_callback"), positionOf(cupti, "enable"));
  EXPECT_LT(positionOf(cupti, "set_attribute"), positionOf(cupti, "enable"));
  EXPECT_TRUE(cupti.enabled.contains(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL));
  EXPECT_FALSE(cupti.enabled.contains(CUPTI_ACTIVITY_KIND_KERNEL)) << "it would serialise kernels";
  static_cast<void>(session->end());
  EXPECT_THAT(cupti.enabled, IsEmpty());
  EXPECT_THAT(cupti.runtime_calls, IsEmpty());
  EXPECT_THAT(cupti.driver_calls, IsEmpty());
}

TEST(CuptiSession, bounds_the_device_memory_that_cupti_takes) {
  FakeCupti cupti;
  const auto session = opened(cupti);
  const std::size_t bytes = cupti.attributes[CUPTI_ACTIVITY_ATTR_DEVICE_BUFFER_SIZE] *
                            cupti.attributes[CUPTI_ACTIVITY_ATTR_DEVICE_BUFFER_POOL_LIMIT];
  EXPECT_GT(bytes, 0U);
  EXPECT_LE(bytes, 64'000'000U);
  EXPECT_EQ(cupti.attributes[CUPTI_ACTIVITY_ATTR_ZEROED_OUT_ACTIVITY_BUFFER], 1U);
  session->begin();
  EXPECT_EQ(session->end().device_buffer_bytes, static_cast<std::int64_t>(bytes));
}

TEST(CuptiSession, gives_every_kernel_the_scope_it_was_launched_in) {
  FakeCupti cupti;
  const auto session = opened(cupti);
  session->begin();
  cupti.launch("before the first scope");
  session->enter(kForward);
  cupti.launch("gemm");
  session->enter(kForward);  // no change
  session->enter(kBackward);
  session->enter(kReplay);
  cupti.launch("gemm");
  session->enter(kBackward);
  cupti.launch("gemm_grad");
  cupti.launch("accumulate_grad");
  EXPECT_EQ(cupti.external_ids.size(), 1U) << "only the top is reported, so there is only one";
  const ActivityLog log = session->end();
  EXPECT_THAT(cupti.external_ids, IsEmpty());
  EXPECT_EQ(log.problem, "");
  EXPECT_EQ(log.scopes.size(), 4U);
  EXPECT_EQ(log.activities.size(), 5U);
  const TracedStep traced{.step = 1, .names = {{{"layer 0", {{"q_proj", "attention"}}}}}, .log = log};
  const Attribution result = attribute(traced).attribution;
  EXPECT_EQ(result.forward_kernel_ns, 100);
  EXPECT_EQ(result.recompute_kernel_ns, 100);
  EXPECT_EQ(result.backward_kernel_ns, 200);
  EXPECT_EQ(result.unattributed_ns, 100);
}

TEST(CuptiSession, holds_the_scope_that_was_entered_before_it_began) {
  FakeCupti cupti;
  const auto session = opened(cupti);
  session->enter(kForward);
  EXPECT_THAT(cupti.external_ids, IsEmpty()) << "nothing is told to CUPTI outside a traced step";
  session->begin();
  cupti.launch("gemm");
  EXPECT_EQ(session->end().correlations.size(), 1U);
}

TEST(CuptiSession, traces_steps_apart_from_each_other) {
  FakeCupti cupti;
  const auto session = opened(cupti);
  session->begin();
  cupti.launch("first");
  EXPECT_THAT(session->end().names, ElementsAre("first"));
  cupti.launch("between: not traced");
  session->begin();
  cupti.launch("second");
  const ActivityLog log = session->end();
  EXPECT_THAT(log.names, ElementsAre("second"));
  EXPECT_LE(log.begin_ns, log.activities.front().start_ns);
  EXPECT_GE(log.end_ns, log.activities.front().start_ns);
}

TEST(CuptiSession, can_trace_all_calls_where_single_ones_do_not_do) {
  FakeCupti cupti;
  const auto session = opened(cupti, {.calls = CuptiOptions::Calls::all});
  session->begin();
  EXPECT_TRUE(cupti.enabled.contains(CUPTI_ACTIVITY_KIND_RUNTIME));
  EXPECT_TRUE(cupti.enabled.contains(CUPTI_ACTIVITY_KIND_DRIVER));
  EXPECT_THAT(cupti.runtime_calls, IsEmpty()) << "the kinds would override them";
  static_cast<void>(session->end());
  EXPECT_THAT(cupti.enabled, IsEmpty());
}

TEST(CuptiSession, counts_records_that_found_no_room) {
  FakeCupti cupti;
  const auto session = opened(cupti, {.buffer_bytes = 1024, .most_buffers = 2, .ready_buffers = 1});
  session->begin();
  session->enter(kForward);
  for (int i = 0; i < 20; ++i) cupti.launch("gemm");
  const ActivityLog log = session->end();
  EXPECT_GT(log.activities.size(), 0U);
  EXPECT_EQ(log.activities.size() + log.correlations.size() + static_cast<std::size_t>(log.dropped_records), 40U);
  session->begin();
  cupti.launch("gemm");
  EXPECT_EQ(session->end().dropped_records, 0) << "the buffers are free again";
}

TEST(CuptiSession, says_why_it_cannot_be_opened) {
  struct Case {
    const char* call;
    CUptiResult result;
    const char* sentence;
  };
  for (const Case& each :
       {Case{"subscribe", CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED, "another tool (Nsight, another profiler)"},
        Case{"subscribe", CUPTI_ERROR_NOT_INITIALIZED, "check that nvidia-smi works"},
        Case{"set_attribute", CUPTI_ERROR_INSUFFICIENT_PRIVILEGES, "NVreg_RestrictProfilingToAdminUsers=0"},
        Case{"register_callbacks", CUPTI_ERROR_INVALID_PARAMETER, "made-up error (error 1)."}}) {
    FakeCupti cupti;
    cupti.fail(each.call, each.result);
    const OpenedCupti result = CuptiSession::open({}, cupti.functions());
    EXPECT_EQ(result.session, nullptr);
    EXPECT_THAT(result.reason, HasSubstr(each.sentence));
    EXPECT_THAT(result.reason, testing::StartsWith("CUPTI, cupti"));
  }
}

TEST(CuptiSession, tells_what_failed_while_it_traced) {
  FakeCupti cupti;
  const auto session = opened(cupti);
  cupti.fail("enable", CUPTI_ERROR_INSUFFICIENT_PRIVILEGES);
  session->begin();
  EXPECT_THAT(session->end().problem, HasSubstr("cuptiActivityEnable"));
  cupti.failures.clear();
  session->begin();
  EXPECT_EQ(session->end().problem, "");
}

TEST(CuptiSession, is_one_at_a_time_and_gives_the_slot_back) {
  FakeCupti cupti;
  auto session = opened(cupti);
  EXPECT_THAT(CuptiSession::open({}, cupti.functions()).reason, HasSubstr("this process traces already"));
  session->begin();
  session.reset();
  EXPECT_THAT(cupti.enabled, IsEmpty());
  EXPECT_LT(positionOf(cupti, "unsubscribe"), positionOf(cupti, "finalize"));
  EXPECT_NE(opened(cupti, {.detach_on_close = false}), nullptr);
}

}  // namespace
}  // namespace remat
