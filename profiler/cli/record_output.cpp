#include "profiler/cli/record_output.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "engine/spec/error.h"

namespace remat {

void writeOutput(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      throw Error(ErrorKind::failed, "standard output", std::string("could not be written: ") + std::strerror(errno),
                  "free some space, or keep the reader open");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

RecordOutput::RecordOutput(const std::string& path, RunFileMode mode, bool stream) : stream_(stream) {
  if (!path.empty()) file_.emplace(path, mode);
}

void RecordOutput::begin(const RunStarted& started) {
  begun_ = true;
  write(toJsonLine(Record(started)));
  for (const std::string& line : held_) write(line);
  held_.clear();
}

void RecordOutput::append(std::string_view line) {
  if (begun_)
    write(line);
  else
    held_.emplace_back(line);
}

void RecordOutput::write(std::string_view line) {
  if (file_) file_->appendLine(line);
  if (stream_) writeOutput(std::string(line) + "\n");
}

}  // namespace remat
