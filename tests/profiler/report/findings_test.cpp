#include "profiler/report/findings.h"

#include <gmock/gmock.h>

#include "tests/support/sample_run.h"

namespace remat {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

auto sampleRun() { return parseRun(fileText(sampleRecords()), "sample.remat.jsonl"); }

/// All findings of a group with this kind, one per line.
std::string said(const GroupFindings& group, Finding::Kind kind) {
  std::string text;
  for (const Finding& finding : group.findings) {
    if (finding.kind == kind) text += finding.text + "\n";
  }
  return text;
}

/// A group of two points, after `change` was applied to the finish of the second.
template <typename Change>
GroupFindings pairOf(Change change) {
  auto records = samplePoint(sampleSpec("gpt2", "store_all"), 100'000'000, 2'000'000, 1'000'000);
  auto full = samplePoint(sampleSpec("gpt2", "full"), 125'000'000, 1'000'000, 100'000);
  change(std::get<PointFinished>(full.back()));
  records.insert(records.end(), full.begin(), full.end());
  return groupFindings(parseRun(fileText(records), "pair")).at(0);
}

TEST(Findings, say_what_checkpointing_costs_and_saves) {
  const auto group = groupFindings(sampleRun()).at(0);
  EXPECT_THAT(said(group, Finding::Kind::result),
              HasSubstr("`full` lowers the peak to 400.0 MiB (-55.6%), with steps 25.0% longer (+23.8% to +26.3%), of "
                        "which recompute is 98.0 ms."));
  EXPECT_THAT(said(group, Finding::Kind::no_effect), "");
}

TEST(Findings, name_the_policies_worth_choosing_and_those_that_are_dominated) {
  const auto group = groupFindings(sampleRun()).at(0);
  const std::string text = said(group, Finding::Kind::choice);
  EXPECT_THAT(text, HasSubstr("fastest to smallest: `store_all` (400.0 ms, 900.0 MiB), `cheap` (406.0 ms, 660.0 MiB), "
                              "`full` (500.0 ms, 400.0 MiB) and `offload_input` (510.0 ms, 350.0 MiB)."));
  EXPECT_THAT(text, HasSubstr("`every_n:2` by `cheap` (time +11.3%, peak +1.5%)"));
  EXPECT_THAT(text, HasSubstr("per GiB of peak saved: `cheap` 25.6 ms, `full` 204.8 ms and `offload_input` 204.8 ms"));
}

TEST(Findings, explain_why_checkpointing_saved_nothing) {
  const auto group = groupFindings(sampleRun()).at(1);
  const std::string text = said(group, Finding::Kind::no_effect);
  EXPECT_THAT(text, HasSubstr("`full` retains 60.0 MiB instead of 303.0 MiB (-80.2%), yet the peak is 2.14 GiB against "
                              "2.14 GiB under `store_all` (±0.0%)."));
  EXPECT_THAT(text,
              HasSubstr("in backward of `embedding` (op `wte`), when 3.00 MiB (0.1%) of it are retained activations"));
  EXPECT_THAT(text, HasSubstr("gradient of transformer.wte.weight (147.0 MiB) and logits (49.0 MiB)"));
  EXPECT_THAT(text, HasSubstr("a head that computes the loss in chunks"));
  EXPECT_THAT(text, HasSubstr("1.18 MiB per token"));
}

TEST(Findings, set_claims_beside_what_was_measured) {
  const auto all = groupFindings(sampleRun());
  EXPECT_THAT(said(all.at(0), Finding::Kind::claim), HasSubstr("the peak changes by -55.6%, as claimed"));
  EXPECT_THAT(said(all.at(1), Finding::Kind::claim), HasSubstr("the peak changes by ±0.0%, less than that"));
}

TEST(Findings, say_what_ran_out_of_memory_and_what_fits) {
  const auto group = groupFindings(sampleRun()).at(2);
  EXPECT_THAT(said(group, Finding::Kind::failure), HasSubstr("`store_all` ran out of memory: Forward of layer 7"));
  EXPECT_THAT(said(group, Finding::Kind::choice), HasSubstr("What fits: `full` (3.81 GiB)."));
  EXPECT_THAT(said(group, Finding::Kind::caution), HasSubstr("`store_all` was not completed here"));
}

TEST(Findings, warn_of_gradients_that_differ) {
  const auto group = pairOf([](PointFinished& finished) {
    finished.gradient_check = GradientVerdict::different;
    finished.gradient_max_relative_difference = 0.25;
  });
  EXPECT_THAT(said(group, Finding::Kind::caution),
              HasSubstr("Warning: loss or gradients of `full` differ from those of `store_all` (largest relative "
                        "difference 0.25)."));
  EXPECT_THAT(said(group, Finding::Kind::result), Not(HasSubstr("bit-equal")));
}

TEST(Findings, call_no_difference_what_lies_within_the_intervals) {
  const auto group = pairOf([](PointFinished& finished) {
    finished.step_time_ns = 101'000'000;
    finished.step_time_low_ns = 95'000'000;
    finished.step_time_high_ns = 110'000'000;
    finished.notes = {"the timing ended after 200 samples"};
  });
  EXPECT_THAT(said(group, Finding::Kind::result), HasSubstr("without a measurable change of the step time"));
  EXPECT_THAT(said(group, Finding::Kind::caution), HasSubstr("`full`: the timing ended after 200 samples."));
}

TEST(Findings, call_a_difference_of_too_few_samples_one_that_cannot_be_told) {
  const auto group = pairOf([](PointFinished& full) {
    full.step_time_low_ns = full.step_time_high_ns = full.step_time_ns;
    full.samples = 1;
  });
  EXPECT_THAT(said(group, Finding::Kind::result), HasSubstr("with a step time that cannot be told: +25.0% by 1 to 7 "
                                                            "samples, too few for a 95% interval"));
  EXPECT_THAT(said(group, Finding::Kind::claim), HasSubstr("Measured here: +25.0%, by too few samples to tell."));
  EXPECT_THAT(said(group, Finding::Kind::caution), HasSubstr("1 of 2 points have only 1 sample"));
  EXPECT_THAT(said(group, Finding::Kind::choice), Not(HasSubstr("per GiB")));
}

TEST(Findings, of_points_without_measurements_do_not_invent_any) {
  const auto group = pairOf([](PointFinished& finished) { finished = {.point = finished.point}; });
  EXPECT_THAT(said(group, Finding::Kind::claim), "");
  EXPECT_THAT(said(group, Finding::Kind::choice), "");
}

TEST(Findings, count_the_points_that_a_sweep_did_not_finish) {
  auto records = samplePoint(sampleSpec("gpt2", "store_all"), 100'000'000, 2'000'000, 1'000'000);
  auto full = samplePoint(sampleSpec("gpt2", "full"), 125'000'000, 1'000'000, 100'000);
  full.pop_back();
  records.insert(records.end(), full.begin(), full.end());
  const auto findings = runFindings(parseRun(fileText(records), "x"));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].text, HasSubstr("1 of 2 points were not finished"));
  EXPECT_THAT(findings[0].text, HasSubstr("--resume"));
}

TEST(RunFindings, tell_of_damage) {
  const auto findings = runFindings(parseRun(fileText(sampleRecords()) + "torn", "x"));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].text, "Of the run file, 4 bytes after the last whole line left out.");
}

