#include "profiler/cli/started_worker.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <optional>

#include "engine/spec/error.h"
#include "profiler/core/value_list.h"

namespace remat {
namespace {

constexpr const char* kProgram = "rematscope-worker";
constexpr const char* kRemedy = "'rematscope doctor' says what is missing and how to mend it";

[[noreturn]] void failStart(WorkerProcess& process, const std::string& command, const std::string& what) {
  const std::string words = lastWords(process.errorOutput());
  const bool linker = words.find("error while loading shared libraries") != std::string::npos;
  throw Error(ErrorKind::worker_failed, "worker " + command, what + (words.empty() ? "" : ": " + words),
              linker ? "LibTorch was moved or removed: run packaging/setup and build again" : kRemedy);
}

}  // namespace

std::filesystem::path findWorker(const std::string& named) {
  if (!named.empty()) return named;
  if (const char* from_environment = std::getenv("REMATSCOPE_WORKER"); from_environment && *from_environment)
    return from_environment;
  std::error_code error;
  const std::filesystem::path beside = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / kProgram;
  return !error && std::filesystem::exists(beside, error) ? beside : std::filesystem::path(kProgram);
}

StartedWorker startWorker(const std::vector<std::string>& command, std::chrono::milliseconds timeout,
                          int wake_descriptor) {
  using Read = WorkerProcess::Read;
  StartedWorker worker{std::make_unique<WorkerProcess>(command), {}, {}};
  WorkerProcess& process = *worker.process;
  const Read read = process.readLine(worker.hello_line, timeout, wake_descriptor);
  if (read == Read::woken) {
    worker.process.reset();
    return worker;
  }
  if (read == Read::timed_out) {
    process.end(std::chrono::milliseconds(0));
    failStart(process, command.front(),
              "it said nothing for " + std::to_string(timeout.count() / 1000) + " s after its start and was killed");
  }
  if (read == Read::ended) {
    const std::string how = process.end(std::chrono::seconds(2));
    failStart(process, command.front(), "it ended before it said hello (" + how + ")");
  }
  std::optional<Record> record;
  std::string problem = "it began with a line that is too long";
  try {
    if (read == Read::line) record = parseRecord(worker.hello_line, "worker");
    problem = "it began with something else than hello";
  } catch (const Error&) {
    problem = "it began with something that is no record: '" + shownWord(worker.hello_line) + "'";
  }
  if (!record || !std::holds_alternative<Hello>(*record)) {
    process.end(std::chrono::milliseconds(0));
    failStart(process, command.front(), problem);
  }
  worker.hello = std::get<Hello>(*record);
  return worker;
}

std::string lastWords(const std::string& error_output) {
  constexpr std::size_t kept_bytes = 400;
  std::string words = error_output.substr(error_output.size() - std::min(error_output.size(), kept_bytes));
  while (!words.empty() && (static_cast<unsigned char>(words.front()) & 0xC0U) == 0x80U) words.erase(0, 1);
  std::replace(words.begin(), words.end(), '\n', ' ');
  words.erase(std::remove_if(words.begin(), words.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }),
              words.end());
  return words;
}

}  // namespace remat
