// Where the records of a sweep go: a run file, standard output, or both.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "profiler/core/records.h"
#include "profiler/core/run_file.h"

namespace remat {

class RecordOutput {
 public:
  /// path: empty for no file. Throws as RunFileWriter does.
  RecordOutput(const std::string& path, RunFileMode mode, bool stream);

  /// Records before this are held back, so that a sweep that has nothing to do leaves no trace.
  void begin(const RunStarted& started);
  /// Throws Error(failed) if it cannot be written.
  void append(std::string_view line);

  [[nodiscard]] const RunFileWriter* file() const { return file_ ? &*file_ : nullptr; }

 private:
  void write(std::string_view line);

  std::optional<RunFileWriter> file_;
  bool stream_;
  bool begun_ = false;
  std::vector<std::string> held_;
};

/// Writes to standard output at once. Throws Error(failed) if that cannot be done (disk full, pipe closed).
void writeOutput(std::string_view text);

}  // namespace remat
