#include "profiler/cli/window_program.h"

#include <chrono>
#include <cstdlib>
#include <sstream>

#include <unistd.h>

#include "engine/spec/error.h"
#include "profiler/cli/worker_process.h"

namespace remat {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "rematscope-gui";
constexpr std::chrono::minutes kPatience{2};  // between two pictures

bool isProgram(const fs::path& path) { return ::access(path.c_str(), X_OK) == 0 && !fs::is_directory(path); }

fs::path inPath() {
  const char* folders = std::getenv("PATH");
  std::istringstream list(folders != nullptr ? folders : "");
  for (std::string folder; std::getline(list, folder, ':');) {
    if (const fs::path program = fs::path(folder) / kProgram; isProgram(program)) return program;
  }
  return {};
}

}  // namespace

fs::path findWindowProgram() {
  if (const char* named = std::getenv("REMATSCOPE_GUI"); named != nullptr && *named != '\0') return named;
  std::error_code error;
  const fs::path beside = fs::read_symlink("/proc/self/exe", error).parent_path() / kProgram;
  return !error && isProgram(beside) ? beside : inPath();
}

DrawnCharts drawCharts(const fs::path& program, const std::string& run, const fs::path& folder) {
  DrawnCharts drawn;
  try {
    WorkerProcess process({program.string(), "--render", run, "--output", folder.string(), "--format", "svg"});
    process.closeInput();
    std::string line;
    auto read = WorkerProcess::Read::line;
    while ((read = process.readLine(line, kPatience)) == WorkerProcess::Read::line) drawn.files.emplace_back(line);
    const std::string ended = process.end(std::chrono::seconds(read == WorkerProcess::Read::ended ? 10 : 0));
    if (process.exitedWith(0)) return drawn;
    const std::string words = process.errorOutput();
    drawn.problem =
        program.string() + " could not draw the charts (" + ended + ")" + (words.empty() ? "" : ": " + words);
  } catch (const Error& error) {
    drawn.problem = std::string("The charts could not be drawn: ") + error.what();
  }
  return drawn;
}

}  // namespace remat
