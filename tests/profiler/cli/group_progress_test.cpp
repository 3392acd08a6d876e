#include "profiler/cli/group_progress.h"

#include <gmock/gmock.h>

namespace remat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<PointSpec> points() {
  std::vector<PointSpec> all(3);
  all[0].policy = "store_all";
  all[1].policy = "full";
  all[2].policy = "cheap";
  return all;
}

struct Group : testing::Test {
  GroupProgress group{points()};

  std::string start(std::size_t i) { return group.accept(PointStarted{group.key(i), group.point(i), "", 0, 0, 0}); }
  std::string sample(std::size_t i) { return group.accept(Sample{group.key(i), 1, 1, 1, 1, 1, false}); }
  std::string end(std::size_t i, Outcome outcome = Outcome::completed) {
    PointFinished finished;
    finished.point = group.key(i);
    finished.outcome = outcome;
    return group.accept(finished);
  }
};

TEST_F(Group, is_done_when_every_point_has_finished) {
  EXPECT_EQ(group.beginAttempt().size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_THAT(start(i), IsEmpty());
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_FALSE(group.done());
    EXPECT_THAT(end(i), IsEmpty());
  }
  EXPECT_TRUE(group.attemptDone());
  EXPECT_TRUE(group.done());
}

TEST_F(Group, measures_the_point_of_the_last_record) {
  (void)group.beginAttempt();
  EXPECT_EQ(group.running(), std::nullopt);
  (void)start(0);
  (void)start(1);
  EXPECT_EQ(group.running(), 1U);
  (void)sample(0);
  EXPECT_EQ(group.running(), 0U);
  (void)end(0);
  EXPECT_EQ(group.running(), 1U);
}

TEST_F(Group, does_not_guess_whose_turn_it_was_while_points_are_timed) {
  (void)group.beginAttempt();
  (void)start(0);
  (void)start(1);
  (void)sample(1);
  EXPECT_FALSE(group.ambiguous());  // one after the other until all have started
  (void)start(2);
  EXPECT_FALSE(group.ambiguous());
  (void)sample(0);
  EXPECT_TRUE(group.ambiguous());
  (void)end(0);
  (void)end(1);
  EXPECT_FALSE(group.ambiguous());
}

TEST_F(Group, refuses_records_that_do_not_fit) {
  (void)group.beginAttempt();
  EXPECT_THAT(sample(0), HasSubstr("not being measured"));
  EXPECT_THAT(group.accept(Hello{}), HasSubstr("second hello"));
  EXPECT_THAT(group.accept(RunStarted{}), HasSubstr("run_started"));
  EXPECT_THAT(group.accept(Sample{"ffff", 1, 1, 1, 1, 1, false}), HasSubstr("nobody asked for"));
  EXPECT_THAT(start(0), IsEmpty());
  EXPECT_THAT(start(0), HasSubstr("not to be started now"));
  EXPECT_THAT(end(0), IsEmpty());
  EXPECT_THAT(end(0), HasSubstr("not being measured"));
  EXPECT_THAT(group.accept(Event{"info", "hello"}), IsEmpty());
}

TEST_F(Group, measures_bystanders_of_a_crash_alone) {
  (void)group.beginAttempt();
  (void)start(0);
  (void)start(1);
  group.finish(1);  // as failed
  group.endAttempt(true);
  EXPECT_EQ(group.beginAttempt().front().policy, "cheap");  // had not started
  (void)start(2);
  (void)end(2);
  group.endAttempt(false);
  const std::vector<PointSpec> alone = group.beginAttempt();
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone.front().policy, "store_all");
}

TEST_F(Group, measures_bystanders_of_an_out_of_memory_together) {
  (void)group.beginAttempt();
  (void)start(0);
  (void)start(1);
  (void)end(1, Outcome::out_of_memory);
  EXPECT_TRUE(group.mayLeave());
  group.endAttempt(false);
  EXPECT_EQ(group.beginAttempt().size(), 2U);
}

}  // namespace
}  // namespace remat
