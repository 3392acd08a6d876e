#include "profiler/cli/opened_run.h"

#include <cstdio>
#include <fstream>

#include "engine/spec/error.h"
#include "profiler/core/run_file.h"

namespace remat {

namespace {

/// A config names its family near its beginning, and no record has such a key.
bool looksLikeConfig(const std::string& path) {
  if (beginsAsRun(path)) return false;
  std::string begin(4096, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin.find("\"model_type\"") != std::string::npos;
}

}  // namespace

Run openRun(const std::string& path) {
  if (looksLikeConfig(path))
    throw Error(ErrorKind::bad_input, path, "must be a run file, got a config.json",
                "'rematscope inspect' reads it, 'rematscope sweep' measures it");
  Run run = loadRun(path);
  if (!run.damage.none()) std::fputs(("rematscope: " + path + ": " + run.damage.text() + "\n").c_str(), stderr);
  return run;
}

}  // namespace remat
