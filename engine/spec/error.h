// The one exception type of the project. A message reads
//   where: what was expected, what was found; what to do
// and is shown to people as it is. Caught only at process and window borders.
#pragma once

#include <stdexcept>
#include <string>

namespace remat {

/// Decides the exit code of a program, see exitCode().
enum class ErrorKind { failed, usage, bad_input, worker_failed };

class Error : public std::runtime_error {
 public:
  /// `where`: file, JSON pointer, flag or point. `what`: expected and found. `remedy`: what to do, may be empty.
  Error(ErrorKind kind, const std::string& where, const std::string& what, const std::string& remedy = {})
      : std::runtime_error((where.empty() ? "" : where + ": ") + what + (remedy.empty() ? "" : "; " + remedy)),
        kind_(kind) {}

  [[nodiscard]] ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

/// 1 failed, 2 usage, 3 bad input, 4 worker failed (0 ok, 5 gate not met and 130 cancelled are not errors).
[[nodiscard]] constexpr int exitCode(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::failed: return 1;
    case ErrorKind::usage: return 2;
    case ErrorKind::bad_input: return 3;
    case ErrorKind::worker_failed: return 4;
  }
  return 1;
}

}  // namespace remat
