// A child process that is spoken to in lines over its standard input and output. Knows nothing of what the lines say.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace remat {

/// Owns the process: it is gone, and waited for, when this is destroyed. Should this program be killed, the system
/// kills the worker too. The worker has a process group of its own, so Ctrl+C in a terminal reaches this program only.
class WorkerProcess {
 public:
  static constexpr std::size_t kMaxLineBytes = std::size_t{256} << 20;
  static constexpr std::size_t kKeptStderrBytes = 4096;

  /// Throws Error(worker_failed) if the program cannot be started.
  explicit WorkerProcess(const std::vector<std::string>& command, std::size_t max_line_bytes = kMaxLineBytes);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  /// Adds a line to what the worker will read; it is written while readLine waits.
  void send(std::string_view line);
  /// The worker reads end of file after everything sent.
  void closeInput();

  enum class Read : std::uint8_t {
    line,       ///< `line` holds the next one
    ended,      ///< end of output
    timed_out,  ///< nothing within the time
    woken,      ///< `wake_descriptor` is readable
    too_long    ///< a line is longer than it may be; nothing more can be read
  };
  /// Waits for the next line. wake_descriptor: -1 for none.
  Read readLine(std::string& line, std::chrono::milliseconds timeout, int wake_descriptor = -1);

  void signal(int number);
  /// Kills the worker if it has not ended by itself in time. Returns how it ended, in words: "exit code 1", "signal 11
  /// (Segmentation fault)". May be called again.
  std::string end(std::chrono::milliseconds grace);

  /// After end().
  [[nodiscard]] bool exitedWith(int code) const;
  [[nodiscard]] bool killedBy(int signal) const;
  /// The end of what it wrote to standard error, without trailing white space.
  [[nodiscard]] std::string errorOutput();
  [[nodiscard]] pid_t id() const { return id_; }

 private:
  struct Pipes;
  [[nodiscard]] bool takeLine(std::string& line);
  void readOutput();
  void readErrors();
  void writeInput();
  void closeAll();

  std::size_t max_line_bytes_;
  pid_t id_ = -1;
  int input_ = -1;  // our ends of its pipes
  int output_ = -1;
  int errors_ = -1;
  bool close_input_ = false;
  bool ended_ = false;
  bool status_known_ = false;  // false after the end too, if the signals of children are ignored
  int status_ = 0;
  std::string outgoing_;
  std::string incoming_;
  std::size_t taken_ = 0;     // bytes of incoming_ that were returned as lines
  std::size_t searched_ = 0;  // bytes of incoming_ that hold no newline
  std::string error_tail_;
};

}  // namespace remat
