// The supervisor with the fake worker: whatever that does, every point ends with exactly one outcome.
#include "profiler/cli/supervisor.h"

#include <csignal>
#include <cstdlib>
#include <map>

#include <gmock/gmock.h>

#include "engine/spec/error.h"
#include "tests/profiler/cli/program_run.h"

namespace remat {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;

struct SupervisorTest : testing::Test {
  TestFolder folder;
  std::map<std::string, PointFinished> finished;  // by policy
  std::map<std::string, int> finishes, starts;
  std::vector<std::string> events;
  int hellos = 0;
  std::vector<std::string> devices;  // of the hellos
  Interrupt interrupt;
  milliseconds hang_timeout = milliseconds(400);

  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    ::setenv("FAKE_WORKER_STATE", (folder / "").c_str(), 1);
    ::setenv("FAKE_WORKER_LOG", (folder / "log").c_str(), 1);
  }

  static MeasureRequest request(const std::vector<std::string>& policies) {
    MeasureRequest request;
    request.config_path = "config.json";
    request.limits.min_samples = 3;
    for (const std::string& policy : policies) {
      PointSpec point;
      point.policy = policy;
      request.points.push_back(point);
    }
    return request;
  }

  RecordReceiver sink(const MeasureRequest& request) {
    std::map<std::string, std::string> policies;
    for (const PointSpec& point : request.points) policies[pointKey(point)] = point.policy;
    return {[this, policies](const std::optional<Record>& record, std::string_view) {
              if (!record) return;
              if (const auto* hello = std::get_if<Hello>(&*record)) {
                ++hellos;
                devices.push_back(hello->device);
              }
              if (const auto* event = std::get_if<Event>(&*record)) events.push_back(event->message);
              if (const auto* start = std::get_if<PointStarted>(&*record)) ++starts[policies.at(start->point)];
              const auto* finish = std::get_if<PointFinished>(&*record);
              if (finish == nullptr) return;
              finished[policies.at(finish->point)] = *finish;
              ++finishes[policies.at(finish->point)];
            },
            [](const PointSpec& point) { return PointStarted{pointKey(point), point, "Fake", 1, 1, 1}; }};
  }

  [[nodiscard]] WorkerSettings settings() const {
    WorkerSettings settings;
    settings.command = {fakeWorkerPath()};
    settings.hang_timeout = hang_timeout;
    settings.start_timeout = milliseconds(2000);
    settings.stop_grace = milliseconds(500);
    return settings;
  }

  bool measure(const std::string& script, const std::vector<std::string>& policies = {"a", "b", "c"}) {
    ::setenv("FAKE_WORKER", script.c_str(), 1);
    const MeasureRequest wanted = request(policies);
    Supervisor supervisor(settings(), sink(wanted), interrupt);
    const bool complete = supervisor.measure(wanted);
    supervisor.finish();
    return complete;
  }

  void expectOnceEach() {
    for (const auto& [policy, count] : finishes) EXPECT_EQ(count, 1) << policy;
  }
  Outcome outcome(const std::string& policy) { return finished.at(policy).outcome; }
  std::string reason(const std::string& policy) { return finished.at(policy).reason; }
  /// Only `policy` failed, for this reason; all others completed.
  void expectOnly(const std::string& policy, const std::string& why) {
    expectOnceEach();
    ASSERT_EQ(finished.size(), 3U);
    for (const auto& [name, record] : finished)
      EXPECT_EQ(record.outcome, name == policy ? Outcome::failed : Outcome::completed) << name << ": " << record.reason;
    if (policy.empty()) return;
    EXPECT_THAT(reason(policy), HasSubstr(why));
  }
};

TEST_F(SupervisorTest, measures_a_group_with_one_worker) {
  EXPECT_TRUE(measure(""));
  expectOnceEach();
  EXPECT_EQ(finished.size(), 3U);
  EXPECT_EQ(hellos, 1);
  EXPECT_EQ(outcome("a"), Outcome::completed);
}

