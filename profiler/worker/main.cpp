// The worker: reads requests as JSON lines from its standard input, writes records as JSON lines to its standard output
// and nothing else; what libraries print goes to standard error. One request at a time; the end of the input ends it.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include <unistd.h>

#include "engine/exec/saved_tensor_hooks.h"
#include "engine/spec/error.h"
#include "profiler/core/requests.h"
#include "profiler/measure/cpu_allocator.h"
#include "profiler/measure/machine.h"
#include "profiler/measure/measure_group.h"
#include "profiler/measure/single_step.h"

namespace {

/// The pipe to the command line. Whatever else writes to the standard output of this process ends up on standard error.
class RecordPipe {
 public:
  RecordPipe() : pipe_(fdopen(dup(STDOUT_FILENO), "w")) { dup2(STDERR_FILENO, STDOUT_FILENO); }
  RecordPipe(const RecordPipe&) = delete;
  RecordPipe& operator=(const RecordPipe&) = delete;
  ~RecordPipe() { std::fclose(pipe_); }

  /// Throws when nobody reads any more.
  void write(const std::string& line) {
    const bool written =
        std::fputs(line.c_str(), pipe_) >= 0 && std::fputc('\n', pipe_) >= 0 && std::fflush(pipe_) == 0;
    if (!written) throw remat::Error(remat::ErrorKind::failed, "worker", "nobody reads its records any more");
  }

 private:
  std::FILE* pipe_;
};

/// Returns whether the worker may take another request.
bool answer(const remat::Request& request, RecordPipe& pipe) {
  if (const auto* step = std::get_if<remat::StepRequest>(&request)) {
    pipe.write(toJsonLine(remat::runSingleStep(*step)));
    return true;
  }
  const remat::RecordSink sink = [&](const remat::Record& record) { pipe.write(toJsonLine(record)); };
  return measureGroup(std::get<remat::MeasureRequest>(request), sink) == remat::GroupOutcome::finished;
}

/// GNU OpenMP's threads spin for milliseconds at every barrier by default. On a machine that others use too, a thread
/// that spins keeps the one that it waits for from running: steps were seen to take 20 times as long. So they spin for
/// about 20 microseconds here, unless the user has said otherwise. The library reads this when it is loaded: start
/// anew.
void limitSpinning(char** arguments) {
  for (const char* name : {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"})
    if (std::getenv(name)) return;
  setenv("GOMP_SPINCOUNT", "10000", 1);
  execv("/proc/self/exe", arguments);  // comes back only if it failed; then it works all the same
}

/// Of the device that this worker is started for (`--device NAME`), else of the one that it finds best. One that cannot
/// be opened is told point by point.
remat::Hello hello(int count, char** arguments) {
  const bool named = count == 3 && std::string_view(arguments[1]) == "--device";
  if (!named) return remat::describeMachine(remat::automaticDevice());
  try {
    (void)remat::measuredDevice(arguments[2]);
    return remat::describeMachine({arguments[2], ""});
  } catch (const remat::Error& error) {
    return remat::describeMachine({"cpu", error.what()});
  }
}

}  // namespace

int main(int count, char** arguments) {
  limitSpinning(arguments);
  unsetenv("KINETO_USE_DAEMON");  // torch's own profiler would take the only subscription of CUPTI
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), with a sentence
  try {
    RecordPipe pipe;
    remat::installCpuAllocator();
    remat::installHookEngine();
    pipe.write(toJsonLine(remat::Record(hello(count, arguments))));
    for (std::string line; std::getline(std::cin, line);) {
      if (line.empty()) continue;
      if (!answer(remat::parseRequest(line), pipe)) break;
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "rematscope-worker: " << error.what() << '\n';
    return 1;
  }
}
