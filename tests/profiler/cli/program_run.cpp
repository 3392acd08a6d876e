#include "tests/profiler/cli/program_run.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sys/wait.h>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace remat {

namespace fs = std::filesystem;

namespace {

fs::path makeFolder() {
  std::string name = (fs::temp_directory_path() / "rematscope_test_XXXXXX").string();
  return ::mkdtemp(name.data());
}

void redirect(const std::string& path, int descriptor) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(file, descriptor);
  ::close(file);
}

}  // namespace

std::string rematscopePath() { return REMAT_BINARY_DIR "/rematscope"; }
std::string fakeWorkerPath() { return REMAT_BINARY_DIR "/../tests/bin/fake_worker"; }
std::string configPath() { return REMAT_TEST_DATA_DIR "/configs/gpt2.json"; }

std::string textOfFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void writeFile(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

ProgramRun::ProgramRun(const std::vector<std::string>& arguments, const Environment& environment,
                       const std::string& output)
    : folder_(makeFolder()) {
  id_ = ::fork();
  if (id_ != 0) return;
  redirect(output.empty() ? (folder_ / "output").string() : output, STDOUT_FILENO);
  redirect((folder_ / "errors").string(), STDERR_FILENO);
  ::setenv("REMATSCOPE_WORKER", fakeWorkerPath().c_str(), 1);
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  const std::string program = rematscopePath();
  std::vector<char*> pointers = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  ::_exit(127);
}

ProgramRun::~ProgramRun() {
  if (!ended()) {
    signal(SIGKILL);
    ::waitpid(id_, &status_, 0);
  }
  std::error_code error;
  fs::remove_all(folder_, error);
}

void ProgramRun::signal(int number) const { ::kill(id_, number); }

bool ProgramRun::signalWorker(int number) const {
  const std::string id = std::to_string(id_);
  std::ifstream children("/proc/" + id + "/task/" + id + "/children");
  pid_t worker = -1;
  return children >> worker && ::kill(worker, number) == 0;
}

bool ProgramRun::ended() {
  if (!ended_) ended_ = ::waitpid(id_, &status_, WNOHANG) == id_;
  return ended_;
}

bool ProgramRun::waitForError(const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline) {
    const bool last = ended();
    if (textOfFile(folder_ / "errors").find(text) != std::string::npos) return true;
    if (last) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

ProgramResult ProgramRun::wait() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(800);
  while (!ended()) {
    if (std::chrono::steady_clock::now() > deadline) signal(SIGKILL);  // a test shall fail, not hang
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ProgramResult result;
  result.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
  result.signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
  result.output = textOfFile(folder_ / "output");
  result.errors = textOfFile(folder_ / "errors");
  return result;
}

ProgramResult runProgram(const std::vector<std::string>& arguments, const Environment& environment,
                         const std::string& output) {
  return ProgramRun(arguments, environment, output).wait();
}

TestFolder::TestFolder() : path_(makeFolder()) {}

TestFolder::~TestFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
}

}  // namespace remat
