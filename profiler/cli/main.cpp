#include <csignal>

#include "profiler/cli/command_line.h"

int main(int argc, char** argv) {
  // A closed pipe and a file that may not grow are errors of the write, with their messages.
  for (const int number : {SIGPIPE, SIGXFSZ}) std::signal(number, SIG_IGN);
  // Ignored, as some parents leave it, it would hide how a worker ended.
  std::signal(SIGCHLD, SIG_DFL);
  return remat::runCommandLine({argv, argv + argc});
}
