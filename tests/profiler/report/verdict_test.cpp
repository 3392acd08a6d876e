#include "profiler/report/verdict.h"

#include <gtest/gtest.h>

#include "profiler/report/exchange.h"
#include "tests/support/sample_run.h"

namespace remat {
namespace {

TEST(Verdict, is_same_only_if_the_whole_range_is_small) {
  EXPECT_EQ(verdictOf({0.001, -0.005, 0.007}, 0.01), Verdict::same);
  EXPECT_EQ(verdictOf({0.001, -0.005, 0.02}, 0.01), Verdict::cannot_tell);
}

TEST(Verdict, is_better_or_worse_if_the_range_leaves_out_zero) {
  EXPECT_EQ(verdictOf({0.1, 0.05, 0.15}, 0.01), Verdict::worse);
  EXPECT_EQ(verdictOf({-0.1, -0.15, -0.05}, 0.01), Verdict::better);
  EXPECT_EQ(verdictOf({0.1, 0.05, 0.15}, 0.01, false), Verdict::better);
}

TEST(Verdict, of_bytes_knows_no_noise) {
  EXPECT_EQ(bytesVerdict(1000, 1004), Verdict::same);
  EXPECT_EQ(bytesVerdict(900, 1000), Verdict::better);
  EXPECT_EQ(bytesVerdict(1100, 1000), Verdict::worse);
}

TEST(Verdict, needs_the_samples_of_an_interval_of_each) {
  const auto runOf = [](int samples) {
    auto records = samplePoint(sampleSpec("gpt2", "store_all"), 400'000'000, 2000, 1000, samples + 1);
    const auto full = samplePoint(sampleSpec("gpt2", "full"), 500'000'000, 1000, 100, samples + 1);
    records.insert(records.end(), full.begin(), full.end());
    return parseRun(fileText(records), "run");
  };
  const auto few = runOf(5);
  const auto enough = runOf(6);
  EXPECT_EQ(timeVerdict(few.points[1], few.points[0]), Verdict::cannot_tell);
  EXPECT_EQ(timeVerdict(enough.points[1], enough.points[0]), Verdict::worse);
  EXPECT_FALSE(exchangeBetween(few, 0, 1)->ns_per_gib);
  EXPECT_TRUE(exchangeBetween(enough, 0, 1)->ns_per_gib);
}

TEST(Exchange, goes_to_the_neighbours_of_the_frontier_and_to_store_all) {
  const auto run = parseRun(fileText(sampleRecords()), "run");
  const PointGroup group = groupPoints(run).at(0);  // store_all, cheap, every_n:2, full, offload_input
  const auto to = [&](std::size_t from) {
    std::vector<std::string> policies;
    for (const Exchange& exchange : exchangesOf(run, group, group.points[from]))
      policies.push_back(run.points[exchange.to].spec().policy);
    return policies;
  };
  EXPECT_EQ(to(0), (std::vector<std::string>{"cheap"}));
  EXPECT_EQ(to(1), (std::vector<std::string>{"full", "store_all"}));
  EXPECT_EQ(to(2), (std::vector<std::string>{"cheap", "store_all"}));
  EXPECT_EQ(to(3), (std::vector<std::string>{"offload_input", "cheap", "store_all"}));
}

TEST(Exchange, is_absent_where_a_point_was_not_measured) {
  const auto run = parseRun(fileText(sampleRecords()), "run");
  const PointGroup group = groupPoints(run).at(2);
  EXPECT_FALSE(exchangeBetween(run, group.points[0], group.points[1]));
  EXPECT_TRUE(exchangesOf(run, group, group.points[0]).empty());
}

}  // namespace
}  // namespace remat
