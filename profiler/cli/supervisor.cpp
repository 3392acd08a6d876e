#include "profiler/cli/supervisor.h"

#include <array>
#include <csignal>
#include <optional>
#include <utility>

#include "engine/spec/error.h"
#include "profiler/core/units.h"
#include "profiler/core/value_list.h"

namespace remat {

using std::chrono::milliseconds;
using Read = WorkerProcess::Read;

namespace {

constexpr int kMaxStartFailures = 3;
constexpr std::size_t kMaxRecordsPerPoint = 100'000;  // far above any measurement; a worker that sends more runs wild
/// A batch system that ends all processes of a job reaches this one a little before or after the worker.
constexpr auto kSignalSpread = std::chrono::seconds(1);

struct DeathHint {
  int signal;
  const char* text;
};
constexpr std::array kDeathHints = {
    DeathHint{
        SIGKILL,
        "probably by the system because memory ran out (dmesg tells); a --memory-cap below the machine's memory makes it an out_of_memory point"},
    DeathHint{SIGTERM, "by another program, such as earlyoom when memory runs short, or by hand"},
};

}  // namespace

Supervisor::Supervisor(WorkerSettings settings, RecordReceiver sink, Interrupt& interrupt)
    : settings_(std::move(settings)), sink_(std::move(sink)), interrupt_(interrupt) {}

void Supervisor::emit(const Record& record) { sink_.record(record, toJsonLine(record)); }

bool Supervisor::start(const std::string& device) {
  if (!device.empty()) turnTo(device);
  if (worker_) return true;
  std::vector<std::string> command = settings_.command;
  if (!device_.empty()) command.insert(command.end(), {"--device", device_});
  StartedWorker started = startWorker(command, settings_.start_timeout, interrupt_.descriptor());
  if (!started.process) return false;
  worker_ = std::move(started.process);
  worker_device_ = device_.empty() ? started.hello.device : device_;
  may_leave_ = false;
  if (!had_worker_) first_hello_ = started.hello;
  had_worker_ = true;
  sink_.record(started.hello, started.hello_line);
  return true;
}

/// A worker's hello describes the device that it measures on, so each device has workers of its own.
void Supervisor::turnTo(const std::string& device) {
  if (worker_ && worker_device_ != device) finish();
  device_ = device;
}

/// A first worker that cannot be started is an error; a later one counts as lost.
bool Supervisor::ensureWorker() {
  if (!had_worker_) return start();
  try {
    return start();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::worker_failed) throw;
    lost_reason_ = error.what();
    return true;
  }
}

bool Supervisor::measure(const MeasureRequest& request) {
  GroupProgress group(request.points);
  turnTo(request.points.front().device);
  while (!group.done()) {
    if (interrupt_.count() > 0 || !ensureWorker()) return false;
    MeasureRequest attempt = request;
    attempt.points = group.beginAttempt();
    if (worker_) worker_->send(toJsonLine(Request(attempt)));
    const Ended ended = worker_ ? follow(group) : Ended::lost;
    if (ended == Ended::cancelled) return false;
    if (ended == Ended::lost) settle(group);
    if (ended == Ended::all_finished) {
      start_failures_ = 0;
      group.endAttempt(false);
    }
    if (start_failures_ >= kMaxStartFailures) skipRest(group);
  }
  return true;
}

Supervisor::Ended Supervisor::follow(GroupProgress& group) {
  std::string line;
  std::size_t records = 0;
  while (true) {
    const Read read = worker_->readLine(line, settings_.hang_timeout, interrupt_.descriptor());
    if (read == Read::woken) {
      stopWorker(group);
      return Ended::cancelled;
    }
    if (read == Read::line) {
      std::string wrong = take(group, line);
      if (wrong.empty() && ++records > kMaxRecordsPerPoint * group.size()) wrong = "records without end";
      may_leave_ = group.mayLeave();
      if (wrong.empty() && group.attemptDone()) return Ended::all_finished;
      if (wrong.empty()) continue;
      loseWorker("the worker sent " + wrong + " and was ended");
    } else if (read == Read::timed_out) {
      const std::string limit = durationText(std::chrono::nanoseconds(settings_.hang_timeout).count());
      loseWorker("the worker sent nothing for " + limit + " and was ended (--hang-timeout sets the limit)");
    } else if (read == Read::too_long) {
      loseWorker("the worker sent a line of more than " + bytesText(WorkerProcess::kMaxLineBytes) + " and was ended");
    } else {
      return workerLeft();
    }
    return Ended::lost;
  }
}

