#include "profiler/cli/worker_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "engine/spec/error.h"

namespace remat {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

void closeDescriptor(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

void setNonBlocking(int descriptor) { ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK); }

}  // namespace

/// Ends 0 and 1 of each are for reading and writing. `report` tells this program why exec failed, or closes with it.
struct WorkerProcess::Pipes {
  std::array<int, 2> input{-1, -1}, output{-1, -1}, errors{-1, -1}, report{-1, -1};

  Pipes() {
    for (auto* pipe : {&input, &output, &errors, &report})
      if (::pipe2(pipe->data(), O_CLOEXEC) != 0)
        throw Error(ErrorKind::worker_failed, "worker",
                    std::string("no pipe to it could be made: ") + std::strerror(errno), "close other programs");
  }
  ~Pipes() {
    for (auto* pipe : {&input, &output, &errors, &report})
      for (int& end : *pipe) closeDescriptor(end);
  }
  Pipes(const Pipes&) = delete;
  Pipes& operator=(const Pipes&) = delete;

  /// In the child, after fork: only calls that are safe there. Does not return.
  [[noreturn]] void become(char* const* arguments, pid_t parent) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);  // the parent died before the line above
    ::dup2(input[0], STDIN_FILENO);
    ::dup2(output[1], STDOUT_FILENO);
    ::dup2(errors[1], STDERR_FILENO);
    std::signal(SIGPIPE, SIG_DFL);
    ::execvp(arguments[0], arguments);
    const int reason = errno;
    [[maybe_unused]] const auto written = ::write(report[1], &reason, sizeof reason);
    ::_exit(127);
  }
};

WorkerProcess::WorkerProcess(const std::vector<std::string>& command, std::size_t max_line_bytes)
    : max_line_bytes_(max_line_bytes) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  Pipes pipes;
  const pid_t parent = ::getpid();
  id_ = ::fork();
  if (id_ == 0) pipes.become(arguments.data(), parent);
  if (id_ < 0)
    throw Error(ErrorKind::worker_failed, "worker", std::string("no process could be started: ") + std::strerror(errno),
                "close other programs");
  closeDescriptor(pipes.report[1]);
  int reason = 0;
  if (::read(pipes.report[0], &reason, sizeof reason) == sizeof reason) {
    ::waitpid(id_, nullptr, 0);
    throw Error(
        ErrorKind::worker_failed, "worker " + command.front(),
        std::string("it cannot be started: ") + std::strerror(reason),
        "build rematscope-worker, or name it with --worker PATH or REMATSCOPE_WORKER; 'rematscope doctor' says more");
  }
  input_ = std::exchange(pipes.input[1], -1);
  output_ = std::exchange(pipes.output[0], -1);
  errors_ = std::exchange(pipes.errors[0], -1);
  for (int descriptor : {input_, output_, errors_}) setNonBlocking(descriptor);
}

WorkerProcess::~WorkerProcess() {
  end(milliseconds(0));
  closeAll();
}

void WorkerProcess::closeAll() {
  closeDescriptor(input_);
  closeDescriptor(output_);
  closeDescriptor(errors_);
}

void WorkerProcess::send(std::string_view line) {
  outgoing_ += line;
  outgoing_ += '\n';
}

void WorkerProcess::closeInput() {
  close_input_ = true;
  writeInput();
}

void WorkerProcess::writeInput() {
  while (input_ >= 0 && !outgoing_.empty()) {
    const ssize_t written = ::write(input_, outgoing_.data(), outgoing_.size());
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (written < 0) closeDescriptor(input_);  // it reads no more; its end of output tells the rest
    if (written > 0) outgoing_.erase(0, static_cast<std::size_t>(written));
  }
  if (close_input_) closeDescriptor(input_);
}

