#include "profiler/core/machine_facts.h"

#include <fstream>

#include <dlfcn.h>

namespace remat {

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (line.starts_with("model name") && colon < line.size() - 2) return line.substr(colon + 2);
  }
  return "unknown processor";
}

bool canOpenLibrary(const char* name) { return dlopen(name, RTLD_LAZY | RTLD_LOCAL) != nullptr; }

}  // namespace remat
