// Ctrl+C (SIGINT) and SIGTERM as something to look at and to wait for, instead of the end of the program.
#pragma once

#include <chrono>

namespace remat {

/// While it lives, both signals are counted and change nothing else. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Signals so far.
  [[nodiscard]] int count() const;
  /// Whether there is a signal, or comes one within the time.
  [[nodiscard]] bool waitFor(std::chrono::milliseconds time) const;
  /// Readable (for poll) once a signal has come, until acknowledge().
  [[nodiscard]] int descriptor() const;
  void acknowledge();
};

}  // namespace remat
