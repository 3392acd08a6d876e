// When a step is traced once and when twice, with a stand-in for CUPTI.
#include "profiler/measure/cuda/attributed_trace.h"

#include <gmock/gmock.h>

#include "tests/profiler/measure/cuda/fake_cupti.h"

namespace remat {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Calls = CuptiOptions::Calls;

/// A call that launches work and that nobody has thought of.
constexpr CUpti_CallbackId kUnlisted = CUPTI_RUNTIME_TRACE_CBID_cudaMemcpy3DAsync_v3020;

struct AttributedTrace : testing::Test {
  FakeCupti cupti;
  std::vector<Calls> opened;
  std::string second_problem;              ///< if set, the second session cannot be opened
  std::int64_t unlisted_ns = 0;            ///< of 1,000 ns of kernels, launched by that call
  std::int64_t outside_all_scopes_ns = 0;  ///< of the same, which no tracing can place

  AttributedStep trace() {
    const StepTracer tracer{[this](const CuptiOptions& options) {
                              opened.push_back(options.calls);
                              if (opened.size() == 2 && !second_problem.empty())
                                return OpenedCupti{nullptr, second_problem};
                              return CuptiSession::open(options, cupti.functions());
                            },
                            [this](CuptiSession& session) { return oneStep(session); }};
    return traceAttributed(tracer, {.point = "k", .names = {{{"layer 0", {{"q_proj", "attention"}}}}}});
  }

  ActivityLog oneStep(CuptiSession& session) {
    session.begin();
    if (outside_all_scopes_ns > 0) cupti.launch("before", outside_all_scopes_ns);
    session.enter({.step = 0, .phase = Phase::forward, .block = 0, .op = 0});
    cupti.launch("gemm", 1000 - unlisted_ns - outside_all_scopes_ns);
    if (unlisted_ns > 0) cupti.launch("odd", unlisted_ns, kUnlisted);
    return session.end();
  }
};

TEST_F(AttributedTrace, is_taken_once_if_nearly_everything_has_a_place) {
  unlisted_ns = 10;
  const AttributedStep step = trace();
  EXPECT_THAT(opened, ElementsAre(Calls::launches));
  EXPECT_EQ(step.attribution.unattributed_ns, 10);
  EXPECT_EQ(step.note, "");
}

TEST_F(AttributedTrace, is_taken_again_with_all_calls_and_says_so_if_too_much_has_no_place) {
  unlisted_ns = 200;
  const AttributedStep step = trace();
  EXPECT_THAT(opened, ElementsAre(Calls::launches, Calls::all));
  EXPECT_EQ(step.attribution.attributed_ns, 1000);
  EXPECT_EQ(step.attribution.unattributed_ns, 0);
  EXPECT_EQ(step.ops.size(), 1U);
  EXPECT_THAT(step.note,
              AllOf(HasSubstr("attributed 80.0% of the kernel time"), HasSubstr("all calls were traced: 100.0%")));
}

TEST_F(AttributedTrace, keeps_the_first_if_the_second_places_no_more) {
  outside_all_scopes_ns = 300;
  const AttributedStep step = trace();
  EXPECT_THAT(opened, ElementsAre(Calls::launches, Calls::all));
  EXPECT_EQ(step.attribution.attributed_ns, 700);
  EXPECT_THAT(step.note, AllOf(HasSubstr("70.0%"), HasSubstr("and tracing all calls no more")));
}

TEST_F(AttributedTrace, keeps_the_first_if_there_is_no_second) {
  unlisted_ns = 200;
  second_problem = "Another tool holds CUPTI.";
  const AttributedStep step = trace();
  EXPECT_EQ(step.attribution.attributed_ns, 800);
  EXPECT_TRUE(step.timeline.has_value());
  EXPECT_THAT(step.note, testing::EndsWith("no more: Another tool holds CUPTI"));
}

TEST_F(AttributedTrace, is_not_taken_again_where_none_can_be_taken) {
  cupti.fail("subscribe", CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED);
  const AttributedStep step = trace();
  EXPECT_THAT(opened, ElementsAre(Calls::launches));
  EXPECT_THAT(step.attribution.unavailable_reason, HasSubstr("another tool"));
  EXPECT_EQ(step.note, "");
}

TEST_F(AttributedTrace, is_not_taken_again_after_a_step_without_kernels) {
  cupti.fail("enable", CUPTI_ERROR_INSUFFICIENT_PRIVILEGES);
  EXPECT_FALSE(trace().attribution.unavailable_reason.empty());
  EXPECT_THAT(opened, ElementsAre(Calls::launches));
}

}  // namespace
}  // namespace remat
