// A stand-in for rematscope-worker: speaks the same protocol with made-up numbers, and misbehaves on demand.
//
// FAKE_WORKER: rules "key=action" separated by ';'. Keys are policies (the action happens where the point's memory pass
// would be; timing_<action>: in its timing), `start` (before hello), `group` (before the first point of a request),
// `step_ms` (a number: how long one step takes). Actions: crash, killed, exit, hang, deaf (hang, whatever it is asked),
// truncate, flood, spam, nonsense, wrong_point, out_of_memory, terminated (SIGTERM), not_a_number (the loss of a step
// request, with a note), transfers (of a step request). "action@once" happens once for all workers that share the
// folder FAKE_WORKER_STATE, "action@later" every time but the first. FAKE_WORKER_LOG: file to which the policy of each
// finished point is appended.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <thread>

#include <unistd.h>

#include "profiler/core/records.h"
#include "profiler/core/requests.h"

namespace remat {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void send(const std::string& line) { std::cout << line << std::endl; }  // at once, as the real one does
void send(const Record& record) { send(toJsonLine(record)); }

void sleepMilliseconds(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

class Script {
 public:
  Script() {
    std::istringstream rules(environment("FAKE_WORKER"));
    for (std::string rule; std::getline(rules, rule, ';');) {
      const std::size_t equals = rule.find('=');
      if (equals != std::string::npos) actions_[rule.substr(0, equals)] = rule.substr(equals + 1);
    }
  }

  /// The action for a key, empty if there is none (any more).
  std::string actionFor(const std::string& key) {
    const auto found = actions_.find(key);
    if (found == actions_.end()) return {};
    const std::string& rule = found->second;
    const std::size_t at = rule.find('@');
    if (at == std::string::npos) return rule;
    const std::filesystem::path mark = std::filesystem::path(environment("FAKE_WORKER_STATE")) / (key + "_done");
    const bool before = std::filesystem::exists(mark);
    std::ofstream{mark};
    const bool happens = before == (rule.substr(at) == "@later");
    return happens ? rule.substr(0, at) : std::string();
  }

  /// The action without marking it as done.
  [[nodiscard]] std::string peek(const std::string& key) const {
    const auto found = actions_.find(key);
    return found == actions_.end() ? std::string() : found->second;
  }

 private:
  std::map<std::string, std::string> actions_;
};

[[noreturn]] void die(int signal_number) {
  std::signal(signal_number, SIG_DFL);
  ::kill(::getpid(), signal_number);
  std::abort();
}

void hang(bool deaf) {
  if (deaf) std::signal(SIGTERM, SIG_IGN);
  while (true) sleepMilliseconds(1000);
}

void flood() {
  const std::string garbage(1 << 16, 'x');
  while (std::cout << garbage) {
  }
}

/// out_of_memory is not among these: it needs a point.
void act(const std::string& action) {
  if (action == "crash") {
    std::cerr << "something is very wrong" << std::endl;
    die(SIGSEGV);
  }
  if (action == "killed") die(SIGKILL);
  if (action == "terminated") die(SIGTERM);
  if (action == "exit") {
    std::cerr << "cannot go on" << std::endl;
    std::exit(3);
  }
  if (action == "linker") {
    std::cerr
        << "rematscope-worker: error while loading shared libraries: libtorch_cpu.so: cannot open shared object file"
        << std::endl;
    std::exit(127);
  }
  if (action == "hang" || action == "deaf") hang(action == "deaf");
  if (action == "truncate") {
    std::cout << R"({"kind":"sample","poi)" << std::flush;
    std::exit(0);
  }
  if (action == "flood") flood();
  if (action == "nonsense") send("hello there, this is no record");
  if (action == "spam")
    while (std::cout) send(Event{"info", "and so on"});
  if (action == "wrong_point") send(Sample{"0123456789abcdef", 1, 1, 1, 1, 1, false});
}

std::int64_t stepTime(const PointSpec& point) { return point.policy == "store_all" ? 10'000'000 : 12'500'000; }

Memory memoryOf(const std::string& key) {
  Memory memory;
  memory.point = key;
  memory.peak_requested_bytes = memory.peak_allocated_bytes = 1'000'000;
  memory.before_step_bytes = 400'000;
  memory.retained_bytes = 300'000;
  memory.peak_instant = {Phase::backward, "layer 0", "down"};
  memory.peak_split = {{Category::parameters, 400'000}, {Category::activations, 600'000}};
  return memory;
}

PointFinished finishedOf(const std::string& key, std::int64_t samples, std::int64_t step_time_ns) {
  PointFinished finished;
  finished.point = key;
  finished.samples = samples;
  finished.step_time_ns = finished.step_time_low_ns = finished.step_time_high_ns = step_time_ns;
  finished.peak_requested_bytes = finished.peak_allocated_bytes = 1'000'000;
  finished.retained_bytes = 300'000;
  finished.before_step_bytes = 400'000;
  finished.gradient_check = GradientVerdict::bit_equal;
  finished.loss = 10.5;
  return finished;
}

void finish(const PointSpec& point, const PointFinished& finished) {
  const std::string log = environment("FAKE_WORKER_LOG");
  send(finished);
  if (!log.empty()) std::ofstream(log, std::ios::app) << point.policy << " " << outcomeName(finished.outcome) << "\n";
}

void memoryPass(Script& script, const PointSpec& point) {
  const std::string key = pointKey(point);
  send(PointStarted{key, point, "FakeForCausalLM", 100'000, 300'000, 1'000'000});
  const bool later = script.peek(point.policy).starts_with("timing_");
  const std::string action = later ? std::string() : script.actionFor(point.policy);
  if (action == "out_of_memory") {
    PointFinished finished;
    finished.point = key;
    finished.outcome = Outcome::out_of_memory;
    finished.reason = "Allocating 1.00 GiB would exceed the cap.";
    finish(point, finished);
    std::exit(0);
  }
  act(action);
  send(memoryOf(key));
  send(BlockResult{key, 1, "layer 0", 1000, 200, 2000, 300'000, 900'000, 3});
}

void measure(Script& script, const MeasureRequest& request) {
  act(script.actionFor("group"));
  for (const PointSpec& point : request.points) memoryPass(script, point);
  const int step_ms = std::atoi(script.peek("step_ms").c_str());
  for (int round = 0; round < request.limits.min_samples; ++round)
    for (const PointSpec& point : request.points) {
      if (script.peek(point.policy).starts_with("timing_")) {
        const std::string action = script.actionFor(point.policy);
        if (!action.empty()) act(action.substr(7));
      }
      sleepMilliseconds(step_ms);
      const std::int64_t time = stepTime(point) + 1000 * round;
      send(Sample{pointKey(point), time, time / 3, time / 2, 0, time / 6, false});
    }
  for (const PointSpec& point : request.points)
    finish(point, finishedOf(pointKey(point), request.limits.min_samples, stepTime(point)));
}

void step(Script& script, const StepRequest& request) {
  const std::string action = script.actionFor(request.point.policy);
  StepResult result;
  if (action == "out_of_memory") {
    result.outcome = Outcome::out_of_memory;
    result.error = "Allocating 1.00 GiB would exceed the cap.";
  } else {
    act(action);
    result.loss = 10.5;
    if (action == "not_a_number") {
      result.loss = std::numeric_limits<double>::quiet_NaN();
      result.notes = {"made-up note"};
    }
    if (action == "transfers")
      result.transfers = {.host_bytes = 2048, .offload_bytes = 4096, .prefetch_bytes = 3072, .exposed_ns = 1000};
    result.peak_allocated_bytes = result.peak_requested_bytes = 1'000'000;
    result.before_step_bytes = 400'000;
    result.retained_bytes = 300'000;
    result.step_time_ns = stepTime(request.point);
    result.forward_ns = result.backward_ns = result.optimizer_ns = result.step_time_ns / 3;
  }
  send(toJsonLine(result));
}

int serve(const std::string& device) {
  Script script;
  act(script.actionFor("start"));
  Hello hello;
  hello.worker_version = "fake";
  hello.process_id = ::getpid();
  hello.device = device;
  hello.device_name = "made-up processor";
  hello.device_memory_bytes = std::int64_t{8} << 30;
  hello.threads = 2;
  hello.torch_version = "0.0.0";
  hello.cpu_capability = "none";
  hello.host_os = "none";
  send(hello);
  for (std::string line; std::getline(std::cin, line);) {
    const Request request = parseRequest(line);
    if (const auto* group = std::get_if<MeasureRequest>(&request)) measure(script, *group);
    if (const auto* single = std::get_if<StepRequest>(&request)) step(script, *single);
  }
  return 0;
}

}  // namespace
}  // namespace remat

int main(int count, char** arguments) { return remat::serve(count == 3 ? arguments[2] : "cpu"); }
