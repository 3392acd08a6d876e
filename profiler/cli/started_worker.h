// Finding rematscope-worker and starting it up to its first word, the hello record.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "profiler/cli/worker_process.h"
#include "profiler/core/records.h"

namespace remat {

/// The worker's program: `named` (--worker) if not empty, else REMATSCOPE_WORKER, else the one beside this program,
/// else the name alone, to be found in PATH.
[[nodiscard]] std::filesystem::path findWorker(const std::string& named);

struct StartedWorker {
  std::unique_ptr<WorkerProcess> process;
  Hello hello;
  std::string hello_line;
};

/// Throws Error(worker_failed), with what the worker wrote to standard error, unless it says hello within the time.
/// wake_descriptor: readable means give up, see Interrupt; then `process` is null.
[[nodiscard]] StartedWorker startWorker(const std::vector<std::string>& command, std::chrono::milliseconds timeout,
                                        int wake_descriptor = -1);

/// One line of at most a few hundred bytes out of what a worker wrote: its end, where the reason usually stands.
[[nodiscard]] std::string lastWords(const std::string& error_output);

}  // namespace remat