TEST(Frontier, lists_points_fastest_first) {
  const auto run = sampleRun();
  const auto standings = frontier(run, groupPoints(run).at(0));
  EXPECT_THAT(standings, ::testing::ElementsAre(Standing{0, {}}, Standing{1, {}}, Standing{2, 1}, Standing{3, {}},
                                                Standing{4, {}}));
}

TEST(FindingsText, is_wrapped) {
  std::istringstream lines(findingsText(sampleRun(), 60));
  for (std::string line; std::getline(lines, line);) {
    // Bytes, of which "±" has two.
    if (line.starts_with("- ") || line.starts_with("  ")) {
      EXPECT_LE(line.size(), 64U) << line;
    }
  }
}

TEST(Findings, tell_a_note_of_several_points_once) {
  auto records = samplePoint(sampleSpec("gpt2", "store_all"), 100'000'000, 2'000'000, 1'000'000);
  std::get<PointFinished>(records.back()).notes = {"too short", "of store_all alone"};
  auto full = samplePoint(sampleSpec("gpt2", "full"), 125'000'000, 1'000'000, 100'000);
  std::get<PointFinished>(full.back()).notes = {"too short"};
  records.insert(records.end(), full.begin(), full.end());
  const std::string text = said(groupFindings(parseRun(fileText(records), "pair")).at(0), Finding::Kind::caution);
  EXPECT_THAT(text, HasSubstr("`store_all` and `full`: too short.\n`store_all`: of store_all alone.\n"));
}

TEST(Findings, say_when_it_is_the_device_that_sums_in_another_order) {
  auto records = samplePoint(sampleSpec("gpt2", "store_all"), 100'000'000, 2'000'000, 1'000'000);
  std::get<PointFinished>(records.back()).gradient_check = GradientVerdict::within_tolerance;
  const std::string text = said(groupFindings(parseRun(fileText(records), "x")).at(0), Finding::Kind::caution);
  EXPECT_THAT(text, HasSubstr("Two steps of `store_all` itself differ"));
  EXPECT_THAT(text, Not(HasSubstr("not bit-equal to those of `store_all`")));
}

}  // namespace
}  // namespace remat
