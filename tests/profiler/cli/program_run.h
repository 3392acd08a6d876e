// Runs rematscope with the fake worker, as a user would, and looks at what comes out.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace remat {

using Environment = std::map<std::string, std::string>;

[[nodiscard]] std::string rematscopePath();
[[nodiscard]] std::string fakeWorkerPath();
/// A config that loads fast: gpt2.
[[nodiscard]] std::string configPath();

struct ProgramResult {
  int exit_code = -1;  ///< -1: ended by a signal
  int signal = 0;
  std::string output, errors;
};

/// A running rematscope. The worker is the fake one unless the environment says otherwise.
class ProgramRun {
 public:
  /// output: file for standard output; empty: kept.
  ProgramRun(const std::vector<std::string>& arguments, const Environment& environment, const std::string& output = {});
  ~ProgramRun();
  ProgramRun(const ProgramRun&) = delete;
  ProgramRun& operator=(const ProgramRun&) = delete;

  void signal(int number) const;
  /// Sends a signal to the worker alone; false if there is none at the moment.
  bool signalWorker(int number) const;
  /// Waits until standard error holds the text. False: it ended, or took longer than 20 s.
  [[nodiscard]] bool waitForError(const std::string& text);
  [[nodiscard]] ProgramResult wait();

 private:
  [[nodiscard]] bool ended();

  std::filesystem::path folder_;
  pid_t id_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

[[nodiscard]] ProgramResult runProgram(const std::vector<std::string>& arguments, const Environment& environment = {},
                                       const std::string& output = {});

/// A folder of its own for each test, removed with it.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string textOfFile(const std::filesystem::path& path);
void writeFile(const std::filesystem::path& path, const std::string& text);

}  // namespace remat
