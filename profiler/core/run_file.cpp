#include "profiler/core/run_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "engine/spec/error.h"
#include "profiler/core/record_fields.h"
#include "profiler/core/record_reader.h"

namespace remat {
namespace {

/// A line that carries the result of a point: what must survive the next crash. The kind comes first in a line.
bool finishesPoint(std::string_view line) {
  const std::string start = "{\"record\":\"" + std::string(kRecordKind<PointFinished>) + "\"";
  return line.starts_with(start);
}

bool isRegularFile(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

/// Why there is no room for more, in words; empty for an error that means something else.
std::string fullText(int reason) {
  switch (reason) {
    case ENOSPC: return "the disk is full";
    case EDQUOT: return "the disk quota is used up";
    case EFBIG: return "a file may not grow larger here (ulimit -f shows the limit)";
    default: return {};
  }
}

/// So that a new file itself survives a crash, not just its content. Best effort: some file systems cannot.
void syncFolderOf(const std::filesystem::path& path) {
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

bool beginsAsRun(const std::filesystem::path& path) {
  std::array<char, 64> begin{};
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), begin.size());
  return looksLikeRunFile(std::string_view(begin.data(), static_cast<std::size_t>(file.gcount())));
}

RunFileWriter::RunFileWriter(std::filesystem::path path, RunFileMode mode) : path_(std::move(path)) {
  try {
    open(mode);
    lock();
    replaces_ = mode == RunFileMode::force && isRegularFile(descriptor_);
    if (mode == RunFileMode::resume) cutTornLine();
  } catch (...) {
    close();
    throw;
  }
  syncFolderOf(path_);
}

RunFileWriter::~RunFileWriter() { close(); }

RunFileWriter::RunFileWriter(RunFileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      created_(other.created_),
      replaces_(other.replaces_),
      size_bytes_(other.size_bytes_),
      cut_bytes_(other.cut_bytes_) {}

RunFileWriter& RunFileWriter::operator=(RunFileWriter&& other) noexcept {
  if (this == &other) return *this;
  close();
  path_ = std::move(other.path_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  created_ = other.created_;
  replaces_ = other.replaces_;
  size_bytes_ = other.size_bytes_;
  cut_bytes_ = other.cut_bytes_;
  return *this;
}

void RunFileWriter::open(RunFileMode mode) {
  // Never O_TRUNC: another sweep may be writing the file, which only the lock can tell.
  constexpr int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC;
  descriptor_ = ::open(path_.c_str(), flags | O_EXCL, 0644);
  created_ = descriptor_ >= 0;
  if (!created_ && errno == EEXIST && mode != RunFileMode::create) descriptor_ = ::open(path_.c_str(), flags, 0644);
  if (descriptor_ >= 0) return;
  if (errno == EEXIST) {
    throw Error(ErrorKind::usage, path_.string(), "must not exist yet, but it does",
                "continue it with --resume, replace it with --force, or choose another name");
  }
  throw Error(ErrorKind::failed, path_.string(), std::string("cannot be opened for writing: ") + std::strerror(errno),
              "choose a folder that exists and that you may write to");
}

void RunFileWriter::lock() {
  // A sweep that was killed may leave the lock for a moment with a child that it had just begun to start.
  constexpr int tries = 40;
  constexpr auto pause = std::chrono::milliseconds(25);
  for (int i = 0; i < tries; ++i) {
    if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK) return;  // a file system without locks
    std::this_thread::sleep_for(pause);
  }
  throw Error(ErrorKind::failed, path_.string(), "is being written by another process",
              "wait for that sweep to end, or choose another name");
}

void RunFileWriter::cutTornLine() {
  const off_t size = lseek(descriptor_, 0, SEEK_END);
  if (size <= 0) return;
  std::string beginning(32, '\0');
  const ssize_t begun = pread(descriptor_, beginning.data(), beginning.size(), 0);
  beginning.resize(begun > 0 ? static_cast<std::size_t>(begun) : 0);
  if (!looksLikeRunFile(beginning)) {
    throw Error(ErrorKind::bad_input, path_.string(), "must be a run file to be resumed, but does not begin like one",
                "choose another name, or replace it with --force");
  }
  std::vector<char> chunk(std::size_t{1} << 16U);
  off_t keep = size;  // bytes before the one that is looked at
  for (bool found = false; keep > 0 && !found;) {
    const auto length = std::min<off_t>(keep, static_cast<off_t>(chunk.size()));
    if (pread(descriptor_, chunk.data(), static_cast<std::size_t>(length), keep - length) != length) {
      throw Error(ErrorKind::failed, path_.string(), std::string("cannot be read: ") + std::strerror(errno));
    }
    const auto* newline = static_cast<const char*>(memrchr(chunk.data(), '\n', static_cast<std::size_t>(length)));
    found = newline != nullptr;
    keep = found ? keep - length + (newline - chunk.data()) + 1 : keep - length;
  }
  if (keep < size && ftruncate(descriptor_, keep) != 0) {
    throw Error(ErrorKind::failed, path_.string(), std::string("cannot be shortened: ") + std::strerror(errno));
  }
  size_bytes_ = keep;
  cut_bytes_ = size - keep;
}

void RunFileWriter::empty() {
  if (ftruncate(descriptor_, 0) != 0)
    throw Error(ErrorKind::failed, path_.string(), std::string("cannot be emptied: ") + std::strerror(errno));
  replaces_ = false;
}

void RunFileWriter::append(const Record& record) { appendLine(toJsonLine(record)); }

void RunFileWriter::appendLine(std::string_view line) {
  if (replaces_) empty();
  std::string whole;
  whole.reserve(line.size() + 1);
  whole.append(line).push_back('\n');
  writeAll(whole);
  size_bytes_ += static_cast<std::int64_t>(whole.size());
  if (finishesPoint(line)) sync();
}

void RunFileWriter::writeAll(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno == EINTR) continue;
    const int reason = errno;
    // The part of the line that did fit would only be in the way. Should this fail too, readers skip the torn line.
    [[maybe_unused]] const int cut = isRegularFile(descriptor_) ? ftruncate(descriptor_, size_bytes_) : 0;
    if (const std::string full = fullText(reason); !full.empty())
      throw Error(ErrorKind::failed, path_.string(),
                  full + "; the " + std::to_string(size_bytes_) + " bytes written before are kept",
                  "make room, then continue with --resume");
    throw Error(ErrorKind::failed, path_.string(), std::string("cannot be written: ") + std::strerror(reason));
  }
}

void RunFileWriter::sync() {
  // EINVAL and ENOTSUP: a pipe or a device, where there is nothing to sync.
  if (fdatasync(descriptor_) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS) return;
  throw Error(ErrorKind::failed, path_.string(), std::string("cannot be written to the disk: ") + std::strerror(errno),
              fullText(errno).empty() ? "" : "make room, then continue with --resume");
}

void RunFileWriter::close() noexcept {
  if (descriptor_ < 0) return;
  if (created_ && size_bytes_ == 0) ::unlink(path_.c_str());  // still locked, so it is nobody else's
  ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace remat
