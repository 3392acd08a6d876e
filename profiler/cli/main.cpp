#include <csignal>

#include "profiler/cli/command_line.h"

int main(int argc, char** argv) {
  // A closed pipe and a file that may not grow are errors of the write, with their messages.
  for (const int number : {SIGPIPE, SIGXFSZ}) std::signal(number, SIG_IGN);
  return remat::runCommandLine({argv, argv + argc});
}
