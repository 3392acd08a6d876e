// Writing a file so that it is there in one piece or not at all: nobody ever opens half of it, and what was there
// before stays until all of the new one is written.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace remat {

/// Owns a file beside `path`, which takes its place in finish(). What is no regular file (a device, a pipe) is written
/// as it stands; a link keeps pointing to what it did.
class WholeFile {
 public:
  /// Throws Error(failed) if it cannot be opened.
  explicit WholeFile(std::filesystem::path path);
  /// Without finish(), takes what was written away.
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  /// What goes wrong here is told by finish().
  void write(std::string_view bytes);
  /// Throws Error(failed) with the reason, such as a full disk.
  void finish();

 private:
  [[noreturn]] void fail(const std::string& reason);
  void remove() noexcept;

  std::filesystem::path path_, target_, part_;  // part_ is target_ if that is no regular file
  std::ofstream file_;
  int problem_ = 0;  // errno of the first write that failed
  bool finished_ = false;
};

/// Throws Error(usage) if there is something at `path`, which --force would replace.
void refuseExisting(const std::filesystem::path& path);

}  // namespace remat
