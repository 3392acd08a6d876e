#include <csignal>

#include "profiler/cli/command_line.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write, with its message
  return remat::runCommandLine({argv, argv + argc});
}
