#include "profiler/cli/interrupt.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace remat {
namespace {

// A signal handler can reach nothing but globals.
volatile std::sig_atomic_t signal_count = 0;
std::array<int, 2> wake_pipe = {-1, -1};
std::array<struct sigaction, 2> previous_actions;
constexpr std::array kSignals = {SIGINT, SIGTERM};

extern "C" void countSignal(int) {
  signal_count = signal_count + 1;
  const char byte = 1;
  [[maybe_unused]] const auto written = ::write(wake_pipe[1], &byte, 1);  // if the pipe is full, it is readable
}

}  // namespace

Interrupt::Interrupt() {
  signal_count = 0;
  if (::pipe2(wake_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) wake_pipe = {-1, -1};
  struct sigaction action = {};
  action.sa_handler = countSignal;  // without SA_RESTART: a blocking call shall return
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &previous_actions[i]);
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &previous_actions[i], nullptr);
  for (int& end : wake_pipe) {
    if (end >= 0) ::close(end);
    end = -1;
  }
}

int Interrupt::count() const { return signal_count; }

bool Interrupt::waitFor(std::chrono::milliseconds time) const {
  pollfd woken = {descriptor(), POLLIN, 0};
  if (count() == 0) ::poll(&woken, 1, static_cast<int>(time.count()));
  return count() > 0;
}

int Interrupt::descriptor() const { return wake_pipe[0]; }

void Interrupt::acknowledge() {
  std::array<char, 64> bytes{};
  while (::read(wake_pipe[0], bytes.data(), bytes.size()) > 0) {
  }
}

}  // namespace remat