TEST_F(SupervisorTest, has_a_worker_for_each_device_so_that_each_hello_tells_the_truth) {
  ::setenv("FAKE_WORKER", "", 1);
  MeasureRequest first = request({"a"}), second = request({"b"}), third = request({"c"});
  second.points[0].device = third.points[0].device = "cuda:1";
  Supervisor supervisor(settings(),
                        {[&](const std::optional<Record>& record, std::string_view) {
                           if (const auto* hello = std::get_if<Hello>(&*record)) devices.push_back(hello->device);
                         },
                         {}},
                        interrupt);
  EXPECT_TRUE(supervisor.measure(first) && supervisor.measure(second) && supervisor.measure(third));
  supervisor.finish();
  EXPECT_THAT(devices, testing::ElementsAre("cpu", "cuda:1"));
}

TEST_F(SupervisorTest, gives_a_crash_to_the_point_that_was_running) {
  EXPECT_TRUE(measure("b=crash"));
  expectOnly("b", "signal 11 (Segmentation fault); its last words: something is very wrong");
  EXPECT_EQ(hellos, 2);
  EXPECT_EQ(starts["a"], 2);
  EXPECT_EQ(starts["c"], 1);
}

TEST_F(SupervisorTest, finds_the_point_that_crashes_in_its_timing) {
  EXPECT_TRUE(measure("b=timing_crash"));
  expectOnly("b", "signal 11");
}

TEST_F(SupervisorTest, loses_nothing_to_a_single_crash_in_the_timing) {
  EXPECT_TRUE(measure("b=timing_crash@once"));
  expectOnly("", "");
  for (const auto& [policy, count] : starts) EXPECT_EQ(count, 2) << policy;
}

TEST_F(SupervisorTest, suspects_the_system_when_the_worker_is_killed) {
  EXPECT_TRUE(measure("c=killed"));
  expectOnly("c", "signal 9");
  EXPECT_THAT(reason("c"), AllOf(HasSubstr("memory ran out"), HasSubstr("--memory-cap")));
}

TEST_F(SupervisorTest, tells_the_exit_code_and_the_last_words) {
  EXPECT_TRUE(measure("a=exit"));
  expectOnly("a", "exit code 3; its last words: cannot go on");
}

TEST_F(SupervisorTest, ends_a_worker_that_hangs) {
  EXPECT_TRUE(measure("b=hang"));
  expectOnly("b", "sent nothing for 400.0 ms");
}

TEST_F(SupervisorTest, ends_a_worker_that_talks_nonsense) {
  EXPECT_TRUE(measure("b=nonsense"));
  expectOnly("b", "sent something that is no record ('hello there");
}

TEST_F(SupervisorTest, ends_a_worker_that_sends_records_of_others) {
  EXPECT_TRUE(measure("b=wrong_point"));
  expectOnly("b", "a point that nobody asked for");
}

TEST_F(SupervisorTest, ends_a_worker_that_floods) {
  hang_timeout = milliseconds(20000);
  EXPECT_TRUE(measure("b=flood"));
  expectOnly("b", "a line of more than");
}

TEST_F(SupervisorTest, ends_a_worker_that_sends_records_without_end) {
  hang_timeout = milliseconds(20000);
  EXPECT_TRUE(measure("b=spam"));
  expectOnly("b", "records without end");
}

TEST_F(SupervisorTest, fails_the_point_of_a_half_line) {
  EXPECT_TRUE(measure("b=truncate"));
  expectOnly("b", "exit code 0");
}

TEST_F(SupervisorTest, replaces_a_worker_that_leaves_after_out_of_memory) {
  EXPECT_TRUE(measure("b=out_of_memory"));
  expectOnceEach();
  EXPECT_EQ(outcome("b"), Outcome::out_of_memory);
  EXPECT_EQ(outcome("a"), Outcome::completed);
  EXPECT_EQ(outcome("c"), Outcome::completed);
  EXPECT_THAT(events, testing::IsEmpty());
}

