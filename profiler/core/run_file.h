// Writes a run file (*.remat.jsonl): records as they come, one line each, durable point by point. Reading is in run.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "profiler/core/records.h"

namespace remat {

enum class RunFileMode : std::uint8_t {
  create,  ///< the file must not exist
  resume,  ///< continue an existing file after its last whole line; start one if there is none
  force    ///< replace what is there, at the first line
};

/// Whether a file begins as a run file does. A file that cannot be read does not.
[[nodiscard]] bool beginsAsRun(const std::filesystem::path& path);

/// Owns the file and an advisory lock on it, so that two sweeps never write one file. To resume: open the writer first
/// (it locks, and cuts a torn last line off), then loadRun() the same path and leave out finishedKeys(). If no line is
/// written, everything stays as it was: a file that was not there before is gone again.
class RunFileWriter {
 public:
  /// Throws Error(usage) if the file exists and mode is create, Error(failed) if it cannot be opened or another process
  /// writes it, Error(bad_input) if a file to resume is no run file.
  RunFileWriter(std::filesystem::path path, RunFileMode mode);
  ~RunFileWriter();
  RunFileWriter(RunFileWriter&& other) noexcept;
  RunFileWriter& operator=(RunFileWriter&& other) noexcept;

  /// Writes one line; a PointFinished is on the disk when this returns. Throws Error(failed), saying so when the disk
  /// is full; then the file ends with the last whole line and nothing written before is lost.
  void append(const Record& record);
  /// The same for a line that already is JSON (without its newline), as a worker sent it.
  void appendLine(std::string_view line);
  /// Returns once everything written so far is on the disk.
  void sync();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::int64_t sizeBytes() const { return size_bytes_; }
  /// What resume removed: length of a last line that had no end.
  [[nodiscard]] std::int64_t cutBytes() const { return cut_bytes_; }

 private:
  void open(RunFileMode mode);
  void lock();
  void cutTornLine();
  void empty();
  void writeAll(std::string_view bytes);
  void close() noexcept;

  std::filesystem::path path_;
  int descriptor_ = -1;
  bool created_ = false;   // it was not there before
  bool replaces_ = false;  // the first line replaces what is there
  std::int64_t size_bytes_ = 0;
  std::int64_t cut_bytes_ = 0;
};

}  // namespace remat