std::string Supervisor::take(GroupProgress& group, const std::string& line) {
  std::optional<Record> record;
  try {
    record = parseRecord(line, "worker");
  } catch (const Error&) {
    return "something that is no record ('" + lastWords(shownWord(line)) + "')";
  }
  std::string wrong = record ? group.accept(*record) : std::string();
  if (wrong.empty()) sink_.record(*record, line);
  return wrong;
}

/// Ctrl+C: what the worker still finishes is kept; a second one ends it at once.
void Supervisor::stopWorker(GroupProgress& group) {
  interrupt_.acknowledge();
  worker_->closeInput();
  worker_->signal(SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + settings_.stop_grace;
  std::string line;
  while (interrupt_.count() < 2 && std::chrono::steady_clock::now() < deadline) {
    const Read read = worker_->readLine(line, milliseconds(100), interrupt_.descriptor());
    if (read == Read::timed_out || read == Read::woken) continue;
    if (read != Read::line || !take(group, line).empty()) break;
  }
  worker_->end(milliseconds(interrupt_.count() < 2 ? 200 : 0));
  worker_.reset();
}

/// `how`: why the worker has to go.
void Supervisor::loseWorker(const std::string& how) {
  worker_->end(milliseconds(0));
  const std::string words = lastWords(worker_->errorOutput());
  lost_reason_ = how + (words.empty() ? "" : "; its last words: " + words);
  worker_.reset();
}

/// Its output ended without our doing.
Supervisor::Ended Supervisor::workerLeft() {
  worker_->end(std::chrono::seconds(2));
  const bool told_to_end = worker_->killedBy(SIGTERM) || worker_->killedBy(SIGINT);
  lost_reason_ = deathText();
  worker_.reset();
  return told_to_end && interrupt_.waitFor(kSignalSpread) ? Ended::cancelled : Ended::lost;
}

std::string Supervisor::deathText() {
  std::string text = "the worker ended unexpectedly: " + worker_->end(milliseconds(0));
  for (const DeathHint& hint : kDeathHints)
    if (worker_->killedBy(hint.signal)) text += std::string(", ") + hint.text;
  const std::string words = lastWords(worker_->errorOutput());
  return text + (words.empty() ? "" : "; its last words: " + words);
}

/// After a worker was lost: gives the point that it measured its outcome.
void Supervisor::settle(GroupProgress& group) {
  if (std::exchange(may_leave_, false)) {  // it had its reason; the next one may leave when it has one of its own
    start_failures_ = 0;
    group.endAttempt(false);
    return;
  }
  const bool ambiguous = group.ambiguous();
  const std::optional<std::size_t> running = group.running();
  if (running && !ambiguous) {
    PointFinished failed;
    failed.point = group.key(*running);
    failed.outcome = Outcome::failed;
    failed.reason = lost_reason_;
    emit(failed);
    group.finish(*running);
  }
  start_failures_ = running || group.attemptFinished() > 0 ? 0 : start_failures_ + 1;
  group.endAttempt(true);
  if (!group.done()) emit(Event{"warning", "A new worker goes on: " + lost_reason_});
}

void Supervisor::skipRest(GroupProgress& group) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (group.finished(i)) continue;
    emit(sink_.describe(group.point(i)));
    PointFinished skipped;
    skipped.point = group.key(i);
    skipped.outcome = Outcome::skipped;
    skipped.reason = "three workers in a row were lost before they could start it; the last one: " + lost_reason_;
    emit(skipped);
    group.finish(i);
  }
}

void Supervisor::finish() {
  if (!worker_) return;
  worker_->closeInput();
  worker_->end(std::chrono::seconds(5));
  worker_.reset();
}

}  // namespace remat