TEST_F(SupervisorTest, measures_what_is_left_however_many_points_run_out_of_memory) {
  std::vector<std::string> policies;
  std::string script;
  for (int i = 0; i < 40; ++i) {
    policies.push_back("p" + std::to_string(i));
    if (i % 4 != 0) script += policies.back() + "=out_of_memory;";
  }
  EXPECT_TRUE(measure(script, policies));
  expectOnceEach();
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(outcome(policies[i]), i % 4 == 0 ? Outcome::completed : Outcome::out_of_memory) << i;
  EXPECT_THAT(events, testing::IsEmpty());
}

TEST_F(SupervisorTest, skips_the_rest_if_no_worker_can_replace_one_that_left_after_out_of_memory) {
  EXPECT_TRUE(measure("a=out_of_memory;start=exit@later"));
  expectOnceEach();
  EXPECT_EQ(hellos, 1);
  EXPECT_EQ(outcome("a"), Outcome::out_of_memory);
  for (const std::string policy : {"b", "c"}) {
    EXPECT_EQ(outcome(policy), Outcome::skipped);
    EXPECT_THAT(reason(policy), AllOf(HasSubstr("three workers in a row"), HasSubstr("cannot go on")));
  }
}

TEST_F(SupervisorTest, tries_once_per_group_after_a_group_was_skipped) {
  ::setenv("FAKE_WORKER", "group=exit", 1);
  const MeasureRequest wanted = request({"a", "b"});
  Supervisor supervisor(settings(), sink(wanted), interrupt);
  EXPECT_TRUE(supervisor.measure(wanted));
  EXPECT_EQ(hellos, 3);
  EXPECT_TRUE(supervisor.measure(wanted));
  EXPECT_EQ(hellos, 4);
}

TEST_F(SupervisorTest, goes_on_after_somebody_ends_the_worker) {
  EXPECT_TRUE(measure("b=terminated"));
  expectOnly("b", "signal 15");
  EXPECT_THAT(reason("b"), HasSubstr("earlyoom"));
}

TEST_F(SupervisorTest, never_tries_a_point_more_than_twice) {
  EXPECT_TRUE(measure("a=timing_crash;b=crash;c=crash;d=hang", {"a", "b", "c", "d", "e"}));
  expectOnceEach();
  EXPECT_EQ(finished.size(), 5U);
  EXPECT_EQ(outcome("e"), Outcome::completed);
  for (const auto& [policy, count] : starts) EXPECT_LE(count, 2) << policy;
}

TEST_F(SupervisorTest, skips_the_group_after_three_workers_that_start_nothing) {
  EXPECT_TRUE(measure("group=exit"));
  expectOnceEach();
  EXPECT_EQ(hellos, 3);
  for (const std::string policy : {"a", "b", "c"}) {
    EXPECT_EQ(outcome(policy), Outcome::skipped);
    EXPECT_EQ(starts[policy], 1);
    EXPECT_THAT(reason(policy), HasSubstr("three workers in a row"));
    EXPECT_THAT(reason(policy), HasSubstr("cannot go on"));
  }
}

TEST_F(SupervisorTest, goes_on_when_a_group_kills_the_worker_once) {
  EXPECT_TRUE(measure("group=exit@once"));
  EXPECT_EQ(finished.size(), 3U);
  for (const auto& [policy, record] : finished) EXPECT_EQ(record.outcome, Outcome::completed);
}

TEST_F(SupervisorTest, throws_if_the_first_worker_cannot_be_started) {
  for (const std::string action : {"exit", "linker", "nonsense", "hang"}) {
    try {
      (void)measure("start=" + action);
      FAIL() << action;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::worker_failed) << action;
    }
  }
  EXPECT_TRUE(finished.empty());
}

TEST_F(SupervisorTest, stops_when_interrupted_and_keeps_what_is_finished) {
  hang_timeout = milliseconds(20000);
  std::raise(SIGINT);
  EXPECT_FALSE(measure(""));
  EXPECT_TRUE(finished.empty());
}

}  // namespace
}  // namespace remat