void WorkerProcess::readOutput() {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(output_, buffer.data(), buffer.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return closeDescriptor(output_);
  if (taken_ > 0) {
    incoming_.erase(0, taken_);
    searched_ -= taken_;
    taken_ = 0;
  }
  incoming_.append(buffer.data(), static_cast<std::size_t>(count));
}

void WorkerProcess::readErrors() {
  std::array<char, 4096> buffer;
  const ssize_t count = ::read(errors_, buffer.data(), buffer.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return closeDescriptor(errors_);
  error_tail_.append(buffer.data(), static_cast<std::size_t>(count));
  if (error_tail_.size() > kKeptStderrBytes) error_tail_.erase(0, error_tail_.size() - kKeptStderrBytes);
}

bool WorkerProcess::takeLine(std::string& line) {
  const std::size_t newline = incoming_.find('\n', searched_);
  searched_ = incoming_.size();
  if (newline == std::string::npos) return false;
  line.assign(incoming_, taken_, newline - taken_);
  taken_ = searched_ = newline + 1;
  return true;
}

WorkerProcess::Read WorkerProcess::readLine(std::string& line, milliseconds timeout, int wake_descriptor) {
  const auto deadline = Clock::now() + timeout;
  while (true) {
    if (takeLine(line)) return line.size() > max_line_bytes_ ? Read::too_long : Read::line;
    if (incoming_.size() - taken_ > max_line_bytes_) return Read::too_long;
    if (output_ < 0) return Read::ended;
    writeInput();
    const short write_event = outgoing_.empty() ? 0 : POLLOUT;
    std::array<pollfd, 4> watched = {{{output_, POLLIN, 0},
                                      {errors_, POLLIN, 0},
                                      {write_event == 0 ? -1 : input_, write_event, 0},
                                      {wake_descriptor, POLLIN, 0}}};
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now()).count();
    const int wait_ms = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
    const int ready = ::poll(watched.data(), watched.size(), wait_ms);
    if (ready == 0 && left <= 0) return Read::timed_out;
    if (watched[3].revents != 0) return Read::woken;
    if (watched[0].revents != 0) readOutput();
    if (watched[1].revents != 0) readErrors();
  }
}

void WorkerProcess::signal(int number) {
  if (!ended_) ::kill(-id_, number);  // its whole group: it may be a script that started the real one
}

std::string WorkerProcess::end(milliseconds grace) {
  const auto deadline = Clock::now() + grace;
  while (!ended_) {
    const bool late = Clock::now() >= deadline;
    if (late) ::kill(-id_, SIGKILL);
    const pid_t waited = ::waitpid(id_, &status_, late ? 0 : WNOHANG);
    ended_ = waited == id_ || (waited < 0 && errno == ECHILD);
    status_known_ = waited == id_;
    if (ended_) break;
    if (late) continue;                    // interrupted by a signal
    pollfd errors = {errors_, POLLIN, 0};  // a full pipe would keep it from ending
    ::poll(&errors, 1, 10);
    if (errors_ >= 0 && errors.revents != 0) readErrors();
  }
  if (!status_known_) return "unknown: another part of the system took its exit code";
  if (WIFSIGNALED(status_))
    return "signal " + std::to_string(WTERMSIG(status_)) + " (" + strsignal(WTERMSIG(status_)) + ")";
  return "exit code " + std::to_string(WEXITSTATUS(status_));
}

bool WorkerProcess::exitedWith(int code) const {
  return status_known_ && WIFEXITED(status_) && WEXITSTATUS(status_) == code;
}

bool WorkerProcess::killedBy(int signal) const {
  return status_known_ && WIFSIGNALED(status_) && WTERMSIG(status_) == signal;
}

std::string WorkerProcess::errorOutput() {
  constexpr int most_reads = 512;  // more than a pipe holds; whoever still writes may go on for ever
  for (int reads = 0; errors_ >= 0 && reads < most_reads; ++reads) {
    pollfd errors = {errors_, POLLIN, 0};
    if (::poll(&errors, 1, 0) <= 0) break;
    readErrors();
  }
  const std::size_t last = error_tail_.find_last_not_of(" \t\r\n");
  return error_tail_.substr(0, last == std::string::npos ? 0 : last + 1);
}

}  // namespace remat
